package io.tola.risk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.RiskEvent;
import io.tola.risk.api.RiskEventFilter;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskSeverity;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Risk events by month, on real PostgreSQL. */
class EventStoreTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00.123456Z");

  private final AccountId mine = new AccountId(Ids.next());
  private final AccountId other = new AccountId(Ids.next());
  private TestDatabase database;
  private EventStore store;

  @BeforeEach
  void fresh() {
    database = TestDatabase.create();
    store = new EventStore(database.appDataSource());
  }

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void anEventIsReadBackAsItWasWritten() {
    RiskEvent event = event(T0, RiskEventKind.GUARD_TRIPPED, RiskSeverity.CRITICAL, mine);
    RiskEvent platform =
        event(T0.plusSeconds(1), RiskEventKind.KILL_SWITCH, RiskSeverity.INFO, null);
    store.insert(List.of(event, platform));
    assertThat(store.list(all(10)).items()).containsExactly(platform, event);
  }

  @Test
  void everyFilterKeepsWhatItSaysAndPagesMeetWithoutGapOrRepeat() {
    Random random = new Random(7);
    List<RiskEvent> events = new ArrayList<>();
    AccountId[] accounts = {mine, other, null};
    for (int i = 0; i < 300; i++) {
      events.add(
          event(
              // Many at the same moment, and over several months.
              T0.plus(Duration.ofDays(random.nextInt(100))),
              RiskEventKind.values()[random.nextInt(RiskEventKind.values().length)],
              RiskSeverity.values()[random.nextInt(3)],
              accounts[random.nextInt(3)]));
    }
    store.insert(events);
    events.sort(
        Comparator.comparing(RiskEvent::at).thenComparing(e -> e.id().toString()).reversed());

    for (Set<AccountId> of :
        new Set[] {null, Set.of(mine), Set.of(mine, other), Set.of(new AccountId(Ids.next()))}) {
      for (RiskEventKind kind : new RiskEventKind[] {null, RiskEventKind.ORDERS_REFUSED}) {
        for (RiskSeverity severity : new RiskSeverity[] {null, RiskSeverity.WARNING}) {
          for (Instant from : new Instant[] {null, T0.plus(Duration.ofDays(20))}) {
            Instant to = from == null ? null : T0.plus(Duration.ofDays(60));
            List<RiskEvent> expected =
                events.stream()
                    .filter(
                        e -> of == null || (e.accountId() != null && of.contains(e.accountId())))
                    .filter(e -> kind == null || e.kind() == kind)
                    .filter(e -> severity == null || e.severity() == severity)
                    .filter(e -> from == null || !e.at().isBefore(from))
                    .filter(e -> to == null || e.at().isBefore(to))
                    .toList();
            List<RiskEvent> read = new ArrayList<>();
            String cursor = null;
            do {
              Page<RiskEvent> page =
                  store.list(new RiskEventFilter(of, kind, severity, from, to, 7, cursor));
              read.addAll(page.items());
              cursor = page.nextCursor();
            } while (cursor != null);
            assertThat(read).isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void aCursorOfAnotherListIsRefused() {
    assertThatThrownBy(
            () -> store.list(new RiskEventFilter(null, null, null, null, null, 5, "nonsense")))
        .isInstanceOf(ProblemException.class);
  }

  @Test
  void monthsAreMadeOnceAndTheOldOnesGoWithTheirEvents() throws SQLException {
    Instant old = Instant.parse("2019-12-31T23:59:59.999999Z");
    Instant kept = Instant.parse("2020-01-01T00:00:00Z");
    store.insert(
        List.of(
            event(old, RiskEventKind.KILL_SWITCH, RiskSeverity.INFO, mine),
            event(kept, RiskEventKind.KILL_SWITCH, RiskSeverity.INFO, mine)));
    store.ensureMonths(old, kept);
    assertThat(partitions()).contains("risk_events_y2019m12", "risk_events_y2020m01");

    assertThat(store.dropMonthsBefore(kept)).containsExactly("risk_events_y2019m12");
    assertThat(store.list(all(10)).items()).extracting(RiskEvent::at).containsExactly(kept);
    assertThat(store.dropMonthsBefore(kept)).isEmpty();
  }

  @Test
  void nothingYoungerThanFiveYearsCanBeDroppedByTheApplication() throws SQLException {
    Instant recent = now().minus(Duration.ofDays(5 * 365 - 60));
    store.insert(List.of(event(recent, RiskEventKind.KILL_SWITCH, RiskSeverity.INFO, mine)));
    assertThatThrownBy(() -> store.dropMonthsBefore(now().minus(Duration.ofDays(4 * 365))))
        .isInstanceOf(StoreFault.class)
        .hasMessageContaining("five years");
    assertThat(store.list(all(10)).items()).hasSize(1);
  }

  @Test
  void theApplicationChangesNeitherTheTableNorAMonthOfIt() {
    store.insert(List.of(event(T0, RiskEventKind.KILL_SWITCH, RiskSeverity.INFO, mine)));
    for (String table : List.of("risk_events", "risk_events_y2026m11")) {
      for (String sql :
          List.of(
              "UPDATE risk." + table + " SET actor = 'x'",
              "DELETE FROM risk." + table,
              "TRUNCATE risk." + table,
              "DROP TABLE risk." + table)) {
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
  void numbersOfAlertsRiseByScopeWithoutGaps() {
    assertThat(store.drawSequences(Map.of("platform", 2L, "a", 1L)))
        .isEqualTo(Map.of("platform", 2L, "a", 1L));
    assertThat(store.drawSequences(Map.of("platform", 3L)).get("platform")).isEqualTo(5L);
    assertThat(store.drawSequences(Map.of("a", 1L)).get("a")).isEqualTo(2L);
  }

  private Instant now() throws SQLException {
    try (Connection c = database.ownerDataSource().getConnection();
        var s = c.createStatement();
        var row = s.executeQuery("SELECT now()")) {
      row.next();
      return row.getObject(1, java.time.OffsetDateTime.class).toInstant();
    }
  }

  private List<String> partitions() throws SQLException {
    try (Connection c = database.ownerDataSource().getConnection();
        var s = c.createStatement();
        var row =
            s.executeQuery(
                "SELECT inhrelid::regclass::text FROM pg_inherits"
                    + " WHERE inhparent = 'risk.risk_events'::regclass")) {
      List<String> names = new ArrayList<>();
      while (row.next()) {
        names.add(row.getString(1).replace("risk.", ""));
      }
      return names;
    }
  }

  private static RiskEventFilter all(int limit) {
    return new RiskEventFilter(null, null, null, null, null, limit, null);
  }

  private static RiskEvent event(
      Instant at, RiskEventKind kind, RiskSeverity severity, AccountId account) {
    return new RiskEvent(Ids.next(), at, kind, severity, account, "system", "{\"a\": 1}");
  }
}
