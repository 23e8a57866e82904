package io.tola.gateway.rest;

import io.tola.gateway.health.Components;
import io.tola.gateway.metrics.MetricsShape;
import io.tola.gateway.metrics.MetricsSummary;
import io.tola.gateway.rest.body.StatusShape;
import io.tola.gateway.rest.body.TradingStateShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Anonymous;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import io.tola.market.api.MarketData;
import io.tola.market.api.SessionPhase;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.TradingState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The platform's state and figures. */
@Path("")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class StatusResource {

  private static final String PLATFORM = "platform";

  @Inject private MarketData market;
  @Inject private RiskDesk risk;
  @Inject private Components components;
  @Inject private MetricsSummary metrics;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.profile", defaultValue = "production")
  private String profile;

  @Inject
  @ConfigProperty(name = "tola.version", defaultValue = "0.1.0-SNAPSHOT")
  private String version;

  @GET
  @Path("status")
  @Allow
  public StatusShape status(@Context UriInfo uri, @Context SecurityContext security) {
    Query.of(uri).done();
    Caller caller = Door.caller(security);
    SessionPhase phase = market.phase();
    List<TradingStateShape> trading = trading(caller);
    List<StatusShape.ComponentShape> parts =
        components.all().stream()
            .map(part -> new StatusShape.ComponentShape(part.name(), part.ready()))
            .toList();
    return new StatusShape(
        version,
        profile,
        market.feed(),
        phase,
        phase.acceptsOrders(),
        trading,
        parts,
        clock.instant());
  }

  /** Empty while the database is away: that is when people look at the status. */
  private List<TradingStateShape> trading(Caller caller) {
    try {
      return risk.tradingStates().stream()
          .filter(state -> mayKnow(caller, state))
          .map(TradingStateShape::of)
          .toList();
    } catch (RuntimeException e) {
      if (Problems.isNoService(e)) {
        return List.of();
      }
      throw e;
    }
  }

  private static boolean mayKnow(Caller caller, TradingState state) {
    if (PLATFORM.equals(state.scope())
        || caller.has(Role.RISK)
        || caller.has(Role.OPS)
        || caller.has(Role.ADMIN)) {
      return true;
    }
    for (AccountId account : caller.accounts()) {
      if (account.toString().equals(state.scope())) {
        return true;
      }
    }
    return false;
  }

  @GET
  @Path("metrics")
  @Anonymous
  public MetricsShape metrics() {
    return metrics.now();
  }
}
