package io.tola.gateway.rest;

import io.tola.gateway.json.Json;
import io.tola.gateway.json.Problem;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.List;

/**
 * Turns whatever was thrown into a problem document. What the platform didn't foresee is a 500 with
 * the request's id and nothing else; the log has the rest under that id. Stateless.
 */
final class Problems {

  private static final Logger LOG = System.getLogger(Problems.class.getName());
  private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);
  private static final int MAX_CAUSES = 20;

  /** lock_not_available: the data source's lock_timeout, or somebody who wouldn't wait at all. */
  private static final String LOCKED = "55P03";

  private Problems() {}

  /** The answer to a failed request. */
  static Response response(Throwable thrown, String requestId) {
    if (thrown instanceof WebApplicationException refused
        && refused.getResponse().getStatus() < 400) {
      // The framework answers OPTIONS and the like this way.
      return refused.getResponse();
    }
    ProblemException problem = problem(thrown, requestId);
    Response.ResponseBuilder response = response(problem, Problem.of(problem, requestId));
    if (problem.code() == ProblemCode.METHOD_NOT_ALLOWED
        && thrown instanceof WebApplicationException refused) {
      response.header(HttpHeaders.ALLOW, refused.getResponse().getHeaderString(HttpHeaders.ALLOW));
    }
    return response.build();
  }

  private static Response.ResponseBuilder response(ProblemException problem, Problem document) {
    byte[] body = Json.bytes(document);
    Response.ResponseBuilder response =
        Response.status(document.status())
            .header(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
            .header(HttpHeaders.CONTENT_LENGTH, body.length)
            .entity(body);
    problem
        .retryAfter()
        .ifPresent(after -> response.header(HttpHeaders.RETRY_AFTER, seconds(after)));
    switch (problem.code()) {
      case UNAUTHENTICATED ->
          response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"tola\"");
      case TOKEN_EXPIRED ->
          response.header(
              HttpHeaders.WWW_AUTHENTICATE,
              "Bearer realm=\"tola\", error=\"invalid_token\", error_description=\"expired\"");
      case FORBIDDEN ->
          response.header(
              HttpHeaders.WWW_AUTHENTICATE, "Bearer realm=\"tola\", error=\"insufficient_scope\"");
      default -> {
        // Nothing more to say in headers.
      }
    }
    return response;
  }

  /** Whole seconds, rounded up: asking again too early is worth nothing. */
  static long seconds(Duration after) {
    return Math.max(1, after.plusMillis(999).toSeconds());
  }

  /** What can be told of it; logs what can't. */
  static ProblemException problem(Throwable thrown, String requestId) {
    int seen = 0;
    for (Throwable at = thrown; at != null && seen++ < MAX_CAUSES; at = at.getCause()) {
      if (at instanceof ProblemException problem) {
        if (problem.code() == ProblemCode.INTERNAL) {
          LOG.log(Level.ERROR, "request " + requestId + " failed", thrown);
        }
        return problem;
      }
      if (at instanceof InvalidValueException invalid) {
        return new ProblemException(
            ProblemCode.INVALID_PARAMETER,
            invalid.field() + ' ' + invalid.getMessage() + '.',
            List.of(new io.tola.kernel.problem.FieldError(invalid.field(), invalid.getMessage())));
      }
      if (at instanceof WebApplicationException refused) {
        return refused(refused, requestId);
      }
      if (at instanceof SQLException failed && LOCKED.equals(failed.getSQLState())) {
        LOG.log(Level.WARNING, "request {0}: a lock wasn't had in time", requestId);
        return new ProblemException(
            ProblemCode.UNAVAILABLE,
            "What the request needs is locked by others; ask again.",
            List.of(),
            DATABASE_RETRY);
      }
      if (at instanceof SQLException failed && isUnavailable(failed)) {
        LOG.log(
            Level.WARNING,
            "request {0}: the database is not there: {1}",
            requestId,
            failed.getMessage());
        return new ProblemException(
            ProblemCode.DATABASE_UNAVAILABLE,
            "The database can't be reached now.",
            List.of(),
            DATABASE_RETRY);
      }
    }
    LOG.log(Level.ERROR, "request " + requestId + " failed", thrown);
    return new ProblemException(
        ProblemCode.INTERNAL, "The platform failed. Give the trace_id to whoever runs it.");
  }

  /** The code of the problem in it, which the container may have wrapped; null when there is none. */
  static ProblemCode code(Throwable thrown) {
    int seen = 0;
    for (Throwable at = thrown; at != null && seen++ < MAX_CAUSES; at = at.getCause()) {
      if (at instanceof ProblemException problem) {
        return problem.code();
      }
    }
    return null;
  }

  /** Whether it says that the database, or another part, can't be reached now. */
  static boolean isNoService(Throwable thrown) {
    int seen = 0;
    for (Throwable at = thrown; at != null && seen++ < MAX_CAUSES; at = at.getCause()) {
      if (at instanceof ProblemException problem) {
        return problem.code().status() == 503;
      }
      if (at instanceof SQLException failed) {
        return isUnavailable(failed);
      }
    }
    return false;
  }

  /**
   * Connections refused, lost or used up, and a server that shuts down or is a standby (PostgreSQL,
   * appendix A).
   */
  private static boolean isUnavailable(SQLException e) {
    if (e instanceof SQLTransientException
        || e instanceof SQLRecoverableException
        || e instanceof SQLNonTransientConnectionException) {
      return true;
    }
    String state = e.getSQLState();
    return state != null
        && (state.startsWith("08")
            || state.startsWith("57")
            || state.startsWith("53")
            || state.equals("25006")
            || state.equals("40001")
            || state.equals("40P01"));
  }

  private static ProblemException refused(WebApplicationException refused, String requestId) {
    int status = refused.getResponse().getStatus();
    switch (status) {
      case 404:
        return new ProblemException(
            ProblemCode.NOT_FOUND, "There is nothing at this path; /openapi lists what there is.");
      case 405:
        return new ProblemException(
            ProblemCode.METHOD_NOT_ALLOWED, "This path doesn't know that method.");
      case 406:
        return new ProblemException(ProblemCode.NOT_ACCEPTABLE, "Answers are application/json.");
      case 413:
        return new ProblemException(ProblemCode.TOO_LARGE, "The request is too large.");
      case 415:
        return new ProblemException(
            ProblemCode.UNSUPPORTED_MEDIA_TYPE, "Send application/json in UTF-8, not compressed.");
      default:
        if (status < 500) {
          return new ProblemException(
              ProblemCode.INVALID_PARAMETER, "The request is not well-formed.");
        }
        LOG.log(Level.ERROR, "request " + requestId + " failed", refused);
        return new ProblemException(
            ProblemCode.INTERNAL, "The platform failed. Give the trace_id to whoever runs it.");
    }
  }
}
