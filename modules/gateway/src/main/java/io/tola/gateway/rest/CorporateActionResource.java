package io.tola.gateway.rest;

import io.tola.gateway.rest.body.CorporateActionShape;
import io.tola.gateway.security.Allow;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions;
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
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.LocalDate;
import java.util.UUID;

/** Splits, bonuses and dividends. */
@Path("corporate-actions")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class CorporateActionResource {

  @Inject private CorporateActions actions;

  @GET
  @Allow
  public CorporateActionShape.ListShape list(@Context UriInfo uri) {
    Query query = Query.of(uri);
    Symbol symbol = query.value("symbol", 32, Symbol::new);
    LocalDate from = query.day("from");
    LocalDate to = query.day("to");
    query.fromNotAfterTo(from, to);
    query.done();
    return new CorporateActionShape.ListShape(
        actions.actions(symbol, from, to).stream().map(CorporateActionShape::of).toList());
  }

  /** Records one; it changes no position yet. */
  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.OPS, Role.ADMIN})
  public CorporateActionShape record(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    CorporateAction action = CorporateActionShape.read(body.fields());
    return CorporateActionShape.of(actions.record(action, Door.caller(security).getName()));
  }

  /** Applies it to every position held before its ex-date; not by who recorded it. */
  @POST
  @Path("{action_id: [0-9a-fA-F-]+}/apply")
  @Allow({Role.OPS, Role.ADMIN})
  public CorporateActionShape.AppliedShape apply(
      @PathParam("action_id") String id, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    return CorporateActionShape.AppliedShape.of(
        actions.apply(actionId(id), Door.caller(security).getName()));
  }

  private static UUID actionId(String text) {
    try {
      return Ids.parse("action_id", text);
    } catch (InvalidValueException e) {
      throw new ProblemException(
          ProblemCode.CORPORATE_ACTION_NOT_FOUND, "There is no such corporate action.");
    }
  }
}
