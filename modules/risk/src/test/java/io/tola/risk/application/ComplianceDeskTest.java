package io.tola.risk.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Symbol;
import io.tola.risk.api.ComplianceReport;
import io.tola.risk.domain.Clauses;
import io.tola.risk.domain.OrderToTrade;
import io.tola.risk.store.ComplianceStore;
import io.tola.risk.store.FlowCounts;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.OrderFlow;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The report, on real PostgreSQL. */
class ComplianceDeskTest {

  /** Already the 22nd in India. */
  private static final Instant NOW = Instant.parse("2026-11-21T19:00:00Z");

  private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);

  private final AccountId waiting = new AccountId(Ids.next());
  private TestDatabase database;
  private FlowCounts counts;
  private ComplianceDesk desk;

  @BeforeEach
  void fresh() {
    database = TestDatabase.create();
    counts = new FlowCounts(database.appDataSource());
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    desk =
        new ComplianceDesk(
            new ComplianceStore(database.appDataSource()),
            counts,
            new FlowClerk(
                newest(Map.of(waiting, 12L)),
                counts,
                null,
                null,
                null,
                clock,
                new OrderToTrade(new BigDecimal("50"), new BigDecimal("500"), 100),
                Period.ofYears(8)),
            clock,
            "production");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void noRecordCanBeRemovedByTheApplication() {
    assertThat(desk.report().records())
        .extracting(ComplianceReport.Kept::table)
        .containsExactlyElementsOf(ComplianceStore.RECORDS);
    assertThat(desk.report().records()).noneMatch(ComplianceReport.Kept::removable);
    for (String table : ComplianceStore.RECORDS) {
      for (String sql : List.of("DELETE FROM " + table, "TRUNCATE " + table)) {
        assertThatThrownBy(
                () -> {
                  try (Connection c = database.appDataSource().getConnection();
                      var s = c.createStatement()) {
                    s.execute(sql);
                  }
                })
            .as(sql)
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
      }
    }
  }

  @Test
  void theDayIsIndiasAndItsCountsAreThere() {
    AccountId busy = new AccountId(Ids.next());
    AccountId calm = new AccountId(Ids.next());
    counts.add(
        List.of(
            new OrderFlow.Counts(calm, TODAY, 4, 0, 0, 0, 0, 4),
            new OrderFlow.Counts(busy, TODAY, 100, 3, 7, 20, 30, 3),
            new OrderFlow.Counts(busy, TODAY.minusDays(1), 9, 9, 9, 9, 9, 9)));
    counts.addRefused(
        List.of(refused(busy, 2060, 5), refused(calm, 2060, 1), refused(busy, 1005, 2)));

    ComplianceReport report = desk.report();
    assertThat(report.day()).isEqualTo(TODAY);
    assertThat(report.uncounted()).isEqualTo(12);
    counts.advance(List.of(new OrderFlow.Span(waiting, 0, 5)));
    assertThat(desk.report().uncounted()).isEqualTo(7);
    assertThat(report.totals()).isEqualTo(new ComplianceReport.Totals(2, 104, 3, 7, 20, 30, 7));
    assertThat(report.refusals())
        .containsExactly(
            new ComplianceReport.Refusals(1005, null, 2),
            new ComplianceReport.Refusals(2060, "order_value", 6));
    assertThat(report.accounts())
        .containsExactly(
            new ComplianceReport.AccountDay(busy, 100, 3, 7, 150, 3, new BigDecimal("50.00")),
            new ComplianceReport.AccountDay(calm, 4, 0, 0, 4, 4, new BigDecimal("1.00")));
    assertThat(report.clauses()).isEqualTo(Clauses.all());
  }

  @Test
  void theSettingsAreThoseInForce() {
    database.execute("INSERT INTO restricted_symbols VALUES ('TCS', 'x', 'risk', now())");
    database.execute(
        "INSERT INTO registered_algos VALUES ('" + Ids.next() + "', 'NSE-1', 'risk', now())");
    database.execute("UPDATE risk_limits SET max_orders_per_second = 12 WHERE account_id IS NULL");
    ComplianceReport.Settings settings = desk.report().settings();
    assertThat(settings.tagRequired()).as("in production, unless said otherwise").isTrue();
    assertThat(settings.unregisteredOrdersPerSecond()).isNull();
    assertThat(settings.defaults().maxOrdersPerSecond()).isEqualTo(12);
    assertThat(settings.accountsWithOwnLimits()).isZero();
    assertThat(settings.registeredAlgos()).isEqualTo(1);
    assertThat(settings.restrictedSymbols()).isEqualTo(1);
    assertThat(settings.orderToTradeWarning()).isEqualByComparingTo("50");
    assertThat(settings.eventsKept()).isEqualTo("P8Y");
  }

  private static OrderFlow newest(Map<AccountId, Long> newest) {
    return (OrderFlow)
        Proxy.newProxyInstance(
            OrderFlow.class.getClassLoader(),
            new Class<?>[] {OrderFlow.class},
            (self, method, arguments) -> newest);
  }

  private static OrderFlow.Refused refused(AccountId account, int code, long count) {
    return new OrderFlow.Refused(
        account, TODAY, code, count, Ids.next(), new Symbol("TCS"), null, "because", NOW);
  }
}
