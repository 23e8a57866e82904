package io.tola.gateway.rest;

import io.tola.audit.api.AuditFilter;
import io.tola.audit.api.AuditLog;
import io.tola.gateway.rest.body.AuditRecordShape;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.VerificationShape;
import io.tola.gateway.security.Allow;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;

/** The audit trail, for auditors. */
@Path("audit")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class AuditResource {

  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 100;

  /** A verification reads the whole trail: one at a time on a node. */
  private final Semaphore verifications = new Semaphore(1);

  @Inject private AuditLog audit;

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

  @GET
  @Path("verify")
  @Allow(Role.AUDITOR)
  public VerificationShape verify(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Instant from = query.instant("from");
    query.done();
    if (!verifications.tryAcquire()) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE,
          "A verification is running already.",
          List.of(),
          Duration.ofSeconds(5));
    }
    try {
      return VerificationShape.of(audit.verify(from));
    } finally {
      verifications.release();
    }
  }
}
