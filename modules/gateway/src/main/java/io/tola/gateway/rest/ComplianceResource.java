package io.tola.gateway.rest;

import io.tola.gateway.json.Errors;
import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.AlgosShape;
import io.tola.gateway.rest.body.ComplianceShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Approvals;
import io.tola.gateway.security.Approvals.Kind;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.Compliance;
import io.tola.risk.api.RegisteredAlgo;
import io.tola.risk.api.RuleDesk;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;

/** The report for those who check on the platform, and algorithms that the exchange registered. */
@Path("compliance")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ComplianceResource {

  private static final int MAX_REASON = 500;
  private static final int MAX_ALGO = 32;

  @Inject private Compliance compliance;
  @Inject private RuleDesk rules;
  @Inject private Portfolios portfolios;
  @Inject private Approvals approvals;

  @GET
  @Path("report")
  @Allow({Role.RISK, Role.AUDITOR, Role.ADMIN})
  public ComplianceShape report(@Context UriInfo uri) {
    Query.of(uri).done();
    return ComplianceShape.of(compliance.report());
  }

  @GET
  @Path("algos")
  @Allow({Role.RISK, Role.AUDITOR, Role.ADMIN})
  public AlgosShape algos(@Context UriInfo uri) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    return AlgosShape.of(rules.algos(asked));
  }

  @PUT
  @Path("algos/{algo_id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.RISK)
  public Response register(
      @PathParam("algo_id") String algo,
      @MaxBody(4_096) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security)
      throws SQLException {
    AccountId account = account(uri);
    Fields form = body.fields();
    String reason = form.requiredText("reason", MAX_REASON);
    form.done();
    form.errors().throwIfAny();
    if (algo.isBlank() || algo.length() > MAX_ALGO) {
      Errors errors = Errors.ofParameters();
      errors.add("algo_id", "must be 1 to " + MAX_ALGO + " printable ASCII characters");
      throw errors.problem();
    }
    Optional<RegisteredAlgo> known =
        rules.algos(account).stream().filter(a -> a.algoId().equals(algo)).findFirst();
    if (known.isPresent()) {
      return Response.ok(AlgosShape.AlgoShape.of(known.get())).build();
    }
    return ApprovalResource.waits(
        approvals.ask(
            Kind.ALGO_REGISTRATION,
            account.value(),
            CanonicalJson.write(Map.of("algo_id", algo, "reason", reason)),
            Door.caller(security).getName()));
  }

  @DELETE
  @Path("algos/{algo_id}")
  @Allow(Role.RISK)
  public AlgosShape deregister(
      @PathParam("algo_id") String algo, @Context UriInfo uri, @Context SecurityContext security) {
    AccountId account = account(uri);
    rules.deregister(account, algo, Door.caller(security).getName());
    return AlgosShape.of(rules.algos(account));
  }

  private AccountId account(UriInfo uri) {
    Query query = Query.of(uri);
    AccountId account = query.accountId();
    query.done();
    if (account == null) {
      Errors errors = Errors.ofParameters();
      errors.add("account_id", "is required");
      throw errors.problem();
    }
    if (portfolios.account(account).isEmpty()) {
      throw new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account.");
    }
    return account;
  }
}
