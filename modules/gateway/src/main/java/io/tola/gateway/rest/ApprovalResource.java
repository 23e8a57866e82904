package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.json.Json;
import io.tola.gateway.rest.body.ApprovalShape;
import io.tola.gateway.rest.body.LimitsShape;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Approvals;
import io.tola.gateway.security.Approvals.Approval;
import io.tola.gateway.security.Approvals.Status;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.RuleDesk;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.UUID;

/** What one person asked for, for another to decide. */
@Path("approvals")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ApprovalResource {

  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 100;
  private static final int MAX_REASON = 500;
  private static final Codes<Status> STATUSES = Codes.of(Status.values(), Status::name);

  @Inject private Approvals approvals;
  @Inject private RiskDesk risk;
  @Inject private RuleDesk rules;

  @GET
  @Allow({Role.RISK, Role.AUDITOR})
  public PageShape<ApprovalShape> approvals(@Context UriInfo uri) throws SQLException {
    Query query = Query.of(uri);
    Status status = query.code("status", STATUSES);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    return PageShape.of(approvals.approvals(status, limit, cursor), ApprovalShape::of);
  }

  @GET
  @Path("{approval_id}")
  @Allow({Role.RISK, Role.AUDITOR})
  public ApprovalShape approval(@PathParam("approval_id") String id, @Context UriInfo uri)
      throws SQLException {
    Query.of(uri).done();
    return ApprovalShape.of(approvals.approval(id(id)));
  }

  @POST
  @Path("{approval_id}/approve")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.RISK)
  public ApprovalShape approve(
      @PathParam("approval_id") String id,
      @MaxBody(4_096) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security)
      throws SQLException {
    Query.of(uri).done();
    Fields form = body.fields();
    String reason = form.text("reason", MAX_REASON);
    form.done();
    form.errors().throwIfAny();
    Caller caller = Door.caller(security);
    UUID approval = id(id);
    try {
      return ApprovalShape.of(
          approvals.approve(approval, caller, reason, asked -> perform(asked, caller.getName())));
    } catch (RuntimeException e) {
      if (Problems.code(e) == ProblemCode.TRADING_STATE_CONFLICT) {
        // What it would replace is gone, and won't come back: it isn't open any more.
        approvals.outdated(approval);
      }
      throw e;
    }
  }

  @POST
  @Path("{approval_id}/refuse")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.RISK)
  public ApprovalShape refuse(
      @PathParam("approval_id") String id,
      @MaxBody(4_096) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security)
      throws SQLException {
    Query.of(uri).done();
    Fields form = body.fields();
    String reason = form.requiredText("reason", MAX_REASON);
    form.done();
    form.errors().throwIfAny();
    return ApprovalShape.of(approvals.refuse(id(id), Door.caller(security), reason));
  }

  private void perform(Approval asked, String approver) {
    if (approvals.isGone(asked)) {
      throw new ProblemException(
          ProblemCode.TRADING_STATE_CONFLICT,
          "What this would change was changed meanwhile: ask again for what is needed now.");
    }
    switch (asked.kind()) {
      case LIMIT_RAISE -> {
        Fields limits = Fields.of(Json.parse(asked.request().getBytes(StandardCharsets.UTF_8)));
        UUID account = asked.accountId();
        risk.raiseLimits(
            LimitsShape.read(limits, account == null ? null : new AccountId(account)),
            asked.requestedBy(),
            approver);
      }
      case SYMBOL_RELEASE -> {
        Fields release = Fields.of(Json.parse(asked.request().getBytes(StandardCharsets.UTF_8)));
        rules.release(
            new Symbol(release.requiredText("symbol", MAX_REASON)), asked.requestedBy(), approver);
      }
      case ALGO_REGISTRATION -> {
        Fields algo = Fields.of(Json.parse(asked.request().getBytes(StandardCharsets.UTF_8)));
        rules.register(
            new AccountId(asked.accountId()),
            algo.requiredText("algo_id", MAX_REASON),
            algo.requiredText("reason", MAX_REASON),
            asked.requestedBy(),
            approver);
      }
    }
  }

  /** The answer to what waits for a second person. */
  static Response waits(Approval waiting) {
    return Response.status(Response.Status.ACCEPTED).entity(ApprovalShape.of(waiting)).build();
  }

  private static UUID id(String text) {
    try {
      return Ids.parse("approval_id", text);
    } catch (InvalidValueException e) {
      throw Approvals.notFound();
    }
  }
}
