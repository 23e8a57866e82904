package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Errors;
import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.StressForm;
import io.tola.gateway.rest.body.StressShape;
import io.tola.gateway.rest.body.VarBacktestShape;
import io.tola.gateway.rest.body.VarForm;
import io.tola.gateway.rest.body.VarShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.RiskAnalysis;
import io.tola.risk.api.StressScenario;
import io.tola.risk.api.Subject;
import io.tola.risk.api.VarTerms;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import java.util.Locale;

/** What portfolios may lose, how well that was foretold, and what shocks would do. */
@Path("risk")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class RiskAnalysisResource {

  private static final int MAX_NUMBER = 20;

  /** What forecasts a backtest goes by. */
  enum Basis {
    /** Made now, from the stored past, for the positions as they are. */
    STATIC,
    /** Made each evening by the daily job, for the positions as they were. */
    RECORDED
  }

  private static final Codes<Basis> BASES =
      Codes.of(Basis.values(), basis -> basis.name().toLowerCase(Locale.ROOT));

  @Inject private RiskAnalysis analysis;

  @GET
  @Path("var")
  @Allow({Role.TRADER, Role.RISK})
  public VarShape valueAtRisk(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    VarTerms terms = terms(query);
    query.done();
    Subject subject = new Subject.Book(List.of(account(Door.caller(security), asked)));
    return VarShape.of(analysis.valueAtRisk(subject, terms));
  }

  @POST
  @Path("var")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.TRADER, Role.RISK})
  public VarShape valueAtRiskOf(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    Fields form = body.fields();
    Subject subject = VarForm.subject(form);
    VarTerms terms = VarForm.terms(form);
    form.done();
    form.errors().throwIfAny();
    requireOwn(Door.caller(security), subject);
    return VarShape.of(analysis.valueAtRisk(subject, terms));
  }

  @GET
  @Path("backtest")
  @Allow({Role.TRADER, Role.RISK})
  public VarBacktestShape backtest(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    Long days = query.value("days", MAX_NUMBER, VarForm::whole);
    if (query.code("basis", BASES) == Basis.RECORDED) {
      query.done();
      return VarBacktestShape.of(analysis.recorded(account(Door.caller(security), asked), days));
    }
    VarTerms terms = terms(query);
    query.done();
    Subject subject = new Subject.Book(List.of(account(Door.caller(security), asked)));
    return VarBacktestShape.of(analysis.backtest(subject, terms, days));
  }

  @POST
  @Path("backtest")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.TRADER, Role.RISK})
  public VarBacktestShape backtestOf(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    Fields form = body.fields();
    Subject subject = VarForm.subject(form);
    VarTerms terms = VarForm.terms(form);
    Long days = form.whole("days", Long.MIN_VALUE, Long.MAX_VALUE);
    form.done();
    form.errors().throwIfAny();
    requireOwn(Door.caller(security), subject);
    return VarBacktestShape.of(analysis.backtest(subject, terms, days));
  }

  @POST
  @Path("stress")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.TRADER, Role.RISK})
  public StressShape stress(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    Fields form = body.fields();
    Subject subject = VarForm.subject(form);
    List<StressScenario> scenarios = StressForm.scenarios(form);
    form.done();
    form.errors().throwIfAny();
    requireOwn(Door.caller(security), subject);
    return StressShape.of(analysis.stress(subject, scenarios));
  }

  private static VarTerms terms(Query query) {
    return new VarTerms(
        query.code("method", VarForm.METHODS),
        query.code("covariance", VarForm.COVARIANCES),
        query.value("confidence", MAX_NUMBER, VarForm::decimal),
        query.value("horizon_days", MAX_NUMBER, VarForm::whole),
        query.value("window", MAX_NUMBER, VarForm::whole),
        query.value("lambda", MAX_NUMBER, VarForm::decimal),
        query.value("scenarios", MAX_NUMBER, VarForm::whole),
        query.value("degrees_of_freedom", MAX_NUMBER, VarForm::decimal),
        query.value("seed", MAX_NUMBER, VarForm::whole));
  }

  /** Role risk may ask about any account, others about their own. */
  private static AccountId account(Caller caller, AccountId asked) {
    if (!caller.has(Role.RISK)) {
      return Query.account(caller, asked);
    }
    if (asked == null) {
      Errors errors = Errors.ofParameters();
      errors.add("account_id", "is required");
      throw errors.problem();
    }
    return asked;
  }

  private static void requireOwn(Caller caller, Subject subject) {
    if (subject instanceof Subject.Book book
        && !caller.has(Role.RISK)
        && !caller.accounts().containsAll(book.accounts())) {
      throw new ProblemException(
          ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account among yours.");
    }
  }
}
