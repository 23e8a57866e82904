package io.tola.risk.application.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.api.VarBacktest;
import io.tola.risk.api.VarBacktest.Zone;
import io.tola.risk.api.VarMethod;
import io.tola.risk.api.VarTerms;
import io.tola.risk.domain.value.Blocks;
import io.tola.risk.store.ForecastStore;
import io.tola.risk.store.ForecastStore.Forecast;
import io.tola.risk.store.ForecastStore.Judged;
import io.tola.risk.store.RiskStore;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.Product;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The daily job on real PostgreSQL: foretold once, judged by the next session, zones and their price. */
class ForecastRoundTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final BigDecimal CONFIDENCE = new BigDecimal("0.99");

  private final AccountId account = new AccountId(Ids.next());
  private final Market market =
      new Market().with("AAA", 300, 100).with("BBB", 300, 50).account(account);
  private final ForecastStore store = new ForecastStore(DATABASE.appDataSource());
  private final RiskStore riskStore = new RiskStore(DATABASE.appDataSource());
  private final List<AuditEntry> audited = new ArrayList<>();
  private final List<NewRiskEvent> told = new ArrayList<>();
  private final List<AccountLimits> changed = new ArrayList<>();

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @BeforeEach
  void empty() {
    DATABASE.truncate();
  }

  private static ForecastRules rules(boolean tighten) {
    return new ForecastRules(
        new VarTerms(VarMethod.HISTORICAL, null, CONFIDENCE, null, 200L, null, null, null, null),
        tighten,
        new BigDecimal("75"),
        new BigDecimal("50"));
  }

  private ForecastBook book() {
    RiskDesk desk =
        stub(
            RiskDesk.class,
            (method, arguments) -> {
              if (method.equals("changeLimits")) {
                changed.add((AccountLimits) arguments[0]);
                riskStore.replaceLimits(
                    (AccountLimits) arguments[0], (String) arguments[1], Market.NOW);
                return null;
              }
              return riskStore.limits((AccountId) arguments[0]);
            });
    AuditTrail trail = audited::addAll;
    RiskEvents events =
        stub(
            RiskEvents.class,
            (method, arguments) -> {
              ((List<?>) arguments[0]).forEach(event -> told.add((NewRiskEvent) event));
              return null;
            });
    return new ForecastBook(store, events, desk, present(trail), market.clock()) {
      @Override
      public void judge(
          AccountId account, Map<Forecast, ForecastBook.Outcome> outcomes, ForecastRules rules) {
        // Where somebody changes the limits meanwhile the container rolls all of it back.
        if (conflicts > 0) {
          conflicts--;
          throw new ProblemException(ProblemCode.TRADING_STATE_CONFLICT, "changed meanwhile");
        }
        super.judge(account, outcomes, rules);
      }
    };
  }

  private int conflicts;

  private ForecastRound round() {
    return round(false);
  }

  private ForecastRound round(boolean tighten) {
    PriceHistory history = market.history(Duration.ZERO);
    Holdings holdings = new Holdings(market.data(), market.portfolios(), history);
    return new ForecastRound(
        market.data(),
        new VarStudy(holdings, history, market.clock(), Blocks.ALONE),
        history,
        market.portfolios(),
        store,
        book(),
        market.clock(),
        rules(tighten));
  }

  @Test
  void theDayThatIsOverIsForetoldOnceAndJudgedByTheNextSession() {
    market.holds(account, "AAA", Product.CNC, 100, "120.00");
    // As if yesterday were not over yet.
    market.hideLastDay();
    assertThat(round().run()).isEqualTo(1);
    assertThat(round().run()).as("foretold already").isZero();
    assertThat(store.judged(account, 10)).isEmpty();

    market.showLastDay();
    assertThat(round().run()).isEqualTo(1);
    List<Judged> judged = store.judged(account, 10);
    assertThat(judged).hasSize(1);
    assertThat(judged.get(0).session()).isEqualTo(LocalDate.parse("2026-11-19"));
    var bars = market.bars("AAA");
    double change =
        bars.get(299).close().value().doubleValue() / bars.get(298).close().value().doubleValue()
            - 1;
    assertThat(judged.get(0).profit()).isEqualTo(Rounded.rupees(12_000 * change));
    assertThat(judged.get(0).var().value()).isPositive();
    assertThat(judged.get(0).sessions()).isEqualTo(200);
    assertThat(audited).isEmpty();
  }

  @Test
  void anAccountWithoutPositionsOrWithASymbolWithoutBarsHoldsUpNobody() {
    AccountId other = new AccountId(Ids.next());
    AccountId broken = new AccountId(Ids.next());
    market.with("NONE", 0, 1).holds(broken, "NONE", Product.CNC, 5, "1.00");
    market.holds(other, "BBB", Product.MIS, -10, "50.00");
    assertThat(round().run()).isEqualTo(1);
    assertThat(store.foretold(other, LocalDate.parse("2026-11-19"))).isTrue();
    assertThat(store.foretold(account, LocalDate.parse("2026-11-19"))).isFalse();
  }

  @Test
  void aForecastIsJudgedOnceWhoeverTries() {
    Forecast forecast = foretold(1).get(0);
    store.judge(forecast, forecast.madeOn().plusDays(1), Money.of("5"), Market.NOW);
    store.judge(forecast, forecast.madeOn().plusDays(1), Money.of("7"), Market.NOW);
    assertThat(store.judged(account, 10)).extracting(Judged::profit).containsExactly(Money.of("5"));
    assertThatThrownBy(
            () -> {
              try (Connection connection = DATABASE.appDataSource().getConnection();
                  var statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE var_forecasts SET profit = 9");
              }
            })
        .hasMessageContaining("judged already");
    assertThatThrownBy(
            () -> {
              try (Connection connection = DATABASE.appDataSource().getConnection();
                  var statement = connection.createStatement()) {
                statement.executeUpdate("UPDATE var_forecasts SET var = 9");
              }
            })
        .hasMessageContaining("permission denied");
  }

  @Test
  void aWorseZoneIsAnEventAnAlertAndAnAuditEntryAndTightensLimits() {
    judge(100, 2, true);
    assertThat(changed).isEmpty();
    assertThat(told).isEmpty();

    // 5 of 105: yellow (a right VaR has as many or fewer with 99.9 %).
    judge(5, 3, true);
    assertThat(audited).hasSize(1);
    assertThat(audited.get(0).action()).isEqualTo("var_zone_changed");
    assertThat(told).hasSize(1);
    assertThat(told.get(0).kind()).isEqualTo(RiskEventKind.VAR_EXCEEDED);
    assertThat(told.get(0).severity()).isEqualTo(RiskSeverity.WARNING);
    assertThat(told.get(0).accountId()).isEqualTo(account);
    assertThat(told.get(0).detail().get("after")).isEqualTo("YELLOW");
    assertThat(changed.get(0).maxOrderValue()).isEqualTo(Money.of("37500000"));
    assertThat(changed.get(0).maxPositionValue()).isEqualTo(Money.of("750000000"));

    judge(10, 8, true);
    assertThat(told).hasSize(2);
    assertThat(told.get(1).severity()).isEqualTo(RiskSeverity.CRITICAL);
    assertThat(told.get(1).detail().get("after")).isEqualTo("RED");
    // Half of what there was at first, not half of three quarters.
    assertThat(changed.get(1).maxOrderValue()).isEqualTo(Money.of("25000000"));

    // Better again: said, but only a person loosens.
    judge(240, 0, true);
    assertThat(told).hasSize(3);
    assertThat(told.get(2).detail().get("after")).isEqualTo("YELLOW");
    assertThat(changed).hasSize(2);
    assertThat(riskStore.limits(account).maxOrderValue()).isEqualTo(Money.of("25000000"));
  }

  @Test
  void aZoneThatComesBackTightensNothingFurther() {
    judge(100, 12, true);
    assertThat(changed).hasSize(1);
    assertThat(changed.get(0).maxOrderValue()).isEqualTo(Money.of("25000000"));
    judge(250, 6, true);
    assertThat(zone()).isEqualTo(Zone.YELLOW);
    judge(12, 12, true);
    assertThat(zone()).isEqualTo(Zone.RED);
    judge(250, 0, true);
    assertThat(zone()).isEqualTo(Zone.GREEN);
    assertThat(told.get(told.size() - 1).severity()).isEqualTo(RiskSeverity.INFO);
    judge(12, 12, true);
    assertThat(zone()).isEqualTo(Zone.RED);
    assertThat(changed).hasSize(1);
    assertThat(told.get(told.size() - 1).detail().get("limits_tightened")).isEqualTo(false);
  }

  @Test
  void whatAPersonSetSinceIsWhatIsTightened() {
    judge(250, 6, true);
    judge(250, 0, true);
    AccountLimits tight = riskStore.limits(account);
    assertThat(tight.maxOrderValue()).isEqualTo(Money.of("37500000"));
    // One limit is raised, one isn't set any more, one stays as it was tightened.
    riskStore.replaceLimits(
        new AccountLimits(
            account,
            Money.of("40000000"),
            null,
            tight.maxPositionQuantity(),
            tight.maxPositionValue(),
            tight.maxOrdersPerSecond(),
            tight.priceCollarPct(),
            tight.lookAlikeWindowMillis(),
            tight.restrictedSymbols(),
            tight.version(),
            null,
            null),
        "rita",
        Market.NOW);
    judge(250, 12, true);
    AccountLimits now = riskStore.limits(account);
    assertThat(now.maxOrderValue()).isEqualTo(Money.of("20000000"));
    assertThat(now.maxOpenOrderValue()).isNull();
    assertThat(now.maxPositionValue()).as("half of 100 crore").isEqualTo(Money.of("500000000"));
  }

  @Test
  void exceedancesOfAnotherConfidenceAreNotCounted() {
    // At 95 % a dozen of 200 is what is expected; at 99 % it would be red.
    confidence = new BigDecimal("0.95");
    Map<Forecast, ForecastBook.Outcome> outcomes = new LinkedHashMap<>();
    foretold(200)
        .forEach(
            made ->
                outcomes.put(
                    made,
                    new ForecastBook.Outcome(
                        made.madeOn().plusDays(1),
                        Money.of(outcomes.size() < 12 ? "-101" : "-100"))));
    confidence = CONFIDENCE;
    book().judge(account, outcomes, rules(true));
    assertThat(told).isEmpty();
    judge(50, 0, true);
    assertThat(told).isEmpty();
    assertThat(store.judged(account, CONFIDENCE, 500)).hasSize(50);
    assertThat(store.judged(account, 500)).hasSize(250);
  }

  private Zone zone() {
    return store.lockZone(account, Market.NOW);
  }

  @Test
  void limitsStayUnlessTheyAreConfiguredToTighten() {
    judge(60, 12, false);
    assertThat(told).hasSize(1);
    assertThat(told.get(0).detail().get("limits_tightened")).isEqualTo(false);
    assertThat(changed).isEmpty();
  }

  @Test
  void aFewDaysBlameNobody() {
    judge(29, 20, true);
    assertThat(told).isEmpty();
    assertThat(store.lockZone(account, Market.NOW)).isEqualTo(Zone.GREEN);
  }

  @Test
  void whatWasRecordedIsBacktested() {
    judge(120, 3, false);
    PriceHistory history = market.history(Duration.ZERO);
    Holdings holdings = new Holdings(market.data(), market.portfolios(), history);
    BacktestStudy study =
        new BacktestStudy(
            holdings,
            new VarStudy(holdings, history, market.clock(), Blocks.ALONE),
            market.clock(),
            Blocks.ALONE);
    VarBacktest report = study.recorded(account, null, store, market.portfolios());
    assertThat(report.days()).hasSize(120);
    assertThat(report.exceedances()).isEqualTo(3);
    assertThat(report.tests()).hasSize(5);
    assertThat(report.terms().confidence()).isEqualByComparingTo("0.99");
    assertThat(study.recorded(account, 20L, store, market.portfolios()).days()).hasSize(20);
    AccountId other = new AccountId(Ids.next());
    market.account(other);
    assertThatThrownBy(() -> study.recorded(other, null, store, market.portfolios()))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("basis");
  }

  @Test
  void aMomentsFaultOfTheDatabaseIsTriedAgain() {
    market.holds(account, "AAA", Product.CNC, 100, "120.00");
    ForecastRound round = round();
    market.failing = 1;
    assertThat(round.run()).isZero();
    assertThat(round.run()).as("the day was not done").isEqualTo(1);
    int reads = market.reads;
    assertThat(round.run()).as("and now it is").isZero();
    assertThat(market.reads).isEqualTo(reads);
  }

  @Test
  void whatCantBeMeasuredIsNotTriedAgainThatDay() {
    AccountId broken = new AccountId(Ids.next());
    market.with("NONE", 0, 1).holds(broken, "NONE", Product.CNC, 5, "1.00");
    ForecastRound round = round();
    assertThat(round.run()).isZero();
    int reads = market.reads;
    assertThat(round.run()).isZero();
    assertThat(market.reads).isEqualTo(reads);
  }

  @Test
  void limitsThatChangedMeanwhileHoldUpNoForecastAndAreTightenedNextTime() {
    market.holds(account, "AAA", Product.CNC, 100, "120.00");
    judge(100, 4, false);
    assertThat(zone()).isEqualTo(Zone.YELLOW);
    // Yesterday's forecast of a tiny VaR: whatever came, some of these exceeded it.
    for (String day :
        List.of(
            "2026-11-10",
            "2026-11-11",
            "2026-11-12",
            "2026-11-13",
            "2026-11-16",
            "2026-11-17",
            "2026-11-18")) {
      store.add(
          new Forecast(
              account,
              LocalDate.parse(day),
              VarMethod.HISTORICAL,
              CONFIDENCE,
              250,
              Money.of("-1000000"),
              Money.of("-1000000"),
              List.of("AAA"),
              List.of(new BigDecimal("1000"))),
          Market.NOW);
    }
    told.clear();
    ForecastRound round = round(true);
    conflicts = 1;
    assertThat(round.run()).as("foretold though it wasn't judged").isEqualTo(1);
    assertThat(changed).isEmpty();
    assertThat(round.run()).isZero();
    assertThat(changed).hasSize(1);
    assertThat(zone()).isEqualTo(Zone.RED);
  }

  @Test
  void withoutAnyBarThereIsNoRound() {
    ForecastRound none =
        new ForecastRound(
            new Market().data(), null, null, null, store, book(), market.clock(), rules(false));
    assertThat(none.run()).isZero();
  }

  @Test
  void theDayThatIsOverIsThatOfAnySymbol() {
    // The first symbols of the list stopped trading long ago.
    for (String old : List.of("A1", "A2", "A3", "A4", "A5")) {
      market.with(old, 300, 10);
      market.bars(old).subList(100, 300).clear();
    }
    market.holds(account, "AAA", Product.CNC, 100, "120.00");
    assertThat(round().run()).isEqualTo(1);
    assertThat(store.foretold(account, LocalDate.parse("2026-11-19"))).isTrue();
  }

  private BigDecimal confidence = CONFIDENCE;
  private LocalDate nextDay = LocalDate.parse("2020-01-01");

  /** So many forecasts of a VaR of 100. */
  private List<Forecast> foretold(int days) {
    List<Forecast> made = new ArrayList<>();
    for (int i = 0; i < days; i++) {
      Forecast forecast =
          new Forecast(
              account,
              nextDay,
              VarMethod.HISTORICAL,
              confidence,
              250,
              Money.of("100"),
              Money.of("120"),
              List.of("AAA"),
              List.of(new BigDecimal("1000")));
      assertThat(store.add(forecast, Market.NOW)).isTrue();
      made.add(forecast);
      nextDay = nextDay.plusDays(1);
    }
    return made;
  }

  /** So many days, of which the first few lost more than foretold. */
  private void judge(int days, int exceeded, boolean tighten) {
    Map<Forecast, ForecastBook.Outcome> outcomes = new LinkedHashMap<>();
    List<Forecast> made = foretold(days);
    for (int i = 0; i < days; i++) {
      outcomes.put(
          made.get(i),
          new ForecastBook.Outcome(
              made.get(i).madeOn().plusDays(1), Money.of(i < exceeded ? "-101" : "-100")));
    }
    book().judge(account, outcomes, rules(tighten));
  }

  private interface Answers {
    Object to(String method, Object[] arguments) throws Throwable;
  }

  private static <T> T stub(Class<T> type, Answers answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answers.to(method.getName(), arguments)));
  }

  @SuppressWarnings("unchecked")
  private static <T> Instance<T> present(T bean) {
    return stub(
        Instance.class,
        (method, arguments) -> method.equals("isResolvable") ? (Object) true : bean);
  }
}
