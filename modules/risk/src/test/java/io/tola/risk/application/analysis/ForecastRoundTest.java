package io.tola.risk.application.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.VarBacktest;
import io.tola.risk.api.VarBacktest.Zone;
import io.tola.risk.api.VarMethod;
import io.tola.risk.api.VarTerms;
import io.tola.risk.domain.value.Blocks;
import io.tola.risk.store.ForecastStore;
import io.tola.risk.store.ForecastStore.Forecast;
import io.tola.risk.store.ForecastStore.Judged;
import io.tola.risk.store.RiskStore;
import io.tola.risk.store.StoreFault;
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
  private final List<OutboxMessage> sent = new ArrayList<>();
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
    Outbox outbox =
        stub(
            Outbox.class,
            (method, arguments) -> {
              sent.addAll(castList(arguments[0]));
              return null;
            });
    return new ForecastBook(
        store, riskStore, desk, present(trail), present(outbox), market.clock());
  }

  @SuppressWarnings("unchecked")
  private static List<OutboxMessage> castList(Object list) {
    return (List<OutboxMessage>) list;
  }

  private ForecastRound round() {
    PriceHistory history = market.history(Duration.ZERO);
    Holdings holdings = new Holdings(market.data(), market.portfolios(), history);
    return new ForecastRound(
        new VarStudy(holdings, history, market.clock(), Blocks.ALONE),
        history,
        market.portfolios(),
        store,
        book(),
        market.clock(),
        rules(false));
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
    assertThat(sent).isEmpty();

    // 5 of 105: yellow (a right VaR has as many or fewer with 99.9 %).
    judge(5, 3, true);
    assertThat(audited).hasSize(1);
    assertThat(audited.get(0).action()).isEqualTo("var_zone_changed");
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).payload()).contains("\"after\":\"YELLOW\"").contains("\"sequence\":1");
    assertThat(changed.get(0).maxOrderValue()).isEqualTo(Money.of("37500000"));
    assertThat(changed.get(0).maxPositionValue()).isEqualTo(Money.of("750000000"));

    judge(10, 8, true);
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1).payload()).contains("\"after\":\"RED\"").contains("\"sequence\":2");
    // Half of what there was at first, not half of three quarters.
    assertThat(changed.get(1).maxOrderValue()).isEqualTo(Money.of("25000000"));

    // Better again: said, but only a person loosens.
    judge(240, 0, true);
    assertThat(sent).hasSize(3);
    assertThat(changed).hasSize(2);
    assertThat(riskStore.limits(account).maxOrderValue()).isEqualTo(Money.of("25000000"));
  }

  @Test
  void limitsStayUnlessTheyAreConfiguredToTighten() {
    judge(60, 12, false);
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).payload()).contains("\"limits_tightened\":false");
    assertThat(changed).isEmpty();
  }

  @Test
  void aFewDaysBlameNobody() {
    judge(29, 20, true);
    assertThat(sent).isEmpty();
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
  void aFaultOfTheDatabaseIsNotSwallowed() {
    ForecastStore broken =
        new ForecastStore(
            stub(
                javax.sql.DataSource.class,
                (method, arguments) -> {
                  throw new java.sql.SQLException("away");
                }));
    assertThatThrownBy(() -> broken.judged(account, 1)).isInstanceOf(StoreFault.class);
  }

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
              CONFIDENCE,
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
