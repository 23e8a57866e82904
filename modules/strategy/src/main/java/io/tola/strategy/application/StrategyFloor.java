package io.tola.strategy.application;

import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.MarketData;
import io.tola.strategy.api.Backtest;
import io.tola.strategy.api.BacktestResult;
import io.tola.strategy.api.ChangeStrategy;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.RunResult;
import io.tola.strategy.api.RunStrategy;
import io.tola.strategy.api.Signal;
import io.tola.strategy.api.SignalFilter;
import io.tola.strategy.api.StrategyDesk;
import io.tola.strategy.api.StrategyPerformance;
import io.tola.strategy.api.StrategyView;
import io.tola.strategy.api.spi.TradingStrategy;
import io.tola.strategy.domain.Simulation;
import io.tola.strategy.store.SignalStore;
import io.tola.strategy.store.StoreFault;
import io.tola.strategy.store.StoredSettings;
import io.tola.strategy.store.StrategyStore;
import io.tola.trading.api.OrderDesk;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * The facade of strategies. Works out of any transaction, in the caller's thread; what is written is
 * {@link SignalBook}'s.
 */
@Singleton
@Local(StrategyDesk.class)
@LocalBean
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class StrategyFloor implements StrategyDesk {

  static final int MOST_SYMBOLS = 50;
  static final int MOST_SIGNALS = 500;

  private static final BigDecimal MOST_CASH = new BigDecimal("1000000000000");
  private static final BigDecimal MOST_COSTS = new BigDecimal("1000");
  private static final int COST_DECIMALS = 4;
  private static final int BACKTESTS_AT_ONCE = 2;
  private static final long ORDERS_SECONDS = 20;

  /** A session is a quarter of a day, less weekends: so much longer than its bars a range may be. */
  private static final int SPARSENESS = 8;

  /** A daily bar stays good over a long weekend, an intraday one for the bar that follows it. */
  private static final Duration DAILY_GOOD_FOR = Duration.ofDays(5);

  @Inject private StrategyCatalogue catalogue;
  @Inject private StrategyStore store;
  @Inject private SignalStore signalStore;
  @Inject private QueryCaches caches;
  @Inject private SignalBook book;
  @Inject private MarketData market;
  @Inject private OrderDesk orders;
  @Inject private Clock clock;
  @Inject private MetricRegistry metrics;

  @Inject
  @ConfigProperty(name = "tola.strategy.backtest-max-bars", defaultValue = "20000")
  private int mostBars;

  private final Semaphore backtests = new Semaphore(BACKTESTS_AT_ONCE);

  /** For the container. */
  public StrategyFloor() {}

  StrategyFloor(
      StrategyCatalogue catalogue,
      StrategyStore store,
      SignalStore signalStore,
      QueryCaches caches,
      SignalBook book,
      MarketData market,
      OrderDesk orders,
      Clock clock,
      MetricRegistry metrics,
      int mostBars) {
    this.catalogue = catalogue;
    this.store = store;
    this.signalStore = signalStore;
    this.caches = caches;
    this.book = book;
    this.market = market;
    this.orders = orders;
    this.clock = clock;
    this.metrics = metrics;
    this.mostBars = mostBars;
  }

  @Override
  public List<StrategyView> strategies() {
    Map<String, StoredSettings> stored = store.all();
    return catalogue.all().stream()
        .map(strategy -> StrategyCatalogue.shown(strategy, stored.get(strategy.name())))
        .toList();
  }

  @Override
  public StrategyView strategy(String name) {
    TradingStrategy strategy = catalogue.get(name);
    return StrategyCatalogue.shown(strategy, store.find(name).orElse(null));
  }

  @Override
  public StrategyView change(ChangeStrategy change) {
    return book.change(change);
  }

  @Override
  public Page<Signal> signals(SignalFilter filter) {
    catalogue.get(filter.strategy());
    if (filter.limit() < 1 || filter.limit() > MOST_SIGNALS) {
      throw invalid(ProblemCode.INVALID_PARAMETER, "limit", "must be from 1 to " + MOST_SIGNALS);
    }
    return signalStore.shownPage(filter.strategy(), filter);
  }

  @Override
  public List<StrategyPerformance> performance(String name) {
    catalogue.get(name);
    return store.performance(name);
  }

  private StrategyCatalogue.Ready ready(String name) {
    TradingStrategy strategy = catalogue.get(name);
    return StrategyCatalogue.ready(strategy, store.find(name).orElse(null));
  }

  @Override
  public RunResult run(RunStrategy run) {
    StrategyCatalogue.Ready ready = ready(run.strategy());
    Instant now = clock.instant();
    checkRun(run, ready, now);
    SignalBook.requireKnown(market, run.symbols());
    Instant asOf = run.asOf() == null ? now : run.asOf();
    Interval interval = run.interval() == null ? ready.view().interval() : run.interval();

    List<Signal> said = new ArrayList<>();
    Map<Symbol, ProblemException> problems = new HashMap<>();
    Analyst analyst = new Analyst(new BarReader(market));
    for (Symbol symbol : run.symbols()) {
      try {
        said.add(
            analyst.look(ready, symbol, interval, asOf, Signal.Source.ON_DEMAND, run.user(), now));
      } catch (ProblemException e) {
        if (e.code() != ProblemCode.NOT_ENOUGH_HISTORY) {
          throw e;
        }
        problems.put(symbol, e);
      }
    }
    if (said.isEmpty()) {
      throw problems.get(run.symbols().get(0));
    }
    String account = run.autoTrade() == null ? null : run.autoTrade().account().toString();
    List<Signal> stored = book.record(run.strategy(), said, run.user(), account);
    told(run.strategy(), said, stored);

    Map<Symbol, Signal> bySymbol = new HashMap<>();
    stored.forEach(signal -> bySymbol.put(signal.symbol(), signal));
    Map<Symbol, PlaceOutcome> outcomes =
        run.autoTrade() == null ? Map.of() : trade(run, stored, now);
    List<RunResult.Item> items = new ArrayList<>();
    for (Symbol symbol : run.symbols()) {
      Signal signal = bySymbol.get(symbol);
      boolean repeated = signal != null && said.stream().noneMatch(s -> s.id().equals(signal.id()));
      items.add(
          new RunResult.Item(symbol, signal, repeated, problems.get(symbol), outcomes.get(symbol)));
    }
    return new RunResult(run.strategy(), asOf, List.copyOf(items));
  }

  private static void checkRun(RunStrategy run, StrategyCatalogue.Ready ready, Instant now) {
    int count = run.symbols().size();
    if (count < 1 || count > MOST_SYMBOLS || run.symbols().stream().distinct().count() < count) {
      throw invalid(
          ProblemCode.INVALID_FIELD,
          "symbols",
          "must be 1 to " + MOST_SYMBOLS + ", none of them twice");
    }
    if (run.asOf() != null && run.asOf().isAfter(now)) {
      throw invalid(ProblemCode.INVALID_FIELD, "as_of", "must not be in the future");
    }
    if (run.autoTrade() != null) {
      if (run.asOf() != null) {
        throw invalid(
            ProblemCode.INVALID_FIELD,
            "as_of",
            "must not be given with auto_trade: orders trade now");
      }
      if (!ready.view().enabled()) {
        throw new ProblemException(
            ProblemCode.STRATEGY_DISABLED,
            run.strategy() + " is disabled: it may be run and tested, but not trade.");
      }
    }
  }

  private void told(String strategy, List<Signal> said, List<Signal> stored) {
    for (Signal signal : said) {
      if (stored.stream().anyMatch(s -> s.id().equals(signal.id()))) {
        metrics
            .counter(
                "tola_signals_total",
                new Tag("strategy", strategy),
                new Tag("direction", signal.direction().name()))
            .inc();
      }
    }
    caches.invalidate(SignalStore.CACHE, strategy);
  }

  /** Orders for what says BUY or SELL, by symbol, all sent together. */
  private Map<Symbol, PlaceOutcome> trade(RunStrategy run, List<Signal> signals, Instant now) {
    Map<Symbol, PlaceOutcome> outcomes = new LinkedHashMap<>();
    List<PlaceOrder> wanted = new ArrayList<>();
    for (Signal signal : signals) {
      if (signal.direction() == Direction.HOLD) {
        continue;
      }
      Instant ended = signal.barStart().plus(signal.interval().length());
      Duration goodFor =
          signal.interval() == Interval.ONE_DAY
              ? DAILY_GOOD_FOR
              : signal.interval().length().multipliedBy(2);
      if (ended.plus(goodFor).isBefore(now)) {
        outcomes.put(
            signal.symbol(),
            new PlaceOutcome.Failed(
                new ProblemException(
                    ProblemCode.SIGNAL_TOO_OLD,
                    "The last bar of "
                        + signal.symbol()
                        + " ended at "
                        + ended
                        + ": too long ago to trade on.")));
      } else {
        wanted.add(AlgoOrder.of(signal, run.autoTrade(), run.user()));
      }
    }
    List<PlaceOutcome> placed = place(wanted);
    for (int i = 0; i < wanted.size(); i++) {
      outcomes.put(wanted.get(i).symbol(), placed.get(i));
      metrics
          .counter(
              "tola_strategy_orders_total",
              new Tag("strategy", run.strategy()),
              new Tag("outcome", outcome(placed.get(i))))
          .inc();
    }
    return outcomes;
  }

  private static String outcome(PlaceOutcome outcome) {
    if (outcome instanceof PlaceOutcome.Placed placed) {
      return placed.order().status().name();
    }
    return outcome instanceof PlaceOutcome.Repeated ? "REPEATED" : "FAILED";
  }

  private List<PlaceOutcome> place(List<PlaceOrder> wanted) {
    if (wanted.isEmpty()) {
      return List.of();
    }
    try {
      return orders.placeAll(wanted).toCompletableFuture().get(ORDERS_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE,
          "The orders took too long; run it again to see what became of them: none is placed twice.",
          List.of(),
          Duration.ofSeconds(5));
    } catch (ExecutionException e) {
      throw new IllegalStateException("orders of a strategy failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("stopped while orders were under way", e);
    }
  }

  /**
   * Runs what is due; called by the timer on every node. One strategy that fails doesn't keep the others
   * from being run.
   *
   * @throws ScheduleFault the first failure, with the others as suppressed, when all have had their turn
   */
  public void runScheduled() {
    ScheduleFault failed = null;
    for (String name : due()) {
      try {
        List<Signal> said = book.scheduled(name, this::scheduledSignals);
        if (!said.isEmpty()) {
          told(name, said, said);
        }
      } catch (RuntimeException e) {
        if (failed == null) {
          failed = new ScheduleFault("strategy " + name + " can't be run by the clock", e);
        } else {
          failed.addSuppressed(e);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  private List<String> due() {
    try {
      return store.due(clock.instant());
    } catch (StoreFault e) {
      throw new ScheduleFault("strategies can't be run by the clock", e);
    }
  }

  private List<Signal> scheduledSignals(StoredSettings settings) {
    StrategyCatalogue.Ready ready =
        StrategyCatalogue.ready(catalogue.get(settings.name()), settings);
    Analyst analyst = new Analyst(new BarReader(market));
    List<Symbol> symbols =
        settings.symbols().isEmpty()
            ? market.instruments().stream().map(Instrument::symbol).toList()
            : settings.symbols();
    Instant now = clock.instant();
    List<Signal> said = new ArrayList<>();
    for (Symbol symbol : symbols) {
      try {
        said.add(
            analyst.look(
                ready, symbol, settings.interval(), now, Signal.Source.TIMER, "system", now));
      } catch (ProblemException e) {
        if (e.code() != ProblemCode.NOT_ENOUGH_HISTORY) {
          throw e;
        }
        // A share that was listed lately: the others go on.
      }
    }
    return said;
  }

  @Override
  public BacktestResult backtest(Backtest backtest) {
    StrategyCatalogue.Ready ready = ready(backtest.strategy());
    Interval interval = backtest.interval() == null ? ready.view().interval() : backtest.interval();
    checkBacktest(backtest, interval);
    Instrument instrument =
        market
            .instrument(backtest.symbol())
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.UNKNOWN_SYMBOL,
                        "There is no symbol " + backtest.symbol() + " here."));
    if (!backtests.tryAcquire()) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE,
          "This node runs " + BACKTESTS_AT_ONCE + " backtests already.",
          List.of(),
          Duration.ofSeconds(1));
    }
    try {
      BacktestResult result = test(backtest, ready, interval, instrument);
      book.record(result, backtest.user());
      count("tola_backtests_total", "strategy", backtest.strategy());
      return result;
    } finally {
      backtests.release();
    }
  }

  private void checkBacktest(Backtest backtest, Interval interval) {
    if (!backtest.from().isBefore(backtest.to())) {
      throw invalid(ProblemCode.INVALID_FIELD, "from", "must be before to");
    }
    if (backtest.initialCash().value().signum() <= 0
        || backtest.initialCash().value().compareTo(MOST_CASH) > 0) {
      throw invalid(
          ProblemCode.INVALID_FIELD, "initial_cash", "must be above 0 and at most " + MOST_CASH);
    }
    if (backtest.costsBps().signum() < 0
        || backtest.costsBps().compareTo(MOST_COSTS) > 0
        || backtest.costsBps().stripTrailingZeros().scale() > COST_DECIMALS) {
      throw invalid(
          ProblemCode.INVALID_FIELD,
          "costs_bps",
          "must be from 0 to " + MOST_COSTS + ", with at most four decimals");
    }
    Duration longest = interval.length().multipliedBy((long) mostBars * SPARSENESS);
    if (Duration.between(backtest.from(), backtest.to()).compareTo(longest) > 0) {
      throw BarReader.tooMany(mostBars);
    }
  }

  private BacktestResult test(
      Backtest backtest, StrategyCatalogue.Ready ready, Interval interval, Instrument instrument) {
    TradingStrategy strategy = ready.strategy();
    Instant now = clock.instant();
    BarReader reader = new BarReader(market);
    Symbol symbol = backtest.symbol();
    List<Bar> bars = reader.range(symbol, interval, backtest.from(), backtest.to(), now, mostBars);
    int wanted = strategy.barsWanted(ready.settings());
    List<Bar> before =
        bars.isEmpty() ? List.of() : reader.before(symbol, interval, wanted, backtest.from());
    // One bar to decide at, and one to trade at.
    int needed = strategy.barsNeeded(ready.settings()) + 1;
    if (bars.size() < 2 || before.size() + bars.size() < needed) {
      throw Analyst.notEnough(
          strategy.name(), symbol, interval, needed, before.size() + bars.size());
    }
    Simulation simulation =
        new Simulation(
            strategy,
            ready.settings(),
            backtest.initialCash(),
            backtest.costsBps(),
            instrument.lotSize().value());
    before.forEach(simulation::warmUp);
    bars.forEach(simulation::next);
    return new BacktestResult(
        Ids.next(),
        strategy.name(),
        symbol,
        interval,
        backtest.from(),
        backtest.to(),
        ready.view().version(),
        ready.settings().values(),
        simulation.bars(),
        backtest.initialCash(),
        simulation.equity(),
        backtest.costsBps(),
        simulation.costs(),
        simulation.totalReturn(),
        simulation.maxDrawdown(),
        simulation.sharpe(interval),
        Simulation.barsPerYear(interval),
        simulation.winRate(),
        simulation.closedTrades(),
        simulation.winningTrades(),
        simulation.trades(),
        simulation.curve(),
        now);
  }

  private void count(String counter, String tag, String value) {
    metrics.counter(counter, new Tag(tag, value)).inc();
  }

  private static ProblemException invalid(ProblemCode code, String field, String message) {
    return new ProblemException(
        code, field + " " + message + ".", List.of(new FieldError(field, message)));
  }
}
