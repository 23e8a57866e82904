package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.domain.Units;
import io.tola.schema.TestDatabase;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BarStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Symbol SBIN = new Symbol("SBIN");
  private static final Instant OPEN = Instant.parse("2026-10-30T03:45:00Z");

  private final BarStore store = new BarStore(DATABASE.appDataSource());

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  private static Bar bar(Interval interval, Instant start, int open, int high, int low, int close) {
    return new Bar(SBIN, interval, start, price(open), price(high), price(low), price(close), 10);
  }

  private static Price price(int rupees) {
    return Units.price(rupees * Units.PER_RUPEE);
  }

  /** Minutes over two days and a change of month, with gaps. */
  private static List<Bar> minutes() {
    Random random = new Random(4);
    List<Bar> bars = new ArrayList<>();
    for (int day = 0; day < 3; day++) {
      for (int minute = 0; minute < 375; minute++) {
        if (random.nextInt(10) > 0) {
          int open = 100 + random.nextInt(20);
          int close = 100 + random.nextInt(20);
          bars.add(
              bar(
                  Interval.ONE_MINUTE,
                  OPEN.plus(day, ChronoUnit.DAYS).plus(minute, ChronoUnit.MINUTES),
                  open,
                  Math.max(open, close) + random.nextInt(3),
                  Math.min(open, close) - random.nextInt(3),
                  close));
        }
      }
    }
    return bars;
  }

  /** The naive way to make longer bars, to hold the SQL against. */
  private static List<Bar> joined(List<Bar> minutes, Interval interval) {
    long seconds = interval.length().toSeconds();
    // A quarter past in India is a quarter to in UTC.
    long quarterPast = 2_700;
    TreeMap<Long, Bar> buckets = new TreeMap<>();
    for (Bar m : minutes) {
      long bucket =
          Math.floorDiv(m.start().getEpochSecond() - quarterPast, seconds) * seconds + quarterPast;
      buckets.merge(
          bucket,
          new Bar(
              SBIN,
              interval,
              Instant.ofEpochSecond(bucket),
              m.open(),
              m.high(),
              m.low(),
              m.close(),
              m.volume()),
          (a, b) ->
              new Bar(
                  SBIN,
                  interval,
                  a.start(),
                  a.open(),
                  a.high().isAbove(b.high()) ? a.high() : b.high(),
                  a.low().isBelow(b.low()) ? a.low() : b.low(),
                  b.close(),
                  a.volume() + b.volume()));
    }
    return new ArrayList<>(buckets.values());
  }

  private List<Bar> paged(Interval interval, Instant from, Instant to, int limit)
      throws SQLException {
    List<Bar> all = new ArrayList<>();
    Instant after = null;
    while (true) {
      List<Bar> page = store.history(SBIN, interval, from, to, after, limit);
      all.addAll(page);
      if (page.size() < limit) {
        return all;
      }
      after = page.get(page.size() - 1).start();
    }
  }

  @Test
  void barsReadBackInOrderAcrossMonths() throws SQLException {
    List<Bar> minutes = minutes();
    store.save(minutes, BarStore.Source.SIMULATED);

    Instant to = OPEN.plus(30, ChronoUnit.DAYS);
    assertThat(store.history(SBIN, Interval.ONE_MINUTE, OPEN, to, null, 5_000)).isEqualTo(minutes);
    assertThat(store.history(new Symbol("INFY"), Interval.ONE_MINUTE, OPEN, to, null, 10))
        .isEmpty();
    assertThat(store.history(SBIN, Interval.ONE_DAY, OPEN, to, null, 10)).isEmpty();
  }

  @Test
  void longerBarsAreWhatTheNaiveWayMakesOfTheMinutes() throws SQLException {
    List<Bar> minutes = minutes();
    store.save(minutes, BarStore.Source.SIMULATED);
    Instant to = OPEN.plus(30, ChronoUnit.DAYS);

    for (Interval interval :
        List.of(Interval.FIVE_MINUTES, Interval.FIFTEEN_MINUTES, Interval.ONE_HOUR)) {
      assertThat(store.history(SBIN, interval, OPEN, to, null, 5_000))
          .as(interval.code())
          .isEqualTo(joined(minutes, interval));
    }
  }

  @Test
  void pagesPutTogetherAreTheWhole() throws SQLException {
    List<Bar> minutes = minutes();
    store.save(minutes, BarStore.Source.SIMULATED);
    Instant from = OPEN.plusSeconds(77);
    Instant to = OPEN.plus(2, ChronoUnit.DAYS).plusSeconds(4_000);

    for (Interval interval :
        List.of(Interval.ONE_MINUTE, Interval.FIVE_MINUTES, Interval.ONE_HOUR)) {
      List<Bar> whole = store.history(SBIN, interval, from, to, null, 5_000);
      assertThat(whole)
          .isNotEmpty()
          .allMatch(b -> !b.start().isBefore(from) && b.start().isBefore(to));
      assertThat(paged(interval, from, to, 7)).isEqualTo(whole);
    }
  }

  @Test
  void aSimulatedBarNeverReplacesARecordedOne() throws SQLException {
    Instant day = Instant.parse("2026-10-29T18:30:00Z");
    store.save(List.of(bar(Interval.ONE_DAY, day, 1, 1, 1, 1)), BarStore.Source.SIMULATED);
    store.save(List.of(bar(Interval.ONE_DAY, day, 2, 2, 2, 2)), BarStore.Source.IMPORTED);
    store.save(List.of(bar(Interval.ONE_DAY, day, 3, 3, 3, 3)), BarStore.Source.SIMULATED);

    assertThat(store.history(SBIN, Interval.ONE_DAY, day, day.plusSeconds(1), null, 10))
        .containsExactly(bar(Interval.ONE_DAY, day, 2, 2, 2, 2));
    assertThat(store.recordedClosesBefore(day.plusSeconds(86_400)))
        .containsEntry("SBIN", 2 * Units.PER_RUPEE);
    assertThat(store.recordedClosesBefore(day)).isEmpty();
  }

  @Test
  void theLastDayIsThatOfAnySymbol() throws SQLException {
    Instant day = Instant.parse("2026-10-29T18:30:00Z");
    Instant next = day.plusSeconds(86_400);
    Bar early = bar(Interval.ONE_DAY, day, 1, 1, 1, 1);
    Bar late =
        new Bar(
            new Symbol("TCS"),
            Interval.ONE_DAY,
            next,
            early.open(),
            early.high(),
            early.low(),
            early.close(),
            5);
    assertThat(store.lastDaily(day, next)).isEmpty();
    store.save(
        List.of(early, late, bar(Interval.ONE_MINUTE, next.plusSeconds(60), 1, 1, 1, 1)),
        BarStore.Source.IMPORTED);
    assertThat(store.lastDaily(day, next.plusSeconds(1))).contains(next);
    assertThat(store.lastDaily(day, next)).contains(day);
    assertThat(store.lastDaily(day.minusSeconds(99), day)).isEmpty();
    assertThat(store.daily(day, next)).containsExactly(early);
    assertThat(store.daily(day, next.plusSeconds(1))).containsExactly(early, late);
  }

  @Test
  void fillingInThePastChangesNothingThatIsThere() throws SQLException {
    Bar first = bar(Interval.ONE_MINUTE, OPEN, 10, 14, 9, 11);
    Bar day = bar(Interval.ONE_DAY, Instant.parse("2026-10-29T18:30:00Z"), 10, 14, 9, 11);
    assertThat(store.symbolsWithDailyBars()).isEmpty();
    store.save(List.of(first), BarStore.Source.SIMULATED);
    store.fill(List.of(bar(Interval.ONE_MINUTE, OPEN, 20, 20, 20, 20), day));
    store.fill(List.of(bar(Interval.ONE_MINUTE, OPEN, 20, 20, 20, 20), day));

    assertThat(store.history(SBIN, Interval.ONE_MINUTE, OPEN, OPEN.plusSeconds(60), null, 2))
        .containsExactly(first);
    assertThat(store.symbolsWithDailyBars()).containsExactly("SBIN");
  }

  @Test
  void aSimulatedMinuteContinuedAfterARestartIsOneBar() throws SQLException {
    store.save(List.of(bar(Interval.ONE_MINUTE, OPEN, 10, 14, 9, 11)), BarStore.Source.SIMULATED);
    store.save(List.of(bar(Interval.ONE_MINUTE, OPEN, 11, 12, 8, 12)), BarStore.Source.SIMULATED);

    Bar bar = store.history(SBIN, Interval.ONE_MINUTE, OPEN, OPEN.plusSeconds(60), null, 1).get(0);
    assertThat(bar)
        .isEqualTo(
            new Bar(
                SBIN, Interval.ONE_MINUTE, OPEN, price(10), price(14), price(8), price(12), 20));
  }
}
