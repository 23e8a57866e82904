package io.tola.risk.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.portfolio.api.AccountEquity;
import io.tola.portfolio.api.AccountEquity.Pending;
import io.tola.portfolio.api.AccountView;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import io.tola.risk.api.GuardStatus;
import io.tola.risk.api.TradingState.Mode;
import io.tola.risk.store.EventStore;
import io.tola.risk.store.GuardStore;
import io.tola.risk.store.GuardStore.Key;
import io.tola.risk.store.RiskStore;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.TradingControls;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What guards see and do, with the kill switch and the tables on real PostgreSQL. */
class GuardRoundTest {

  private static final Instant START = Instant.parse("2026-11-20T04:00:00.123456Z");

  private final AccountId account = new AccountId(Ids.next());
  private final List<AuditEntry> audited = new ArrayList<>();
  private final List<OutboxMessage> sent = new ArrayList<>();
  private final List<String> halted = new ArrayList<>();
  private final Map<Symbol, Quote> quotes = new HashMap<>();
  private final Map<String, String> config = new HashMap<>();
  private final List<CorporateAction> actions = new ArrayList<>();
  private Runnable inMidLook = () -> {};
  private Instant now = START;
  private SessionPhase phase = SessionPhase.OPEN;
  private AccountEquity equity;
  private TestDatabase database;
  private GuardStore store;
  private RiskOffice desk;
  private GuardOffice office;
  private GuardRound round;

  private final Clock clock =
      new Clock() {
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

  @BeforeEach
  void fresh() {
    database = TestDatabase.create();
    store = new GuardStore(database.appDataSource());
    RiskStore risks = new RiskStore(database.appDataSource());
    AuditTrail trail = audited::addAll;
    Portfolios portfolios =
        stub(
            Portfolios.class,
            (method, arguments) ->
                Optional.of(new AccountView(account, "t", true, Money.ZERO, Money.ZERO, now)));
    Counter counter = stub(Counter.class, (method, arguments) -> null);
    MetricRegistry metrics = stub(MetricRegistry.class, (method, arguments) -> counter);
    RiskJournal journal =
        new RiskJournal(
            new EventStore(database.appDataSource()), present(outbox()), clock, metrics);
    desk =
        new RiskOffice(
            risks, journal, portfolios, present(trail), present(outbox()), clock, metrics);
    TradingControls controls =
        stub(
            TradingControls.class,
            (method, arguments) -> {
              halted.add(method + " " + arguments[0]);
              return null;
            });
    office = new GuardOffice(store, risks, desk, controls, present(trail), journal, clock);
    equity = equity("1000", 100);
    quote("A", "100", "100");
    quote("B", "100", "100");
    // Prices jump here from look to look.
    config.put("tola.guards.volatility-warning-pct", "1000");
    config.put("tola.guards.volatility-critical-pct", "1000");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void fallFromThePeakIsToldOnceALevel() {
    guards();
    look();
    quote("A", "120", "120");
    look();
    assertThat(sent).isEmpty();
    quote("A", "112", "112");
    look();
    look();
    assertThat(state().level()).isEqualTo(GuardLevel.WARNING);
    quote("A", "100", "100");
    look();
    assertThat(state().level()).isEqualTo(GuardLevel.CRITICAL);
    assertThat(state().tripped()).as("set to alert only").isFalse();
    assertThat(sent).hasSize(2);
    assertThat(sent.get(0).key()).isEqualTo(sent.get(1).key()).contains(account.toString());
    assertThat(sent).extracting(OutboxMessage::sequence).containsExactly(1L, 2L);
    assertThat(sent.get(0).payload()).contains("\"value_pct\":6.1538");
    assertThat(desk.tradingStates()).hasSize(1);
  }

  @Test
  void criticalGuardReducesItsAccountOnceAndAPersonRearmsIt() {
    config.put("tola.guards.drawdown-action", "reduce-only");
    guards();
    look();
    quote("A", "0.05", "0.05");
    look();
    look();

    assertThat(desk.tradingStates().get(1).mode()).isEqualTo(Mode.REDUCE_ONLY);
    assertThat(desk.tradingStates().get(1).updatedBy()).isEqualTo("guard:drawdown");
    assertThat(audited)
        .extracting(AuditEntry::action)
        .containsExactly("trading_state_changed", "guard_tripped");
    assertThat(state().tripped()).isTrue();

    desk.setTradingState(account, Mode.NORMAL, "a person lifts it", "risk", true);
    look();
    assertThat(desk.tradingStates()).as("tripped: it doesn't act again").hasSize(1);

    office.rearm(key(), "looked into", "risk");
    assertThat(state().tripped()).isFalse();
    assertThat(state().rearmedBy()).isEqualTo("risk");
    look();
    assertThat(state().level()).as("the peak is what it has now").isEqualTo(GuardLevel.NORMAL);
    assertThat(audited).last().extracting(AuditEntry::action).isEqualTo("guard_rearmed");

    quote("A", "0.01", "0.01");
    equity =
        new AccountEquity(
            account, Money.of("100"), Money.of("11000"), Map.of(), Map.of(), List.of());
    look();
    assertThat(desk.tradingStates()).as("armed: it acts again").hasSize(2);
  }

  @Test
  void aLookThatBeganBeforeAPersonRearmedUndoesNothing() {
    config.put("tola.guards.drawdown-action", "halt");
    guards();
    look();
    quote("A", "1", "1");
    look();
    assertThat(desk.tradingStates().get(1).mode()).isEqualTo(Mode.HALTED);
    desk.setTradingState(account, Mode.NORMAL, "a person lifts it", "risk", true);
    inMidLook =
        () -> {
          inMidLook = () -> {};
          office.rearm(key(), "looked into", "risk");
        };
    now = now.plusSeconds(30);
    look();
    assertThat(store.peaks().get(account).peakPnl())
        .as("as re-armed")
        .isEqualByComparingTo("-9900");
    assertThat(state().tripped()).isFalse();
    assertThat(desk.tradingStates()).as("what it saw before is of no account").hasSize(1);
    look();
    assertThat(state().level()).isEqualTo(GuardLevel.NORMAL);
    assertThat(desk.tradingStates()).hasSize(1);
  }

  @Test
  void aGuardThatNeverWasAnythingIsLockedToo() throws Exception {
    try (Connection first = database.appDataSource().getConnection()) {
      first.setAutoCommit(false);
      GuardStore one = new GuardStore(always(first));
      one.lockOrMake(key(), now);
      CompletableFuture<GuardStore.State> other =
          CompletableFuture.supplyAsync(() -> store.lockOrMake(key(), now));
      TimeUnit.MILLISECONDS.sleep(300);
      assertThat(other).as("waits for the first").isNotDone();
      one.write(
          new io.tola.risk.domain.GuardReading(
              GuardKind.DRAWDOWN, account.toString(), BigDecimal.TEN, GuardLevel.CRITICAL, 0),
          io.tola.risk.api.GuardAction.HALT,
          now);
      first.commit();
      assertThat(other.get(10, TimeUnit.SECONDS).tripped()).as("sees what it did").isTrue();
    }
  }

  @Test
  void splitAppliedBeforeTheFirstPriceAfterItIsNeitherPeakNorLoss() {
    config.put("tola.guards.drawdown-action", "halt");
    guards();
    look();
    yesterdaysQuoteOfA("100");
    splitOneToFive();
    equity = equity("1000", 500);
    round.look();
    now = now.plusSeconds(20);
    round.look();
    assertThat(store.peaks().get(account).peakPnl()).as("no peak").isEqualByComparingTo("0");
    quotes.put(new Symbol("A"), quoted("A", "20", "100", "20"));
    look();
    assertThat(store.states()).doesNotContainKey(key());
    assertThat(desk.tradingStates()).hasSize(1);
  }

  @Test
  void splitAppliedAfterTheFirstPriceAfterItIsNeitherPeakNorLoss() {
    config.put("tola.guards.drawdown-action", "halt");
    config.put("tola.guards.gap-action", "halt");
    config.put("tola.guards.market-move-action", "halt");
    guards();
    look();
    UUID split = splitOneToFive();
    equity = pending(100, split);
    quotes.put(new Symbol("A"), quoted("A", "20", "100", "20"));
    look();
    look();
    assertThat(store.states()).as("neither drawdown, gap nor the market's move").isEmpty();
    equity = equity("1000", 500);
    look();
    assertThat(store.states()).isEmpty();
    assertThat(store.peaks().get(account).peakPnl()).isEqualByComparingTo("0");
    assertThat(halted).isEmpty();
    quotes.put(new Symbol("A"), quoted("A", "18.5", "100", "20"));
    now = now.plusSeconds(20);
    look();
    assertThat(state().level()).as("a real loss is one").isEqualTo(GuardLevel.WARNING);
  }

  @Test
  void aMarketThatDoesNotGoExTripsNeitherGapNorMarketMoveOnTheExDate() {
    guards();
    splitOneToFive();
    quotes.put(new Symbol("A"), quoted("A", "101", "100", "101"));
    look();
    look();
    assertThat(store.states().keySet())
        .extracting(Key::guard)
        .doesNotContain(GuardKind.GAP, GuardKind.MARKET_MOVE);
  }

  @Test
  void splitThatNobodyAppliedHidesNoLoss() {
    guards();
    look();
    equity = pending(100, splitOneToFive());
    quotes.put(new Symbol("A"), quoted("A", "16", "100", "16"));
    look();
    assertThat(state().value()).isEqualByComparingTo("18.1818");
    assertThat(store.states().get(new Key(GuardKind.GAP, "A")).value()).isEqualByComparingTo("20");
  }

  @Test
  void dividendDueIsNoLossAndADividendPaidEarlyNoPeak() {
    guards();
    look();
    UUID dividend = Ids.next();
    actions.add(
        new CorporateAction(
            dividend,
            new Symbol("A"),
            today(),
            CorporateAction.Kind.DIVIDEND,
            0,
            0,
            Money.of("20"),
            null,
            "t",
            "ops",
            now));
    yesterdaysQuoteOfA("100");
    equity = equity("3000", 100);
    round.look();
    assertThat(store.peaks().get(account).peakPnl()).isEqualByComparingTo("0");
    equity = pending(100, dividend);
    quotes.put(new Symbol("A"), quoted("A", "80", "100", "80"));
    now = now.plusSeconds(20);
    look();
    assertThat(store.states()).doesNotContainKey(key());
    assertThat(store.peaks().get(account).equity()).isEqualByComparingTo("11000");
  }

  @Test
  void dividendOfASplitsDateIsForTheSharesBeforeIt() {
    guards();
    look();
    UUID split = splitOneToFive();
    UUID dividend = Ids.next();
    actions.add(
        new CorporateAction(
            dividend,
            new Symbol("A"),
            today(),
            CorporateAction.Kind.DIVIDEND,
            0,
            0,
            Money.of("20"),
            null,
            "t",
            "ops",
            now));
    yesterdaysQuoteOfA("100");
    AccountEquity booked = equity("1000", 100);
    equity =
        new AccountEquity(
            account,
            booked.settledCash(),
            booked.funded(),
            booked.shares(),
            booked.costs(),
            List.of(new Pending("A", split, 100), new Pending("A", dividend, 100)));
    round.look();
    assertThat(store.peaks().get(account).peakPnl()).as("no peak").isEqualByComparingTo("0");
    quotes.put(new Symbol("A"), quoted("A", "16", "100", "16"));
    now = now.plusSeconds(20);
    look();
    assertThat(store.peaks().get(account).equity()).isEqualByComparingTo("11000");
    assertThat(store.peaks().get(account).peakPnl()).isEqualByComparingTo("0");
  }

  private LocalDate today() {
    return LocalDate.ofInstant(now, ZoneId.of("Asia/Kolkata"));
  }

  private UUID splitOneToFive() {
    UUID id = Ids.next();
    actions.add(
        new CorporateAction(
            id,
            new Symbol("A"),
            today(),
            CorporateAction.Kind.SPLIT,
            1,
            5,
            null,
            null,
            "t",
            "ops",
            now));
    return id;
  }

  private void yesterdaysQuoteOfA(String last) {
    Instant at = now;
    now = now.minus(Duration.ofHours(18));
    quote("A", last, last);
    now = at;
  }

  private AccountEquity pending(long shares, UUID action) {
    AccountEquity booked = equity("1000", shares);
    return new AccountEquity(
        account,
        booked.settledCash(),
        booked.funded(),
        booked.shares(),
        booked.costs(),
        List.of(new Pending("A", action, shares)));
  }

  /** A data source of one connection, whose transaction goes on. */
  private static DataSource always(Connection connection) {
    Connection open =
        (Connection)
            Proxy.newProxyInstance(
                Connection.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (self, method, arguments) ->
                    method.getName().equals("close") ? null : method.invoke(connection, arguments));
    return stub(DataSource.class, (method, arguments) -> open);
  }

  @Test
  void whoeverWasStricterStaysSo() {
    config.put("tola.guards.drawdown-action", "reduce-only");
    desk.setTradingState(account, Mode.HALTED, "a person", "ops", false);
    guards();
    look();
    quote("A", "1", "1");
    look();
    assertThat(state().tripped()).isTrue();
    assertThat(desk.tradingStates().get(1).mode()).isEqualTo(Mode.HALTED);
  }

  @Test
  void rearmingWhatIsArmedOrUnknownIsRefused() {
    guards();
    refused(ProblemCode.GUARD_NOT_FOUND, () -> office.rearm(key(), "x", "risk"));
    refused(
        ProblemCode.GUARD_NOT_FOUND,
        () -> office.rearm(new Key(GuardKind.DRAWDOWN, "nobody"), "x", "risk"));
    look();
    quote("A", "1", "1");
    look();
    refused(ProblemCode.GUARD_CONFLICT, () -> office.rearm(key(), "x", "risk"));
  }

  @Test
  void marketWideMoveHaltsThePlatformAndEachStageIsTold() {
    config.put("tola.guards.market-move-action", "halt");
    guards();
    quote("A", "89", "100");
    quote("B", "89", "100");
    look();
    assertThat(desk.tradingStates().get(0).mode()).isEqualTo(Mode.HALTED);
    quote("A", "84", "100");
    quote("B", "84", "100");
    look();
    look();
    Key market = new Key(GuardKind.MARKET_MOVE, "market");
    assertThat(store.states().get(market).stage()).isEqualTo(15);
    assertThat(sent).filteredOn(m -> m.payload().contains("\"guard\":\"market_move\"")).hasSize(2);
    refused(ProblemCode.GUARD_CONFLICT, () -> office.rearm(market, "x", "risk"));
    quote("A", "100", "100");
    quote("B", "100", "100");
    look();
    office.rearm(market, "it is over", "risk");
    assertThat(desk.tradingStates().get(0).mode()).as("stays done").isEqualTo(Mode.HALTED);
  }

  @Test
  void symbolsGuardHaltsTheSymbol() {
    config.put("tola.guards.gap-action", "reduce-only");
    guards();
    quotes.put(new Symbol("A"), quoted("A", "100", "100", "115"));
    look();
    look();
    assertThat(halted).containsExactly("halt A");
    assertThat(store.states().get(new Key(GuardKind.GAP, "A")).tripped()).isTrue();
  }

  @Test
  void marketIsNotWatchedWhenItIsClosed() {
    guards();
    phase = SessionPhase.CLOSED;
    quote("A", "80", "100");
    quote("B", "80", "100");
    equity = equity("11000", 0);
    look();
    assertThat(store.states()).isEmpty();
  }

  @Test
  void oneNodeLooksUntilItsLeaseRunsOut() throws Exception {
    assertThat(store.lease("one", Duration.ofMillis(300))).isTrue();
    assertThat(store.lease("two", Duration.ofMillis(300))).isFalse();
    assertThat(store.lease("one", Duration.ofMillis(300))).isTrue();
    Thread.sleep(400);
    assertThat(store.lease("two", Duration.ofSeconds(60))).isTrue();
    assertThat(store.lease("one", Duration.ofSeconds(60))).isFalse();
    store.release("two");
    assertThat(store.lease("one", Duration.ofSeconds(60))).isTrue();
    assertThat(store.lease().node()).isEqualTo("one");
  }

  @Test
  void eventsOfGuardsAreKept() throws SQLException {
    guards();
    look();
    quote("A", "1", "1");
    look();
    try (var connection = database.ownerDataSource().getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) FROM risk_events WHERE kind = 'GUARD_TRIPPED' AND severity = 'CRITICAL'"
                    + " AND detail->>'guard' = 'drawdown'")) {
      row.next();
      assertThat(row.getLong(1)).isEqualTo(1);
    }
  }

  @Test
  void statusShowsOwnAccountsAndTheMarket() {
    GuardSettings settings = guards();
    look();
    quote("A", "50", "50");
    look();
    GuardWatch watch = new GuardWatch(store, office, settings, clock);
    GuardStatus own = watch.status(Set.of(account));
    assertThat(own.accounts())
        .singleElement()
        .satisfies(
            d -> {
              assertThat(d.guard().level()).isEqualTo(GuardLevel.CRITICAL);
              assertThat(d.guard().value()).isEqualByComparingTo("45.4545");
              assertThat(d.peakEquity()).isEqualByComparingTo("11000");
              assertThat(d.equity()).isEqualByComparingTo("6000");
            });
    assertThat(own.guards()).extracting(g -> g.scope()).containsOnly("market");
    assertThat(watch.status(Set.of()).accounts()).isEmpty();
    assertThat(watch.status(null).accounts()).hasSize(1);
  }

  @Test
  void settingsThatCantBeAreNamed() {
    for (Map.Entry<String, String> wrong :
        Map.of(
                "tola.guards.drawdown-action", "shout",
                "tola.guards.drawdown-warning-pct", "much",
                "tola.guards.interval-ms", "60000",
                "tola.guards.market-move-stages-pct", "20,10")
            .entrySet()) {
      assertThatThrownBy(
              () ->
                  GuardSettings.read(
                      name ->
                          name.equals(wrong.getKey())
                              ? Optional.of(wrong.getValue())
                              : Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong.getKey());
    }
  }

  // Parts

  private GuardSettings guards() {
    GuardSettings settings = GuardSettings.read(name -> Optional.ofNullable(config.get(name)));
    CorporateActions corporate =
        stub(
            CorporateActions.class,
            (method, arguments) ->
                Map.copyOf(
                    actions.stream().collect(Collectors.groupingBy(CorporateAction::symbol))));
    round =
        new GuardRound(
            store,
            market(),
            day -> {
              inMidLook.run();
              return List.of(equity);
            },
            corporate,
            clock,
            settings,
            office::change);
    return settings;
  }

  private void look() {
    now = now.plusSeconds(1);
    quotes.replaceAll((symbol, quote) -> fresh(quote));
    round.look();
  }

  private GuardStore.State state() {
    return store.states().get(key());
  }

  private Key key() {
    return new Key(GuardKind.DRAWDOWN, account.toString());
  }

  private AccountEquity equity(String cash, long shares) {
    return new AccountEquity(
        account,
        Money.of(cash),
        Money.of("11000"),
        Map.of("A", shares),
        Map.of("A", BigDecimal.TEN),
        List.of());
  }

  private void quote(String symbol, String last, String close) {
    quotes.put(new Symbol(symbol), quoted(symbol, last, close, close));
  }

  private Quote quoted(String symbol, String last, String close, String open) {
    return new Quote(
        new Symbol(symbol),
        Price.of(last),
        Quantity.of(1),
        Price.of(last),
        Quantity.of(1),
        Price.of(last),
        Price.of(open),
        Price.of(last),
        Price.of(last),
        Price.of(close),
        1,
        now,
        now,
        1,
        Quote.Source.SIMULATED);
  }

  private Quote fresh(Quote quote) {
    return new Quote(
        quote.symbol(),
        quote.bid(),
        quote.bidSize(),
        quote.ask(),
        quote.askSize(),
        quote.last(),
        quote.open(),
        quote.high(),
        quote.low(),
        quote.previousClose(),
        quote.volume(),
        now,
        now,
        quote.sequence() + 1,
        quote.source());
  }

  private MarketData market() {
    return stub(
        MarketData.class,
        (method, arguments) ->
            switch (method) {
              case "phase" -> phase;
              case "quotes" -> Map.copyOf(quotes);
              case "instruments" -> List.of(instrument("A"), instrument("B"));
              default -> throw new UnsupportedOperationException(method);
            });
  }

  private static Instrument instrument(String symbol) {
    return new Instrument(
        new Symbol(symbol),
        "INE062A01020",
        symbol,
        "Bank",
        new BigDecimal("0.05"),
        Quantity.of(1),
        null,
        Quantity.of(1_000_000),
        true,
        LocalDate.of(2026, 1, 1));
  }

  private static void refused(
      ProblemCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private Outbox outbox() {
    return new Outbox() {
      @Override
      public void append(List<OutboxMessage> messages) {
        sent.addAll(messages);
      }

      @Override
      public void publishTo(Publisher publisher) {
        throw new UnsupportedOperationException();
      }
    };
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
