package io.tola.strategy.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.api.MarketData;
import io.tola.schema.TestDatabase;
import io.tola.strategy.Samples;
import io.tola.strategy.api.Backtest;
import io.tola.strategy.api.BacktestResult;
import io.tola.strategy.api.ChangeStrategy;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.RunResult;
import io.tola.strategy.api.RunStrategy;
import io.tola.strategy.api.RunStrategy.AutoTrade;
import io.tola.strategy.api.Signal;
import io.tola.strategy.api.SignalFilter;
import io.tola.strategy.api.StrategyPerformance;
import io.tola.strategy.api.StrategyView;
import io.tola.strategy.domain.Breakout;
import io.tola.strategy.domain.MeanReversion;
import io.tola.strategy.domain.Momentum;
import io.tola.strategy.domain.Rsi;
import io.tola.strategy.store.SignalStore;
import io.tola.strategy.store.StrategyStore;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.OrderDesk;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The desk on real PostgreSQL, with a market and an order desk that do what the test says. */
class StrategyFloorTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final AccountId ACCOUNT = new AccountId(Ids.next());

  private final Map<Symbol, List<Bar>> bars = new HashMap<>();
  private final List<AuditEntry> audited = new ArrayList<>();
  private final List<PlaceOrder> placed = new ArrayList<>();
  private final StrategyStore store = new StrategyStore(DATABASE.appDataSource());
  private final SignalStore signalStore = new SignalStore(DATABASE.appDataSource());
  private final TrainedModel model = new TrainedModel();
  private final StrategyFloor floor = floor();
  private Instant now = Instant.parse("2026-11-20T04:00:00Z");

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  private StrategyFloor floor() {
    StrategyCatalogue catalogue =
        new StrategyCatalogue(
            List.of(new Rsi(), new Momentum(), model, new MeanReversion(), new Breakout()));
    AuditTrail trail = audited::addAll;
    Counter counter = stub(Counter.class, (method, arguments) -> null);
    SignalBook book =
        new SignalBook(store, signalStore, catalogue, market(), present(trail), clock());
    return new StrategyFloor(
        catalogue,
        store,
        signalStore,
        QueryCaches.none(),
        book,
        market(),
        stub(
            OrderDesk.class,
            (method, arguments) -> {
              @SuppressWarnings("unchecked")
              List<PlaceOrder> orders = (List<PlaceOrder>) arguments[0];
              placed.addAll(orders);
              return CompletableFuture.completedFuture(
                  orders.stream()
                      .map(
                          order ->
                              (PlaceOutcome)
                                  new PlaceOutcome.Failed(
                                      new ProblemException(
                                          ProblemCode.UNKNOWN_SYMBOL, "as the test says")))
                      .toList());
            }),
        clock(),
        stub(MetricRegistry.class, (method, arguments) -> counter),
        1_000);
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }

  /** Pages of fifty bars at most, so that paging is part of every test. */
  private MarketData market() {
    return stub(
        MarketData.class,
        (method, a) ->
            switch (method) {
              case "instruments" ->
                  bars.keySet().stream().sorted().map(s -> Samples.instrument(s, 1)).toList();
              case "instrument" ->
                  bars.containsKey(a[0])
                      ? Optional.of(Samples.instrument((Symbol) a[0], 1))
                      : Optional.empty();
              case "history" -> page((Symbol) a[0], (Instant) a[2], (Instant) a[3], (String) a[5]);
              default -> throw new UnsupportedOperationException(method);
            });
  }

  private Page<Bar> page(Symbol symbol, Instant from, Instant to, String cursor) {
    Instant after = cursor == null ? Instant.MIN : Instant.parse(cursor);
    List<Bar> found =
        bars.get(symbol).stream()
            .filter(b -> !b.start().isBefore(from) && b.start().isBefore(to))
            .filter(b -> b.start().isAfter(after))
            .limit(50)
            .toList();
    return new Page<>(
        found, found.size() == 50 ? found.get(found.size() - 1).start().toString() : null);
  }

  /** Closes 100, 100 … and then these; the clock stands at the end of the last day. */
  private void history(Symbol symbol, int still, String... closes) {
    List<Bar> made = new ArrayList<>();
    for (int i = 0; i < still + closes.length; i++) {
      String close = i < still ? "100" : closes[i - still];
      Bar day = Samples.daily(i, close, close);
      made.add(
          new Bar(
              symbol,
              day.interval(),
              day.start(),
              day.open(),
              day.high(),
              day.low(),
              day.close(),
              day.volume()));
    }
    bars.put(symbol, made);
    now = made.get(made.size() - 1).start().plus(Duration.ofDays(1));
  }

  private RunResult run(String strategy, AutoTrade trade, Symbol... symbols) {
    return floor.run(new RunStrategy(strategy, List.of(symbols), null, null, trade, "trader1"));
  }

  private static AutoTrade trade(long quantity) {
    return new AutoTrade(ACCOUNT, Quantity.of(quantity), Product.CNC);
  }

  private static void refused(ProblemCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private StrategyView change(
      String strategy, Map<String, Object> parameters, boolean enabled, Integer schedule, long v) {
    return floor.change(
        new ChangeStrategy(
            strategy, parameters, Interval.ONE_DAY, List.of(), enabled, schedule, v, "risk"));
  }

  @Test
  void aRunStoresWhatIsSaidAtTheLastBarThatHadEnded() {
    history(Samples.TCS, 30, "105");
    Signal signal = run("breakout", null, Samples.TCS).items().get(0).signal();
    assertThat(signal.direction()).isEqualTo(Direction.BUY);
    assertThat(signal.barStart()).isEqualTo(Samples.daily(30, "1", "1").start());
    assertThat(signal.close().value()).isEqualByComparingTo("105");
    assertThat(signal.features()).containsEntry("highest", new BigDecimal("100"));
    assertThat(signal.createdBy()).isEqualTo("trader1");
    assertThat(floor.signals(new SignalFilter("breakout", null, null, 50, null)).items())
        .containsExactly(signal);
    assertThat(audited)
        .singleElement()
        .satisfies(entry -> assertThat(entry.action()).isEqualTo("strategy_run"));

    // A moment earlier the last day had not ended.
    now = now.minusNanos(1_000);
    assertThat(run("breakout", null, Samples.TCS).items().get(0).signal().direction())
        .isEqualTo(Direction.HOLD);
  }

  @Test
  void theSameBarSaysTheSameOnceMoreAndStoresNothing() {
    history(Samples.TCS, 30, "105");
    RunResult first = run("breakout", null, Samples.TCS);
    RunResult second = run("breakout", null, Samples.TCS);
    assertThat(first.items().get(0).repeated()).isFalse();
    assertThat(second.items().get(0).repeated()).isTrue();
    assertThat(second.items().get(0).signal()).isEqualTo(first.items().get(0).signal());
    assertThat(audited.get(0).detail().get("new_signals")).isEqualTo(1L);
    assertThat(audited.get(1).detail().get("new_signals")).isEqualTo(0L);
  }

  @Test
  void aSymbolWithTooFewBarsDoesNotFailTheOthers() {
    history(Samples.INFY, 3);
    history(Samples.TCS, 30, "105");
    RunResult result = run("breakout", null, Samples.INFY, Samples.TCS);
    assertThat(result.items().get(0).signal()).isNull();
    assertThat(result.items().get(0).problem().code()).isEqualTo(ProblemCode.NOT_ENOUGH_HISTORY);
    assertThat(result.items().get(1).signal().direction()).isEqualTo(Direction.BUY);
    refused(ProblemCode.NOT_ENOUGH_HISTORY, () -> run("breakout", null, Samples.INFY));
  }

  @Test
  void whatCantBeRunIsRefusedAndNothingIsStored() {
    history(Samples.TCS, 30, "105");
    refused(ProblemCode.STRATEGY_NOT_FOUND, () -> run("nosuch", null, Samples.TCS));
    refused(ProblemCode.UNKNOWN_SYMBOL, () -> run("breakout", null, new Symbol("NOSUCH")));
    refused(ProblemCode.INVALID_FIELD, () -> run("breakout", null));
    refused(ProblemCode.INVALID_FIELD, () -> run("breakout", null, Samples.TCS, Samples.TCS));
    refused(
        ProblemCode.INVALID_FIELD,
        () ->
            floor.run(
                new RunStrategy(
                    "breakout", List.of(Samples.TCS), null, now.plusSeconds(1), null, "trader1")));
    assertThat(floor.signals(new SignalFilter("breakout", null, null, 50, null)).items()).isEmpty();
    assertThat(audited).isEmpty();
  }

  @Test
  void autoTradePlacesATaggedMarketOrderForASignalAndNoneForHold() {
    history(Samples.INFY, 31);
    history(Samples.TCS, 30, "105");
    RunResult result = run("breakout", trade(7), Samples.INFY, Samples.TCS);
    assertThat(result.items().get(0).order()).isNull();
    assertThat(result.items().get(1).order()).isInstanceOf(PlaceOutcome.Failed.class);
    assertThat(placed)
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.accountId()).isEqualTo(ACCOUNT);
              assertThat(order.symbol()).isEqualTo(Samples.TCS);
              assertThat(order.side()).isEqualTo(Side.BUY);
              assertThat(order.ordType()).isEqualTo(OrdType.MARKET);
              assertThat(order.quantity()).isEqualTo(Quantity.of(7));
              assertThat(order.tag()).isEqualTo("algo:breakout");
              assertThat(order.user()).isEqualTo("trader1");
            });
    // Again, and with other settings: the order of a bar has one client_order_id for ever.
    change("breakout", Map.of("entry", new BigDecimal("15")), true, null, 0);
    run("breakout", trade(7), Samples.TCS);
    assertThat(placed).hasSize(2);
    assertThat(placed.get(1).clOrdId()).isEqualTo(placed.get(0).clOrdId());
  }

  @Test
  void anOldSignalIsNotTradedOn() {
    history(Samples.TCS, 30, "105");
    now = now.plus(Duration.ofDays(6));
    PlaceOutcome outcome = run("breakout", trade(7), Samples.TCS).items().get(0).order();
    assertThat(((PlaceOutcome.Failed) outcome).problem().code())
        .isEqualTo(ProblemCode.SIGNAL_TOO_OLD);
    assertThat(placed).isEmpty();
  }

  @Test
  void aDisabledStrategyMayBeRunButDoesNotTrade() {
    history(Samples.TCS, 30, "105");
    change("breakout", Map.of(), false, null, 0);
    refused(ProblemCode.STRATEGY_DISABLED, () -> run("breakout", trade(7), Samples.TCS));
    assertThat(run("breakout", null, Samples.TCS).items().get(0).signal()).isNotNull();
    assertThat(placed).isEmpty();
  }

  @Test
  void theClockRunsWhatIsDueOnEveryInstrumentOnce() {
    history(Samples.INFY, 31);
    history(Samples.TCS, 30, "105");
    floor.runScheduled();
    assertThat(floor.signals(new SignalFilter("breakout", null, null, 50, null)).items()).isEmpty();

    change("breakout", Map.of(), true, 60, 0);
    floor.runScheduled();
    List<Signal> said = floor.signals(new SignalFilter("breakout", null, null, 50, null)).items();
    assertThat(said)
        .extracting(Signal::symbol)
        .containsExactlyInAnyOrder(Samples.TCS, Samples.INFY);
    assertThat(said).extracting(Signal::source).containsOnly(Signal.Source.TIMER);

    now = now.plusSeconds(60);
    floor.runScheduled();
    assertThat(floor.signals(new SignalFilter("breakout", null, null, 50, null)).items())
        .isEqualTo(said);
    assertThat(floor.strategy("breakout").lastRunAt()).isEqualTo(now);
  }

  @Test
  void oneStrategyThatFailsDoesNotKeepTheOthersFromTheClock() {
    history(Samples.TCS, 30, "105");
    change("breakout", Map.of(), true, 60, 0);
    change("mean_reversion", Map.of(), true, 60, 0);
    DATABASE.execute("UPDATE strategies SET params = '{\"entry\": -1}' WHERE name = 'breakout'");
    assertThatThrownBy(floor::runScheduled).hasMessageContaining("breakout");
    assertThat(floor.signals(new SignalFilter("mean_reversion", null, null, 50, null)).items())
        .hasSize(1);
  }

  @Test
  void settingsAreChangedByVersionWithAnAuditEntryOfBeforeAndAfter() {
    assertThat(floor.strategy("momentum").version()).isZero();
    StrategyView changed = change("momentum", Map.of("fast", new BigDecimal("5")), false, 3_600, 0);
    assertThat(changed.version()).isEqualTo(1);
    assertThat(changed.parameters()).containsEntry("fast", new BigDecimal("5"));
    assertThat(changed.parameters()).containsEntry("average", "SMA");
    assertThat(changed.scheduleSeconds()).isEqualTo(3_600);
    assertThat(floor.strategy("momentum")).isEqualTo(changed);
    assertThat(floor.strategies())
        .extracting(StrategyView::name)
        .containsExactly("breakout", "mean_reversion", "model", "momentum", "rsi");
    assertThat(audited)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.action()).isEqualTo("strategy_changed");
              assertThat(entry.actor()).isEqualTo("risk");
              assertThat(entry.detail().get("before").toString()).contains("fast=20");
              assertThat(entry.detail().get("after").toString()).contains("fast=5");
            });
    refused(ProblemCode.STRATEGY_CONFLICT, () -> change("momentum", Map.of(), true, null, 0));
    refused(
        ProblemCode.STRATEGY_INVALID,
        () -> change("momentum", Map.of("fast", new BigDecimal("60")), true, null, 1));
    refused(ProblemCode.STRATEGY_INVALID, () -> change("momentum", Map.of(), true, 9, 1));
    assertThat(audited).hasSize(1);
  }

  /** The bars of {@code SimulationTest}, with warm-up before and a rule that is known to trade them. */
  @Test
  void aBacktestOverStoredBarsIsStoredAndShownAsPerformance() {
    // Entry 2, exit 2: 105 breaks out of 100, 94 breaks down below 105 and 100.
    history(Samples.TCS, 10, "105", "110", "120", "94", "90", "90");
    change(
        "breakout",
        Map.of("entry", new BigDecimal("2"), "exit", new BigDecimal("2")),
        true,
        null,
        0);
    Instant from = Samples.daily(8, "1", "1").start();
    BacktestResult result = test(from, now, "1100", "0");
    // Bought 10 at 110 (the open after 105), sold at 90 (the open after 94).
    assertThat(result.bars()).isEqualTo(8);
    assertThat(result.trades()).hasSize(1);
    assertThat(result.trades().get(0).buyPrice().value()).isEqualByComparingTo("110");
    assertThat(result.trades().get(0).quantity()).isEqualTo(10);
    assertThat(result.trades().get(0).sellPrice().value()).isEqualByComparingTo("90");
    assertThat(result.finalEquity()).isEqualTo(Money.of("900"));
    assertThat(result.totalReturn()).isEqualByComparingTo("-0.18181818");
    assertThat(result.maxDrawdown()).isEqualByComparingTo("0.25");
    assertThat(result.winRate()).isEqualByComparingTo("0");
    assertThat(result.version()).isEqualTo(1);
    assertThat(result.curve()).hasSize(8);

    List<StrategyPerformance> performance = floor.performance("breakout");
    assertThat(performance)
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.backtestId()).isEqualTo(result.id());
              assertThat(row.finalEquity()).isEqualTo(Money.of("900"));
              assertThat(row.maxDrawdown()).isEqualByComparingTo("0.25");
            });
    // From the middle of a day: the day that had begun warms up, and is not lost.
    assertThat(test(from.minusSeconds(3_600), now, "1100", "0").trades())
        .isEqualTo(result.trades());
  }

  private BacktestResult test(Instant from, Instant to, String cash, String costs) {
    return floor.backtest(
        new Backtest(
            "breakout",
            Samples.TCS,
            from,
            to,
            null,
            Money.of(cash),
            new BigDecimal(costs),
            "trader1"));
  }

  @Test
  void whatCantBeTestedIsRefused() {
    history(Samples.TCS, 10, "105");
    Instant from = Samples.FIRST_DAY;
    refused(ProblemCode.NOT_ENOUGH_HISTORY, () -> test(from, now, "1000", "0"));
    refused(ProblemCode.INVALID_FIELD, () -> test(now, from, "1000", "0"));
    refused(ProblemCode.INVALID_FIELD, () -> test(from, now, "0", "0"));
    refused(ProblemCode.INVALID_FIELD, () -> test(from, now, "1000", "1000.1"));
    refused(
        ProblemCode.TOO_MANY_BARS,
        () -> test(from.minus(Duration.ofDays(9_000)), now, "1000", "0"));
    bars.put(Samples.TCS, Samples.walk(1, 1_500));
    now = bars.get(Samples.TCS).get(1_499).start().plus(Duration.ofDays(1));
    refused(ProblemCode.TOO_MANY_BARS, () -> test(from, now, "1000", "0"));
  }

  @Test
  void aTrainedModelIsAPlugInLikeAnyOther() {
    bars.put(Samples.TCS, Samples.walk(5, 400));
    now = bars.get(Samples.TCS).get(399).start().plus(Duration.ofDays(1));
    Signal signal = run("model", null, Samples.TCS).items().get(0).signal();

    // What was stored is what the model was asked, and asking it again gives what it said.
    assertThat(signal.features().keySet())
        .containsExactlyInAnyOrder("return_1", "return_5", "range");
    double probability = TrainedModel.probability(signal.features());
    assertThat(signal.direction())
        .isEqualTo(
            probability >= 0.55
                ? Direction.BUY
                : probability <= 0.45 ? Direction.SELL : Direction.HOLD);
    assertThat(signal.confidence().doubleValue())
        .isCloseTo(Math.abs(2 * probability - 1), org.assertj.core.api.Assertions.within(1e-4));

    BacktestResult result =
        floor.backtest(
            new Backtest(
                "model",
                Samples.TCS,
                Samples.FIRST_DAY.plus(Duration.ofDays(20)),
                now,
                null,
                Money.of("1000000"),
                BigDecimal.ONE,
                "trader1"));
    assertThat(result.closedTrades()).isPositive();
    model.there = false;
    refused(ProblemCode.UNAVAILABLE, () -> run("model", null, Samples.TCS));
  }

  private interface Answer {
    Object to(String method, Object[] arguments);
  }

  private static <T> T stub(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> answer.to(method.getName(), arguments)));
  }

  @SuppressWarnings("unchecked")
  private static <T> Instance<T> present(T bean) {
    return stub(Instance.class, (method, arguments) -> method.equals("isResolvable") ? true : bean);
  }
}
