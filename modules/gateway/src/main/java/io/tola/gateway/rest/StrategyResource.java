package io.tola.gateway.rest;

import io.tola.gateway.json.Codes;
import io.tola.gateway.rest.body.BacktestShape;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.PerformanceShape;
import io.tola.gateway.rest.body.RunShape;
import io.tola.gateway.rest.body.SignalShape;
import io.tola.gateway.rest.body.StrategyForm;
import io.tola.gateway.rest.body.StrategyShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.web.RequestId;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.SignalFilter;
import io.tola.strategy.api.StrategyDesk;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;

/** Strategies: how they are set, what they say, how they would have done. */
@Path("strategies")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class StrategyResource {

  private static final Codes<Direction> DIRECTIONS = Codes.of(Direction.values(), Enum::name);
  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 50;
  private static final int MAX_SYMBOL = 32;

  @Inject private StrategyDesk desk;

  @GET
  @Allow({Role.TRADER, Role.RISK, Role.ADMIN})
  public PageShape<StrategyShape> strategies(@Context UriInfo uri) {
    Query.of(uri).done();
    return new PageShape<>(desk.strategies().stream().map(StrategyShape::of).toList(), null);
  }

  @GET
  @Path("{strategy}")
  @Allow({Role.TRADER, Role.RISK, Role.ADMIN})
  public StrategyShape strategy(@PathParam("strategy") String strategy, @Context UriInfo uri) {
    Query.of(uri).done();
    return StrategyShape.of(desk.strategy(strategy));
  }

  @PUT
  @Path("{strategy}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow({Role.RISK, Role.ADMIN})
  public StrategyShape change(
      @PathParam("strategy") String strategy,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    return StrategyShape.of(
        desk.change(StrategyForm.change(body.fields(), strategy, Door.caller(security))));
  }

  @GET
  @Path("{strategy}/signals")
  @Allow({Role.TRADER, Role.RISK, Role.ADMIN})
  public PageShape<SignalShape> signals(
      @PathParam("strategy") String strategy, @Context UriInfo uri) {
    Query query = Query.of(uri);
    Symbol symbol = query.value("symbol", MAX_SYMBOL, Symbol::new);
    Direction direction = query.code("direction", DIRECTIONS);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    return PageShape.of(
        desk.signals(new SignalFilter(strategy, symbol, direction, limit, cursor)),
        SignalShape::of);
  }

  @GET
  @Path("{strategy}/performance")
  @Allow({Role.TRADER, Role.RISK, Role.ADMIN})
  public PageShape<PerformanceShape> performance(
      @PathParam("strategy") String strategy, @Context UriInfo uri) {
    Query.of(uri).done();
    return new PageShape<>(
        desk.performance(strategy).stream().map(PerformanceShape::of).toList(), null);
  }

  @POST
  @Path("{strategy}/run")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.TRADER)
  public RunShape run(
      @PathParam("strategy") String strategy,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security,
      @Context HttpServletRequest request) {
    Query.of(uri).done();
    return RunShape.of(
        desk.run(StrategyForm.run(body.fields(), strategy, Door.caller(security))),
        RequestId.of(request));
  }

  @POST
  @Path("{strategy}/backtest")
  @Consumes(MediaType.APPLICATION_JSON)
  @Allow(Role.TRADER)
  public BacktestShape backtest(
      @PathParam("strategy") String strategy,
      @MaxBody(65_536) JsonBody body,
      @Context UriInfo uri,
      @Context SecurityContext security) {
    Query.of(uri).done();
    return BacktestShape.of(
        desk.backtest(StrategyForm.backtest(body.fields(), strategy, Door.caller(security))));
  }
}
