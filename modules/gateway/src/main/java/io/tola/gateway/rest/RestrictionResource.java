package io.tola.gateway.rest;

import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.RestrictedSymbolsShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Approvals;
import io.tola.gateway.security.Approvals.Kind;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
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

/** Symbols nobody may trade. Lifting that waits for a second person. */
@Path("risk")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class RestrictionResource {

  private static final int MAX_REASON = 500;

  @Inject private RuleDesk rules;
  @Inject private Approvals approvals;

  @GET
  @Path("restricted-symbols")
  @Allow({Role.RISK, Role.AUDITOR, Role.ADMIN})
  public RestrictedSymbolsShape restricted(@Context UriInfo uri) {
    Query.of(uri).done();
    return RestrictedSymbolsShape.of(rules.restrictedSymbols());
  }

  @PUT
  @Path("restricted-symbols/{symbol}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.RISK)
  public RestrictedSymbolsShape.RestrictedSymbolShape restrict(
      @PathParam("symbol") String symbol,
      @MaxBody(4_096) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    return RestrictedSymbolsShape.RestrictedSymbolShape.of(
        rules.restrict(symbol(symbol), reason(body), Door.caller(security).getName()));
  }

  @DELETE
  @Path("restricted-symbols/{symbol}")
  @Allow(Role.RISK)
  public Response release(
      @PathParam("symbol") String name, @Context UriInfo uri, @Context SecurityContext security)
      throws SQLException {
    Query.of(uri).done();
    Symbol symbol = symbol(name);
    if (rules.restrictedSymbols().stream().noneMatch(r -> r.symbol().equals(symbol))) {
      throw new ProblemException(ProblemCode.RESTRICTION_NOT_FOUND, symbol + " is not restricted.");
    }
    return ApprovalResource.waits(
        approvals.ask(
            Kind.SYMBOL_RELEASE,
            null,
            CanonicalJson.write(Map.of("symbol", symbol.value())),
            Door.caller(security).getName()));
  }

  private static String reason(JsonBody body) {
    Fields form = body.fields();
    String reason = form.requiredText("reason", MAX_REASON);
    form.done();
    form.errors().throwIfAny();
    return reason;
  }

  /** A word that can't be a symbol is as unknown as one that isn't. */
  private static Symbol symbol(String text) {
    try {
      return new Symbol(text);
    } catch (InvalidValueException e) {
      throw new ProblemException(ProblemCode.UNKNOWN_SYMBOL, "There is no such symbol.");
    }
  }
}
