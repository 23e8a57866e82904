package io.tola.risk.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import io.tola.portfolio.api.ReconciliationLog;
import io.tola.portfolio.api.Reconciliations;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RiskEvent;
import io.tola.risk.api.RiskEventFilter;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.domain.OrderToTrade;
import io.tola.risk.store.EventStore;
import io.tola.risk.store.FlowCounts;
import io.tola.schema.TestDatabase;
import io.tola.trading.api.OrderFlow;
import java.math.BigDecimal;
import java.sql.Connection;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Counting behind the orders: once each, whatever comes in between. */
class FlowClerkTest {

  private static final Instant NOW = Instant.parse("2026-11-21T04:00:00.123456Z");
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 21);

  private final AccountId one = new AccountId(Ids.next());
  private final AccountId two = new AccountId(Ids.next());
  private final List<NewRiskEvent> told = new ArrayList<>();
  private final Reports reports = new Reports();
  private final List<ReconciliationLog> lines = new ArrayList<>();
  private TestDatabase database;
  private FlowCounts counts;
  private FlowClerk clerk;

  @BeforeEach
  void fresh() {
    database = TestDatabase.create();
    counts = new FlowCounts(database.appDataSource());
    clerk =
        new FlowClerk(
            reports,
            counts,
            new EventStore(database.appDataSource()),
            new RiskEvents() {
              @Override
              public void record(List<NewRiskEvent> events) {
                told.addAll(events);
              }

              @Override
              public Page<RiskEvent> list(RiskEventFilter filter) {
                throw new UnsupportedOperationException();
              }
            },
            reconciliations(),
            Clock.fixed(NOW, ZoneOffset.UTC),
            new OrderToTrade(new BigDecimal("50"), new BigDecimal("500"), 100),
            Period.ofYears(5));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void everyReportIsCountedOnce() {
    reports.add(one, "NEW", 3);
    reports.add(one, "TRADE", 2);
    reports.add(two, "NEW", 1);
    assertThat(clerk.count()).isEqualTo(new FlowClerk.Pass(6, 0));
    assertThat(clerk.count().counted()).isZero();
    reports.add(one, "CANCELED", 1);
    reports.add(one, "REPLACED", 4);
    assertThat(clerk.count().counted()).isEqualTo(5);
    assertThat(counts.day(TODAY, one, 10))
        .containsExactly(new OrderFlow.Counts(one, TODAY, 3, 3, 0, 4, 1, 2));
    assertThat(counts.day(TODAY, null, 10))
        .extracting(OrderFlow.Counts::accountId)
        .as("those with most orders first")
        .containsExactly(one, two);
    assertThat(counts.total(TODAY)).isEqualTo(new FlowCounts.Total(2, 4, 4, 0, 4, 1, 2));
  }

  @Test
  void aBacklogIsCountedInPassesAndNothingIsLeftOut() {
    reports.add(one, "NEW", 12_345);
    reports.add(two, "NEW", 30_001);
    long all = 0;
    long counted;
    while ((counted = clerk.count().counted()) > 0) {
      assertThat(counted).isLessThanOrEqualTo(FlowClerk.MOST + OrderFlow.MOST);
      all += counted;
    }
    assertThat(all).isEqualTo(42_346);
    assertThat(counts.total(TODAY).orders()).isEqualTo(42_346);
  }

  @Test
  void accountsTakeTurnsHoweverBusyTheFirstAre() {
    List<AccountId> byId =
        java.util.stream.Stream.generate(() -> new AccountId(Ids.next()))
            .limit(6)
            .sorted(java.util.Comparator.comparing(AccountId::value))
            .toList();
    byId.subList(0, 5).forEach(busy -> reports.add(busy, "NEW", 6_000));
    reports.add(byId.get(5), "NEW", 1);
    FlowClerk.Pass first = clerk.count();
    assertThat(first).isEqualTo(new FlowClerk.Pass(20_000, 10_001));
    assertThat(clerk.backlog()).isEqualTo(10_001);
    byId.subList(0, 5).forEach(busy -> reports.add(busy, "NEW", 5_000));
    clerk.count();
    assertThat(counts.day(TODAY, byId.get(4), 1)).as("the fifth, behind four busy ones").hasSize(1);
    assertThat(counts.day(TODAY, byId.get(5), 1)).as("the calm one behind all").hasSize(1);
  }

  @Test
  void refusalsByAControlAreEventsWithTheLastOrderAndTradingsOwnAreNot() {
    reports.refuse(one, 2060, 3);
    reports.refuse(one, 2080, 1);
    reports.refuse(two, 1003, 2);
    clerk.count();
    assertThat(told)
        .extracting(NewRiskEvent::kind, NewRiskEvent::severity, NewRiskEvent::accountId)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(
                RiskEventKind.ORDERS_REFUSED, RiskSeverity.WARNING, one),
            org.assertj.core.groups.Tuple.tuple(
                RiskEventKind.ORDERS_REFUSED, RiskSeverity.INFO, one));
    Map<String, ?> detail = told.get(0).detail();
    assertThat(detail.get("code")).isEqualTo(2060);
    assertThat(detail.get("control")).isEqualTo("order_value");
    assertThat(detail.get("orders")).isEqualTo(3L);
    assertThat(detail.get("last_order_id")).isNotNull();
    assertThat(counts.refusals(TODAY)).isEqualTo(Map.of(1003, 2L, 2060, 3L, 2080, 1L));
  }

  @Test
  void aHighRatioIsToldOfOnceADayAndOnceMoreWhenItIsCritical() {
    reports.add(one, "TRADE", 2);
    reports.add(one, "NEW", 99);
    clerk.count();
    assertThat(told).isEmpty();
    reports.add(one, "NEW", 1);
    clerk.count();
    reports.add(one, "NEW", 1);
    clerk.count();
    assertThat(told)
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.kind()).isEqualTo(RiskEventKind.ORDER_TO_TRADE);
              assertThat(e.severity()).isEqualTo(RiskSeverity.WARNING);
              assertThat((BigDecimal) e.detail().get("ratio")).isEqualByComparingTo("50");
            });
    reports.add(one, "CANCELED", 899);
    clerk.count();
    clerk.count();
    assertThat(told).hasSize(2);
    assertThat(told.get(1).severity()).isEqualTo(RiskSeverity.CRITICAL);
  }

  @Test
  void whileAnotherNodeCountsThisOneDoesNot() throws Exception {
    reports.add(one, "NEW", 1);
    try (Connection other = database.appDataSource().getConnection();
        var lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("SELECT pg_advisory_xact_lock(x'746f6c61666c6f77'::bigint)");
      assertThat(clerk.count().counted()).isZero();
      other.rollback();
    }
    assertThat(clerk.count().counted()).isEqualTo(1);
  }

  @Test
  void breaksThatStayOpenAreEventsOnceEachOnHoweverManyNodes() {
    ReconciliationLog alerted = line("breaks_alerted");
    lines.add(line("break_opened"));
    lines.add(alerted);
    assertThat(clerk.openBreaks()).isEqualTo(1);
    assertThat(clerk.openBreaks()).isZero();
    lines.add(line("breaks_alerted"));
    assertThat(clerk.openBreaks()).isEqualTo(1);
    assertThat(told).as("portfolio has sent the alert").isEmpty();
    List<RiskEvent> events =
        new EventStore(database.appDataSource())
            .list(
                new RiskEventFilter(
                    java.util.Set.of(one), RiskEventKind.BREAK_OPEN, null, null, null, 10, null))
            .items();
    assertThat(events).hasSize(2);
    assertThat(events).extracting(RiskEvent::id).contains(alerted.logId());
    assertThat(events.get(0).severity()).isEqualTo(RiskSeverity.WARNING);
    assertThat(events.get(0).detail()).contains("open too long");
  }

  private ReconciliationLog line(String event) {
    return new ReconciliationLog(
        Ids.next(), NOW, one, null, null, event, "system", "2 breaks have been open too long");
  }

  /** One line a page. */
  private Reconciliations reconciliations() {
    return (Reconciliations)
        java.lang.reflect.Proxy.newProxyInstance(
            Reconciliations.class.getClassLoader(),
            new Class<?>[] {Reconciliations.class},
            (self, method, arguments) -> {
              int at = arguments[3] == null ? 0 : Integer.parseInt((String) arguments[3]);
              return at >= lines.size()
                  ? new Page<>(List.of(), null)
                  : new Page<>(List.of(lines.get(at)), Integer.toString(at + 1));
            });
  }

  @Test
  void theComingMonthsAreMadeAndEventsOfFiveYearsStay() {
    assertThat(clerk.keepMonths()).isEmpty();
    for (String shorter : List.of("P4Y", "P59M", "P1825D", "P0D", "-P5Y", "five years")) {
      assertThatThrownBy(() -> FlowClerk.kept(shorter))
          .as(shorter)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("tola.risk.events.retention");
    }
    assertThat(FlowClerk.kept("P5Y")).isEqualTo(Period.ofYears(5));
    assertThat(FlowClerk.kept("P84M")).isEqualTo(Period.ofMonths(84));
  }

  /** Reports in memory, counted the plain way. */
  private static final class Reports implements OrderFlow {

    private record Report(String type, int code) {}

    private final Map<AccountId, List<Report>> all = new HashMap<>();

    void add(AccountId account, String type, int times) {
      for (int i = 0; i < times; i++) {
        all.computeIfAbsent(account, a -> new ArrayList<>()).add(new Report(type, 0));
      }
    }

    void refuse(AccountId account, int code, int times) {
      for (int i = 0; i < times; i++) {
        all.computeIfAbsent(account, a -> new ArrayList<>()).add(new Report("REJECTED", code));
      }
    }

    @Override
    public Map<AccountId, Long> newest() {
      Map<AccountId, Long> newest = new HashMap<>();
      all.forEach((account, list) -> newest.put(account, (long) list.size()));
      return newest;
    }

    private List<Report> of(Span span) {
      assertThat(span.upTo() - span.after()).isBetween(1L, (long) MOST);
      return all.get(span.accountId()).subList((int) span.after(), (int) span.upTo());
    }

    @Override
    public List<Counts> counts(Collection<Span> spans) {
      return spans.stream()
          .map(
              span -> {
                Map<String, Long> n = new HashMap<>();
                of(span).forEach(r -> n.merge(r.type(), 1L, Long::sum));
                return new Counts(
                    span.accountId(),
                    TODAY,
                    n.getOrDefault("NEW", 0L),
                    n.getOrDefault("NEW", 0L),
                    n.getOrDefault("REJECTED", 0L),
                    n.getOrDefault("REPLACED", 0L),
                    n.getOrDefault("CANCELED", 0L),
                    n.getOrDefault("TRADE", 0L));
              })
          .toList();
    }

    @Override
    public List<Refused> refused(Collection<Span> spans) {
      List<Refused> refused = new ArrayList<>();
      for (Span span : spans) {
        Map<Integer, Long> n = new java.util.TreeMap<>();
        of(span).stream().filter(r -> r.code() != 0).forEach(r -> n.merge(r.code(), 1L, Long::sum));
        n.forEach(
            (code, count) ->
                refused.add(
                    new Refused(
                        span.accountId(),
                        TODAY,
                        code,
                        count,
                        Ids.next(),
                        new Symbol("TCS"),
                        "algo-7",
                        "too much",
                        NOW)));
      }
      return refused;
    }

    @Override
    public List<Working> working(AccountId account) {
      throw new UnsupportedOperationException();
    }
  }
}
