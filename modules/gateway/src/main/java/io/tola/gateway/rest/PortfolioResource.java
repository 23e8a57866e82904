package io.tola.gateway.rest;

import io.tola.gateway.rest.body.AccountShape;
import io.tola.gateway.rest.body.DailyPnlShape;
import io.tola.gateway.rest.body.DashboardShape;
import io.tola.gateway.rest.body.PageShape;
import io.tola.gateway.rest.body.PositionShape;
import io.tola.gateway.rest.body.SummaryShape;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Caller;
import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.Pnl;
import io.tola.portfolio.api.Portfolios;
import io.tola.portfolio.api.PositionView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;

/** Cash and positions of the caller's accounts, and the list of all accounts. */
@Path("")
@ApplicationScoped
@Produces(MediaType.APPLICATION_JSON)
public class PortfolioResource {

  private static final int MAX_PAGE = 500;
  private static final int DEFAULT_PAGE = 100;

  @Inject private Portfolios portfolios;
  @Inject private Pnl pnl;
  @Inject private MarketData market;

  /** Every account by name: how a risk officer finds the one whose limits to change. */
  @GET
  @Path("accounts")
  @Allow({Role.RISK, Role.OPS, Role.ADMIN})
  public PageShape<AccountShape> accounts(@Context UriInfo uri) {
    Query query = Query.of(uri);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    return PageShape.of(portfolios.accounts(limit, cursor), AccountShape::of);
  }

  @GET
  @Path("portfolio/summary")
  @Allow(Role.TRADER)
  public SummaryShape summary(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    return SummaryShape.of(pnl.report(Query.account(Door.caller(security), asked)));
  }

  /** Profit and loss by day, with what the days come to. */
  @GET
  @Path("portfolio/pnl/daily")
  @Allow(Role.TRADER)
  public DailyPnlShape daily(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    LocalDate from = query.day("from");
    LocalDate to = query.day("to");
    query.fromNotAfterTo(from, to);
    query.done();
    AccountId account = Query.account(Door.caller(security), asked);
    return DailyPnlShape.of(account, pnl.days(account, from, to));
  }

  /** What a dashboard shows, in one call. */
  @GET
  @Path("dashboard/summary")
  @Allow(Role.TRADER)
  public DashboardShape dashboard(@Context UriInfo uri, @Context SecurityContext security) {
    Query query = Query.of(uri);
    AccountId asked = query.accountId();
    query.done();
    return DashboardShape.of(
        pnl.report(Query.account(Door.caller(security), asked)), market.feed(), market.phase());
  }

  @GET
  @Path("positions/active")
  @Allow(Role.TRADER)
  public PageShape<PositionShape> active(@Context UriInfo uri, @Context SecurityContext security) {
    return list(uri, security, portfolios::active);
  }

  @GET
  @Path("positions/open")
  @Allow(Role.TRADER)
  public PageShape<PositionShape> open(@Context UriInfo uri, @Context SecurityContext security) {
    return list(uri, security, portfolios::open);
  }

  /** One of the two lists of the facade. */
  private interface Listing {
    Page<PositionView> read(Set<AccountId> accounts, Symbol symbol, int limit, String cursor);
  }

  private static PageShape<PositionShape> list(
      UriInfo uri, SecurityContext security, Listing listing) {
    Query query = Query.of(uri);
    AccountId account = query.accountId();
    Symbol symbol = query.value("symbol", 32, Symbol::new);
    int limit = query.limit(DEFAULT_PAGE, MAX_PAGE);
    String cursor = query.cursor();
    query.done();
    Set<AccountId> accounts = Query.accounts(Door.caller(security), account);
    return accounts.isEmpty()
        ? PageShape.empty()
        : PageShape.of(listing.read(accounts, symbol, limit, cursor), PositionShape::of);
  }

  @GET
  @Path("positions/{position_id: [0-9a-fA-F-]+}")
  @Allow(Role.TRADER)
  public PositionShape position(
      @PathParam("position_id") String id, @Context SecurityContext security) {
    Caller caller = Door.caller(security);
    if (caller.accounts().isEmpty()) {
      throw notFound();
    }
    return PositionShape.of(
        portfolios
            .position(positionId(id), caller.accounts())
            .orElseThrow(PortfolioResource::notFound));
  }

  private static UUID positionId(String text) {
    try {
      return Ids.parse("position_id", text);
    } catch (InvalidValueException e) {
      throw notFound();
    }
  }

  private static ProblemException notFound() {
    return new ProblemException(
        ProblemCode.POSITION_NOT_FOUND, "There is no such position among yours.");
  }
}
