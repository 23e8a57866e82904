package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.domain.TickBatch;
import io.tola.market.domain.Units;
import io.tola.market.store.NaiveBars.Tick;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TickStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Instant OPEN = Instant.parse("2026-10-30T03:45:00Z");
  private static final List<String> SYMBOLS = List.of("INFY", "M&M", "SBIN");

  private final TickStore store = new TickStore(DATABASE.appDataSource());
  private final BarStore bars = new BarStore(DATABASE.appDataSource());

  @BeforeEach
  @BeforeTry
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  private record Named(String symbol, Tick tick) {}

  private static Tick tick(Instant at, long sequence, long dayVolume, int rupees, long quantity) {
    return new Tick(
        at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000,
        sequence,
        dayVolume,
        rupees * Units.PER_RUPEE,
        quantity);
  }

  private static TickBatch batch(List<Named> ticks) {
    TickBatch batch = new TickBatch(Math.max(1, ticks.size()));
    for (Named named : ticks) {
      Tick t = named.tick;
      batch.add(
          named.symbol, t.micros(), t.sequence(), t.dayVolume(), t.price(), t.quantity(), 0, 0);
    }
    return batch;
  }

  private static long rows(String what) throws SQLException {
    try (Connection connection = DATABASE.ownerDataSource().getConnection();
        Statement statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM " + what)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void assertBarsAre(List<Named> ticks) throws SQLException {
    for (String symbol : SYMBOLS) {
      List<Tick> mine =
          ticks.stream().filter(t -> t.symbol.equals(symbol)).map(Named::tick).toList();
      for (Interval interval : Interval.values()) {
        List<Bar> stored =
            bars.history(
                new Symbol(symbol),
                interval,
                OPEN.minus(Duration.ofDays(3)),
                OPEN.plus(Duration.ofDays(10)),
                null,
                10_000);
        assertThat(stored)
            .as(symbol + " " + interval)
            .isEqualTo(NaiveBars.of(new Symbol(symbol), interval, mine));
      }
    }
  }

  /** Some ticks of a few days around a change of month, with trades or with day volumes that fall. */
  private static List<Named> session(Random random, int size) {
    List<Named> ticks = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      String symbol = SYMBOLS.get(random.nextInt(SYMBOLS.size()));
      Instant at =
          OPEN.plus(random.nextInt(4), java.time.temporal.ChronoUnit.DAYS)
              .plusSeconds(random.nextInt(2) == 0 ? random.nextInt(300) : random.nextInt(22_500));
      boolean byDay = symbol.equals("INFY");
      ticks.add(
          new Named(
              symbol,
              tick(
                  at,
                  random.nextInt(3),
                  byDay ? random.nextInt(100_000) : 0,
                  100 + random.nextInt(20),
                  byDay ? 0 : random.nextInt(500))));
    }
    return ticks;
  }

  @Property(tries = 40)
  void barsAreThoseOfTheNaiveWayWhateverTheOrderAndTheRepeats(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int size) throws SQLException {
    Random random = new Random(seed);
    List<Named> ticks = session(random, size);
    List<Named> sent = new ArrayList<>(ticks);
    for (int i = random.nextInt(size + 1); i > 0; i--) {
      sent.add(ticks.get(random.nextInt(size)));
    }
    Collections.shuffle(sent, random);

    long added = 0;
    for (int from = 0; from < sent.size(); ) {
      int to = Math.min(sent.size(), from + 1 + random.nextInt(80));
      added += store.store(batch(sent.subList(from, to)));
      from = to;
    }

    assertThat(added).isEqualTo(ticks.stream().distinct().count()).isEqualTo(rows("ticks"));
    assertThat(
            rows(
                "(SELECT FROM tick_minutes m WHERE ticks <> (SELECT count(*) FROM ticks t"
                    + " WHERE t.symbol = m.symbol AND date_trunc('minute', t.at) = m.start_at)) x"))
        .isZero();
    assertBarsAre(ticks);
  }

  @Test
  void theSameBatchAgainChangesNothing() throws SQLException {
    List<Named> ticks = session(new Random(3), 500);
    store.store(batch(ticks));
    String state =
        "(SELECT b, xmin FROM ohlc_data b UNION ALL SELECT NULL, xmin FROM tick_minutes) x";
    long before = rows(state);

    assertThat(store.store(batch(ticks))).isZero();

    assertThat(rows(state)).isEqualTo(before);
    assertBarsAre(ticks);
  }

  @Test
  void aLateTickMovesTheSharesOfTheMinutesBehindIt() throws SQLException {
    List<Named> ticks = new ArrayList<>();
    ticks.add(new Named("INFY", tick(OPEN.plusSeconds(10), 0, 1_000, 100, 0)));
    ticks.add(new Named("INFY", tick(OPEN.plusSeconds(190), 0, 5_000, 103, 0)));
    store.store(batch(ticks));
    Named late = new Named("INFY", tick(OPEN.plusSeconds(70), 0, 4_000, 101, 0));
    ticks.add(late);
    store.store(batch(List.of(late)));

    assertThat(
            bars.history(
                new Symbol("INFY"), Interval.ONE_MINUTE, OPEN, OPEN.plusSeconds(600), null, 9))
        .extracting(Bar::volume)
        .containsExactly(1_000L, 3_000L, 1_000L);
    assertBarsAre(ticks);
  }

  @Test
  void barsOfTicksStandAboveSimulatedOnesAndBelowImportedOnes() throws SQLException {
    Bar made =
        new Bar(
            new Symbol("SBIN"),
            Interval.ONE_MINUTE,
            OPEN,
            Units.price(1),
            Units.price(9),
            Units.price(1),
            Units.price(5),
            7);
    Named tick = new Named("SBIN", tick(OPEN, 0, 0, 100, 5));
    bars.save(List.of(made), BarStore.Source.SIMULATED);
    store.store(batch(List.of(tick)));
    assertBarsAre(List.of(tick));
    bars.save(List.of(made), BarStore.Source.REPLAY);
    assertBarsAre(List.of(tick));
    bars.save(List.of(made), BarStore.Source.IMPORTED);
    store.store(batch(List.of(new Named("SBIN", tick(OPEN.plusSeconds(1), 0, 0, 101, 5)))));
    assertThat(
            bars.history(
                new Symbol("SBIN"), Interval.ONE_MINUTE, OPEN, OPEN.plusSeconds(60), null, 9))
        .containsExactly(made);
  }

  @Test
  void writersOfTheSameSymbolsAtOnceMakeTheSameBars() throws Exception {
    List<Named> ticks = session(new Random(8), 2_000);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        List<Named> mine = new ArrayList<>(ticks.subList(thread * 400, 2_000 - (3 - thread) * 400));
        Collections.shuffle(mine, new Random(thread));
        done.add(
            threads.submit(
                () -> {
                  for (int from = 0; from < mine.size(); from += 50) {
                    store.store(batch(mine.subList(from, Math.min(mine.size(), from + 50))));
                  }
                  return null;
                }));
      }
      for (Future<?> each : done) {
        each.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(rows("ticks")).isEqualTo(ticks.stream().distinct().count());
    assertBarsAre(ticks);
  }

  @Test
  void aBatchThatFailsLeavesNothing() throws SQLException {
    TickBatch bad = batch(List.of(new Named("SBIN", tick(OPEN, 0, 0, 100, 5))));
    bad.clear();
    bad.add("SBIN", OPEN.getEpochSecond() * 1_000_000, 0, 0, 1_000_000, 5, 0, 0);
    TickBatch worse = new TickBatch(2);
    worse.add("SBIN", OPEN.getEpochSecond() * 1_000_000, 0, 0, 1_000_000, 5, 0, 0);
    // A crossed quote that the judge of lines let through would be refused by the table.
    worse.add("SBIN", OPEN.getEpochSecond() * 1_000_000 + 1, 0, 0, 1_000_000, 5, 20_000, 10_000);
    assertThatThrownBy(() -> store.store(worse)).isInstanceOf(SQLException.class);
    assertThat(rows("ticks")).isZero();
    assertThat(rows("tick_minutes")).isZero();
    assertThat(rows("ohlc_data")).isZero();

    assertThat(store.store(bad)).isEqualTo(1);
  }

  @Test
  void monthsAreMadeOnDemandAndDroppedWhenTheyAreOver() throws SQLException {
    Instant longAgo = Instant.parse("2019-03-31T20:00:00Z");
    Named old = new Named("SBIN", tick(longAgo, 0, 0, 100, 5));
    store.store(batch(List.of(old)));
    assertThat(rows("ticks_y2019m03")).isEqualTo(1);

    assertThat(store.dropMonthsBefore("ticks", Instant.parse("2019-03-31T00:00:00Z")))
        .doesNotContain("ticks_y2019m03");
    assertThat(store.dropMonthsBefore("ticks", Instant.parse("2019-04-01T00:00:00Z")))
        .contains("ticks_y2019m03")
        .doesNotContain("ticks_y2019m04");
    assertThat(store.dropMonthsBefore("tick_minutes", Instant.parse("2019-04-01T00:00:00Z")))
        .contains("tick_minutes_y2019m03");
    assertThat(rows("ticks")).isZero();
    assertThat(rows("ohlc_data")).as("bars stay").isEqualTo(2);

    TickStore other = new TickStore(DATABASE.appDataSource());
    other.store(batch(List.of(old)));
    // This one remembers the month; the other one's retention has dropped it meanwhile.
    store.dropMonthsBefore("ticks", Instant.parse("2019-04-01T00:00:00Z"));
    assertThat(other.store(batch(List.of(old)))).isEqualTo(1);
    assertThatThrownBy(() -> store.dropMonthsBefore("instruments", OPEN))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("not a table kept by months");
  }
}
