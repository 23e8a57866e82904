package io.tola.gateway.web;

import io.tola.gateway.json.Problem;
import io.tola.kernel.problem.ProblemCode;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Answers what the container would answer with a page of its own: unknown paths, methods a static
 * file doesn't know, failures outside of the API. Never says more of a failure than its request id,
 * which the log has with the stack trace.
 */
public class ErrorDoor extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(ErrorDoor.class.getName());

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String id = RequestId.of(request);
    // The container may have reset the answer.
    Doorway.headers(request, response, id);
    Integer status = (Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Throwable failure = (Throwable) request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    if (request.getDispatcherType() != DispatcherType.ERROR || status == null) {
      // Somebody asked for this path itself.
      status = HttpServletResponse.SC_NOT_FOUND;
    } else if (failure != null && status >= 500) {
      LOG.log(Level.ERROR, "request " + id + " failed with " + status, failure);
    }
    ProblemCode code = code(status);
    if (code == ProblemCode.METHOD_NOT_ALLOWED && response.getHeader("Allow") == null) {
      response.setHeader("Allow", "GET, HEAD, OPTIONS");
    }
    Doorway.write(response, withStatus(Problem.of(code, detail(code), id), status));
  }

  private static ProblemCode code(int status) {
    return switch (status) {
      case 401 -> ProblemCode.UNAUTHENTICATED;
      case 403 -> ProblemCode.FORBIDDEN;
      case 404 -> ProblemCode.NOT_FOUND;
      case 405 -> ProblemCode.METHOD_NOT_ALLOWED;
      case 406 -> ProblemCode.NOT_ACCEPTABLE;
      case 413 -> ProblemCode.TOO_LARGE;
      case 415 -> ProblemCode.UNSUPPORTED_MEDIA_TYPE;
      case 503 -> ProblemCode.UNAVAILABLE;
      default -> status < 500 ? ProblemCode.INVALID_PARAMETER : ProblemCode.INTERNAL;
    };
  }

  private static String detail(ProblemCode code) {
    return switch (code) {
      case NOT_FOUND -> "There is nothing at this path; /openapi lists what there is.";
      case METHOD_NOT_ALLOWED -> "This path doesn't know that method.";
      case INTERNAL -> "The platform failed. Give the trace_id to whoever runs it.";
      default -> code.title() + ".";
    };
  }

  /** A container's status that has no code of its own keeps its number. */
  private static Problem withStatus(Problem problem, int status) {
    return problem.status() == status
        ? problem
        : new Problem(
            problem.type(),
            problem.title(),
            status,
            problem.detail(),
            problem.code(),
            problem.errors(),
            problem.traceId());
  }
}
