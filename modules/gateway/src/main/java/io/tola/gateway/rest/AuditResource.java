package io.tola.gateway.rest;

import io.tola.audit.api.AuditFilter;
import io.tola.audit.api.AuditLog;
import io.tola.audit.api.AuditProofs;
import io.tola.gateway.rest.body.AuditRecordShape;
import io.tola.gateway.rest.body.CheckpointShape;
import io.tola.gateway.rest.body.ConsistencyProofShape;
import io.tola.gateway.rest.body.InclusionProofShape;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.VerificationShape;
import io.tola.gateway.security.Allow;
import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/** The audit trail, for auditors. */
@Path("audit")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {

  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 100;
  private static final int MAX_NUMBER = 18;
  private static final int MAX_EXPORTS = 2;
  private static final String NDJSON = "application/x-ndjson";

  /** A verification reads the whole trail: one at a time on a node. */
  private final Semaphore verifications = new Semaphore(1);

  /** An export reads as much; its reader may be slow. */
  private final Semaphore exports = new Semaphore(MAX_EXPORTS);

  @Inject private AuditLog audit;
  @Inject private AuditProofs proofs;

  @GET
  @Path("log")
  @Allow(Role.AUDITOR)
  public PageShape<AuditRecordShape> log(@Context UriInfo uri) {
    Query query = Query.of(uri);
    String actor = query.text("actor", 128);
    String action = query.text("action", 64);
    String entityId = query.text("entity_id", 128);
    AccountId account = query.accountId();
    Instant from = query.instant("from");
    Instant to = query.instant("to");
    query.fromBeforeTo(from, to);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    return PageShape.of(
        audit.log(
            new AuditFilter(
                actor,
                action,
                entityId,
                account == null ? null : account.value(),
                from,
                to,
                limit,
                cursor)),
        AuditRecordShape::of);
  }

  /** As lines with the progress when the client asks for NDJSON, as one document otherwise. */
  @GET
  @Path("verify")
  @Produces({MediaType.APPLICATION_JSON, NDJSON})
  @Allow(Role.AUDITOR)
  public Response verify(@Context UriInfo uri, @Context HttpHeaders headers) {
    Query query = Query.of(uri);
    Instant from = query.instant("from");
    query.done();
    if (headers.getAcceptableMediaTypes().stream().anyMatch(AuditResource::isNdjson)) {
      if (verifications.availablePermits() == 0) {
        throw busy("A verification is running already.");
      }
      StreamingOutput stream = new VerificationStream(audit, from, verifications);
      return Response.ok(stream, NDJSON).build();
    }
    if (!verifications.tryAcquire()) {
      throw busy("A verification is running already.");
    }
    try {
      return Response.ok(VerificationShape.of(audit.verify(from)), MediaType.APPLICATION_JSON)
          .build();
    } finally {
      verifications.release();
    }
  }

  @GET
  @Path("checkpoint")
  @Allow(Role.AUDITOR)
  public CheckpointShape checkpoint() {
    return CheckpointShape.of(proofs.checkpoint());
  }

  @GET
  @Path("proof/{entry_id}")
  @Allow(Role.AUDITOR)
  public InclusionProofShape proof(@PathParam("entry_id") String id) {
    UUID entry;
    try {
      entry = Ids.parse("entry_id", id);
    } catch (InvalidValueException e) {
      throw new ProblemException(
          ProblemCode.AUDIT_ENTRY_NOT_FOUND, "There is no such entry, or it was dropped.");
    }
    return InclusionProofShape.of(proofs.proof(entry));
  }

  @GET
  @Path("proof")
  @Allow(Role.AUDITOR)
  public ConsistencyProofShape consistency(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Long from = query.requiredValue("from", MAX_NUMBER, text -> number("from", text));
    Long to = query.value("to", MAX_NUMBER, text -> number("to", text));
    query.done();
    return ConsistencyProofShape.of(proofs.consistency(from, to));
  }

  /** Streamed; what is wrong with the parameters is a problem document, a later failure breaks it off. */
  @GET
  @Path("export")
  @Produces({NDJSON, MediaType.APPLICATION_JSON})
  @Allow(Role.AUDITOR)
  public Response export(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Long from = query.value("from", MAX_NUMBER, text -> number("from", text));
    Long to = query.value("to", MAX_NUMBER, text -> number("to", text));
    query.done();
    if (exports.availablePermits() == 0) {
      throw busy("Enough exports are running already.");
    }
    Iterator<String> lines = proofs.export(from, to);
    StreamingOutput stream =
        out -> {
          exports.acquireUninterruptibly();
          try {
            while (lines.hasNext()) {
              out.write(lines.next().getBytes(StandardCharsets.UTF_8));
              out.write('\n');
            }
          } finally {
            exports.release();
          }
        };
    return Response.ok(stream, NDJSON)
        .header("Content-Disposition", "attachment; filename=\"audit-export.ndjson\"")
        .build();
  }

  private static boolean isNdjson(MediaType type) {
    return type.getType().equals("application") && type.getSubtype().equals("x-ndjson");
  }

  private static Long number(String field, String text) {
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a negative one.
    }
    throw new InvalidValueException(field, "must be a whole number from 0");
  }

  private static ProblemException busy(String detail) {
    return new ProblemException(ProblemCode.UNAVAILABLE, detail, List.of(), Duration.ofSeconds(5));
  }
}
