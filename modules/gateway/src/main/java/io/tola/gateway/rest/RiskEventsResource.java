package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Errors;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.RiskEventShape;
import io.tola.gateway.rest.body.RiskMetricsShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.risk.api.RiskEventFilter;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskMonitor;
import io.tola.risk.api.RiskSeverity;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.Locale;
import java.util.Set;

/** What risk saw, and what accounts have at risk now. A trader reads the own, role risk any. */
@Path("risk")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class RiskEventsResource {

  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 100;

  private static final Codes<RiskEventKind> KINDS =
      Codes.of(RiskEventKind.values(), kind -> kind.name().toLowerCase(Locale.ROOT));
  private static final Codes<RiskSeverity> SEVERITIES =
      Codes.of(RiskSeverity.values(), severity -> severity.name().toLowerCase(Locale.ROOT));

  @Inject private RiskEvents events;
  @Inject private RiskMonitor monitor;

  @GET
  @Path("events")
  @Allow({Role.TRADER, Role.RISK})
  public PageShape<RiskEventShape> events(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    RiskEventKind kind = query.code("type", KINDS);
    RiskSeverity severity = query.code("severity", SEVERITIES);
    Instant from = query.instant("from");
    Instant to = query.instant("to");
    query.fromBeforeTo(from, to);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    Set<AccountId> accounts = accounts(Door.caller(security), asked);
    if (accounts != null && accounts.isEmpty()) {
      return PageShape.empty();
    }
    return PageShape.of(
        events.list(new RiskEventFilter(accounts, kind, severity, from, to, limit, cursor)),
        RiskEventShape::of);
  }

  /** Null is all, the platform's own included. */
  private static Set<AccountId> accounts(Caller caller, AccountId asked) {
    if (caller.has(Role.RISK)) {
      return asked == null ? null : Set.of(asked);
    }
    return Query.accounts(caller, asked);
  }

  @GET
  @Path("metrics")
  @Allow({Role.TRADER, Role.RISK})
  public RiskMetricsShape metrics(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    Caller caller = Door.caller(security);
    if (!caller.has(Role.RISK)) {
      asked = Query.account(caller, asked);
    } else if (asked == null) {
      Errors errors = Errors.ofParameters();
      errors.add("account_id", "is required");
      throw errors.problem();
    }
    return RiskMetricsShape.of(monitor.metrics(asked));
  }
}
