package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Errors;
import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.HaltsShape;
import io.tola.gateway.rest.body.ModesShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.Portfolios;
import io.tola.trading.api.TradingControls;
import io.tola.trading.api.TradingMode;
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
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.util.Set;

/** Halts of symbols and trading modes of accounts. */
@Path("")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class ControlResource {

  private static final int MAX_REASON = 500;
  private static final Codes<TradingMode> MODES = Codes.of(TradingMode.values(), TradingMode::code);

  @Inject private TradingControls controls;
  @Inject private Portfolios portfolios;

  @GET
  @Path("halts")
  @Allow
  public HaltsShape halts(@Context UriInfo uri) {
    Query.of(uri).done();
    return HaltsShape.of(controls.halts());
  }

  @PUT
  @Path("halts/{symbol}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.RISK, Role.OPS, Role.ADMIN})
  public HaltsShape.HaltShape halt(
      @PathParam("symbol") String symbol,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    Fields form = body.fields();
    String reason = form.requiredText("reason", MAX_REASON);
    form.done();
    form.errors().throwIfAny();
    return HaltsShape.HaltShape.of(
        controls.halt(symbol(symbol), reason, Door.caller(security).getName()));
  }

  @DELETE
  @Path("halts/{symbol}")
  @Allow({Role.RISK, Role.OPS, Role.ADMIN})
  public HaltsShape resume(
      @PathParam("symbol") String symbol, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    controls.resume(symbol(symbol), Door.caller(security).getName());
    return HaltsShape.of(controls.halts());
  }

  /** A word that can't be a symbol is as unknown as one that isn't. */
  private static Symbol symbol(String text) {
    try {
      return new Symbol(text);
    } catch (InvalidValueException e) {
      throw new ProblemException(ProblemCode.UNKNOWN_SYMBOL, "There is no such symbol.");
    }
  }

  @GET
  @Path("trading-modes")
  @Allow({Role.TRADER, Role.RISK, Role.OPS, Role.ADMIN})
  public ModesShape modes(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    Caller caller = Door.caller(security);
    boolean all = caller.has(Role.RISK) || caller.has(Role.OPS) || caller.has(Role.ADMIN);
    if (!all) {
      return ModesShape.of(controls.modes(Query.accounts(caller, asked)));
    }
    if (asked == null) {
      Errors errors = Errors.ofParameters();
      errors.add("account_id", "is required");
      throw errors.problem();
    }
    if (portfolios.account(asked).isEmpty()) {
      throw noAccount();
    }
    return ModesShape.of(controls.modes(Set.of(asked)));
  }

  @PUT
  @Path("trading-modes/{account_id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.RISK, Role.ADMIN})
  public ModesShape.ModeShape setMode(
      @PathParam("account_id") String account,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    Fields form = body.fields();
    TradingMode mode = form.requiredCode("mode", MODES);
    form.done();
    form.errors().throwIfAny();
    return ModesShape.ModeShape.of(
        controls.setMode(account(account), mode, Door.caller(security).getName()));
  }

  private static AccountId account(String text) {
    try {
      return AccountId.parse(text);
    } catch (InvalidValueException e) {
      throw noAccount();
    }
  }

  private static ProblemException noAccount() {
    return new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account.");
  }
}
