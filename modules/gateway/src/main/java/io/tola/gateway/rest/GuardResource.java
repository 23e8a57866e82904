package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.rest.body.GuardStatusShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.Guards;
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
import java.util.Set;

/** What the guards see, and re-arming one that has acted. */
@Path("guards")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class GuardResource {

  private static final int MAX_REASON = 500;
  private static final int MAX_SCOPE = 64;
  private static final Codes<GuardKind> GUARDS = Codes.of(GuardKind.values(), GuardKind::code);

  @Inject private Guards guards;

  /** Traders see their own accounts, the others all; the market is everybody's. */
  @GET
  @Path("status")
  @Allow({Role.TRADER, Role.RISK, Role.OPS, Role.ADMIN})
  public GuardStatusShape status(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    Caller caller = Door.caller(security);
    boolean all = caller.has(Role.RISK) || caller.has(Role.OPS) || caller.has(Role.ADMIN);
    Set<AccountId> accounts =
        !all ? Query.accounts(caller, asked) : asked == null ? null : Set.of(asked);
    return GuardStatusShape.of(guards.status(accounts));
  }

  @POST
  @Path("rearm")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.RISK)
  public GuardStatusShape.GuardShape rearm(
      @MaxBody(65_536) JsonBody body, @Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    Fields form = body.fields();
    GuardKind guard = form.requiredCode("guard", GUARDS);
    String scope = form.requiredText("scope", MAX_SCOPE);
    String reason = form.requiredText("reason", MAX_REASON);
    form.done();
    form.errors().throwIfAny();
    return GuardStatusShape.GuardShape.of(
        guards.rearm(guard, scope, reason, Door.caller(security).getName()));
  }
}
