package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Errors;
import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.LimitsShape;
import io.tola.gateway.rest.body.TradingStateShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Approvals;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.TradingState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;

/** Limits and the kill switch. */
@Path("risk")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class RiskResource {

  private static final int MAX_REASON = 500;

  /** What the kill switch can be told. */
  enum Action {
    HALT(TradingState.Mode.HALTED),
    REDUCE(TradingState.Mode.REDUCE_ONLY),
    RESUME(TradingState.Mode.NORMAL);

    private final TradingState.Mode mode;

    Action(TradingState.Mode mode) {
      this.mode = mode;
    }
  }

  private static final Codes<Action> ACTIONS =
      Codes.of(Action.values(), action -> action.name().toLowerCase(java.util.Locale.ROOT));

  @Inject private RiskDesk risk;
  @Inject private Portfolios portfolios;
  @Inject private Approvals approvals;

  @GET
  @Path("limits")
  @Allow({Role.TRADER, Role.RISK})
  public LimitsShape limits(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    return LimitsShape.of(risk.limits(account(Door.caller(security), asked)));
  }

  @PUT
  @Path("limits")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.RISK)
  public Response changeLimits(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security)
      throws SQLException {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    Caller caller = Door.caller(security);
    return changed(body, account(caller, asked), caller);
  }

  @GET
  @Path("limits/default")
  @Allow({Role.TRADER, Role.RISK})
  public LimitsShape defaultLimits(@Context UriInfo uri) {
    Query.of(uri).done();
    return LimitsShape.of(risk.defaultLimits());
  }

  @PUT
  @Path("limits/default")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.RISK)
  public Response changeDefaultLimits(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security)
      throws SQLException {
    Query.of(uri).done();
    return changed(body, null, Door.caller(security));
  }

  /** Changes limits, or keeps a raise for somebody else to decide; without an account the defaults. */
  private Response changed(JsonBody body, AccountId account, Caller caller) throws SQLException {
    AccountLimits wished = LimitsShape.read(body.fields(), account);
    try {
      return Response.ok(LimitsShape.of(risk.changeLimits(wished, caller.getName()))).build();
    } catch (RuntimeException e) {
      if (Problems.code(e) != ProblemCode.LIMIT_RAISE_UNAPPROVED) {
        throw e;
      }
    }
    return ApprovalResource.waits(
        approvals.ask(
            Approvals.Kind.LIMIT_RAISE,
            account == null ? null : account.value(),
            body.json().toString(),
            caller.getName()));
  }

  /** Role risk sees every account that exists; others their own. */
  private AccountId account(Caller caller, AccountId asked) {
    if (!caller.has(Role.RISK)) {
      return Query.account(caller, asked);
    }
    if (asked == null) {
      Errors errors = Errors.ofParameters();
      errors.add("account_id", "is required");
      throw errors.problem();
    }
    if (portfolios.account(asked).isEmpty()) {
      throw new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account.");
    }
    return asked;
  }

  @POST
  @Path("kill-switch")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.RISK, Role.OPS, Role.ADMIN})
  public TradingStateShape killSwitch(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    Caller caller = Door.caller(security);
    Fields form = body.fields();
    Action action = form.requiredCode("action", ACTIONS);
    AccountId account = form.value("account_id", 36, AccountId::parse);
    String reason = form.requiredText("reason", MAX_REASON);
    form.done();
    form.errors().throwIfAny();
    boolean fromRisk = caller.has(Role.RISK);
    if (action == Action.RESUME && !fromRisk) {
      throw new ProblemException(
          ProblemCode.FORBIDDEN, "Only a person with role risk resumes trading.");
    }
    return TradingStateShape.of(
        risk.setTradingState(account, action.mode, reason, caller.getName(), fromRisk));
  }
}
