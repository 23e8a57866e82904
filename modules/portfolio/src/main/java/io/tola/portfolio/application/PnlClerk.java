package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.Charges;
import io.tola.portfolio.api.DailyPnl;
import io.tola.portfolio.api.Pnl;
import io.tola.portfolio.api.PnlReport;
import io.tola.portfolio.api.PnlSeries;
import io.tola.portfolio.api.PortfolioSummary;
import io.tola.portfolio.api.Portfolios;
import io.tola.portfolio.store.PnlStore;
import io.tola.trading.api.TradeFeed;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Reckons profit and loss, each call in a transaction of its own: what an order commits never waits
 * for it, and a failure here undoes nothing else.
 */
@Singleton
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class PnlClerk {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private Clock clock;

  @Inject private MarketData market;

  @Inject private Portfolios portfolios;

  @Inject private TradeFeed trades;

  @Inject
  @ConfigProperty(name = "tola.portfolio.risk-free-pct", defaultValue = "0")
  private BigDecimal riskFreePct;

  private PnlStore store;
  private Reckoning reckoning;

  /** For the container. */
  public PnlClerk() {}

  PnlClerk(
      DataSource dataSource,
      Clock clock,
      MarketData market,
      Portfolios portfolios,
      TradeFeed trades,
      BigDecimal riskFreePct) {
    this.dataSource = dataSource;
    this.clock = clock;
    this.market = market;
    this.portfolios = portfolios;
    this.trades = trades;
    this.riskFreePct = riskFreePct;
    start();
  }

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    store = new PnlStore(dataSource);
    reckoning = new Reckoning(store, trades, clock);
  }

  /** How the account stands; empty when there is none. */
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public Optional<PnlStore.Version> version(AccountId account) {
    return store.version(account);
  }

  /**
   * Reckons a page of the account's trades, for who does it unasked.
   *
   * @return whether none is left
   * @throws WatchFault when the database is away
   */
  public boolean advance(AccountId account) {
    return WatchFault.watched(() -> reckoning.advance(account, standing(account).sequence()));
  }

  /**
   * A report and how the account stood before it was made; what happened since may be in it too.
   *
   * @param sequence of the account's last execution report
   * @param updatedAt of the account's row
   */
  public record Kept(long sequence, Instant updatedAt, PnlReport report) {

    /** Whether it shows all that a reader knows who saw the account stand so. */
    boolean holds(PnlStore.Version seen) {
      return sequence > seen.sequence()
          || (sequence == seen.sequence() && updatedAt.equals(seen.updatedAt()));
    }
  }

  /**
   * A report that was asked for.
   *
   * @param byOthers whether somebody else had made it
   */
  public record Made(Kept kept, boolean byOthers) {}

  /**
   * Reckons a page of the account's trades and, when none is left, reports; unless somebody else did
   * while this call waited for the account's lock.
   *
   * @param byOthers looks for a report that somebody else has made
   * @param share shows the report to others, before the lock is given back
   * @return empty when there was more than a page: to be called again
   * @throws ProblemException ACCOUNT_NOT_FOUND
   */
  public Optional<Made> report(
      AccountId account, Supplier<Optional<Kept>> byOthers, Consumer<Kept> share) {
    // Before anything is written for an account that isn't there.
    standing(account);
    store.lock(account, clock.instant());
    Optional<Kept> there = byOthers.get();
    if (there.isPresent()) {
      return there.map(kept -> new Made(kept, true));
    }
    // Read again, so that who waits for the lock too finds as new a report as can be.
    PnlStore.Version version = standing(account);
    if (!reckoning.advance(account, version.sequence())) {
      return Optional.empty();
    }
    Kept made = new Kept(version.sequence(), version.updatedAt(), make(account));
    share.accept(made);
    return Optional.of(new Made(made, false));
  }

  private PnlReport make(AccountId account) {
    PnlStore.Standing standing = store.standing(account).orElseThrow(PnlClerk::notFound);
    Portfolios.Overview overview = portfolios.overview(account, Pnl.LARGEST);
    PortfolioSummary summary = overview.summary();
    PnlSeries series =
        DayBook.series(
            store.days(account),
            day(standing.openedAt()),
            day(clock.instant()),
            standing.funded(),
            summary,
            riskFreePct);
    Charges charges = Charges.NONE;
    Money dividends = Money.ZERO;
    for (DailyPnl day : series.days()) {
      // As the days show them, so that they add up.
      charges = charges.plus(day.charges().rounded());
      dividends = dividends.plus(day.dividends());
    }
    return new PnlReport(
        summary,
        standing.realisedAverage(),
        dividends,
        charges,
        series.days(),
        series.statistics(),
        overview.largest());
  }

  private PnlStore.Version standing(AccountId account) {
    return store.version(account).orElseThrow(PnlClerk::notFound);
  }

  static ProblemException notFound() {
    return new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account");
  }

  /**
   * Accounts whose trades aren't reckoned, quiet since then.
   *
   * @throws WatchFault when the database is away
   */
  public List<AccountId> behind(Instant quietSince, int most) {
    return WatchFault.watched(() -> store.behind(quietSince, most));
  }

  /**
   * Whether the day's last snapshot was taken; empty when none was.
   *
   * @throws WatchFault when the database is away
   */
  public Optional<Boolean> snapshotIsFinal(LocalDate day) {
    return WatchFault.watched(() -> store.snapshotIsFinal(day));
  }

  /**
   * Notes what every account is worth at the quotes of the moment.
   *
   * @param last whether it is the day's last
   * @param notWithin how old the one before must be, unless it is the day's last
   * @return whether this call did it
   * @throws WatchFault when the database is away
   */
  public boolean snapshot(LocalDate day, boolean last, Duration notWithin) {
    Map<Symbol, Price> prices = new HashMap<>();
    market
        .quotes(market.instruments().stream().map(Instrument::symbol).toList())
        .forEach((symbol, quote) -> prices.put(symbol, quote.last()));
    return WatchFault.watched(() -> store.snapshot(day, prices, last, clock.instant(), notWithin));
  }

  static LocalDate day(Instant at) {
    return at.atZone(Reckoning.INDIA).toLocalDate();
  }
}
