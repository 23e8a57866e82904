package io.tola.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProfileTest {

  private static final long HOUR = 3_600_000_000_000L;

  private final AtomicLong now = new AtomicLong(77);
  private final Profile profile = new Profile(now::get, 24, HOUR);
  private final Timing timing = new Timing(profile, true, "test");

  private void took(String sql, long nanos) {
    timing.begins(sql);
    timing.ends(nanos, null);
  }

  private StatementFigures only() {
    assertThat(profile.statements()).hasSize(1);
    return profile.statements().get(0);
  }

  @Test
  void percentilesAreWithinAHundredthOfTheSortedDurations() {
    Random random = new Random(5);
    long[] all = new long[20_000];
    for (int i = 0; i < all.length; i++) {
      all[i] = 1_000 * (1 + (long) Math.exp(random.nextDouble() * 14));
      took("SELECT 1", all[i]);
      if (i % 2_000 == 0) {
        now.addAndGet(HOUR); // over ten hours, so that packed ones take part
      }
    }
    Arrays.sort(all);
    for (double p : new double[] {50, 95, 99, 100}) {
      long exact = all[(int) Math.ceil(p / 100 * all.length) - 1] / 1_000;
      assertThat((double) only().micros().getValueAtPercentile(p))
          .isBetween(exact * 0.99 - 1, exact * 1.01 + 1);
    }
    assertThat(only().nanos()).isEqualTo(Arrays.stream(all).sum());
  }

  @Test
  void whatIsOlderThanADayIsForgotten() {
    took("SELECT 1", 5_000);
    now.addAndGet(23 * HOUR);
    took("SELECT 1", 5_000);
    assertThat(only().micros().getTotalCount()).isEqualTo(2);
    now.addAndGet(HOUR);
    assertThat(only().micros().getTotalCount()).isEqualTo(1);
    now.addAndGet(24 * HOUR);
    assertThat(profile.statements()).isEmpty();
  }

  @Test
  void statementsBeyondTheRoomAreSummedUp() {
    for (int i = 0; i < Profile.MAX_STATEMENTS + 50; i++) {
      took("SELECT a" + i + "b FROM t", 1_000);
    }
    List<StatementFigures> all = profile.statements();
    assertThat(all).hasSize(Profile.MAX_STATEMENTS + 1);
    assertThat(all.stream().filter(f -> f.text().equals(Profile.OTHER)).findFirst())
        .hasValueSatisfying(f -> assertThat(f.micros().getTotalCount()).isEqualTo(50));
  }

  @Test
  void roomIsMadeByStatementsThatADayHasNotSeen() {
    for (int i = 0; i < Profile.MAX_STATEMENTS; i++) {
      took("SELECT a" + i + "b FROM t", 1_000);
    }
    now.addAndGet(25 * HOUR);
    took("SELECT new FROM t", 1_000);
    assertThat(only().text()).isEqualTo("SELECT new FROM t");
  }

  @Test
  void aStatementWithLiteralsIsOne() {
    for (int i = 0; i < 10_000; i++) {
      took("SELECT a FROM t WHERE id = " + i, 1_000);
    }
    assertThat(only().micros().getTotalCount()).isEqualTo(10_000);
  }

  @Test
  void noExecutionIsLostWhenManyThreadsCountWhileTheHourTurns() throws Exception {
    int threads = 4;
    int each = 50_000;
    Timing turner = new Timing(profile, true, "test");
    var pool = Executors.newFixedThreadPool(threads);
    var done = new ArrayList<java.util.concurrent.Future<?>>();
    for (int t = 0; t < threads; t++) {
      boolean turns = t == 0;
      done.add(
          pool.submit(
              () -> {
                Timing own = turns ? turner : new Timing(profile, true, "test");
                for (int i = 0; i < each; i++) {
                  own.begins("SELECT 1");
                  own.ends(1_000, null);
                  if (own == turner && i == each / 2) {
                    now.addAndGet(HOUR);
                  }
                }
              }));
    }
    for (var one : done) {
      one.get();
    }
    pool.shutdown();
    assertThat(only().micros().getTotalCount()).isEqualTo(threads * each);
  }

  @Test
  void thresholdsDivideWarnedFromSlow() {
    took("SELECT 1", 499_999_999);
    took("SELECT 1", 500_000_000);
    took("SELECT 1", 1_000_000_000);
    took("SELECT 1", 3_000_000_000L);
    assertThat(only().warned()).isEqualTo(3);
    assertThat(only().slow()).isEqualTo(2);
    assertThat(only().slowNanos()).isEqualTo(4_000_000_000L);
    assertThat(only().slowest()).isEqualTo(3_000_000_000L);
  }

  @Test
  void onlyTheLastHundredSlowOnesAreKeptTheNewestFirst() {
    for (int i = 0; i < 130; i++) {
      profile.keep(
          new SlowStatement(
              i,
              i,
              "id",
              "text",
              StatementType.SELECT,
              Site.UNKNOWN,
              null,
              true,
              null,
              1,
              List.of()));
    }
    assertThat(profile.slowStatements()).hasSize(100);
    assertThat(profile.slowStatements().get(0).endedNanos()).isEqualTo(129);
  }

  @Test
  void aStatementRepeatedInOneTransactionIsAHabit() {
    Timing inTransaction = new Timing(profile, false, "test");
    for (int transaction = 0; transaction < 3; transaction++) {
      for (int i = 0; i < 10 + transaction; i++) {
        inTransaction.begins("SELECT a FROM t WHERE id = ?");
        inTransaction.ends(1_000, null);
      }
      inTransaction.transactionEnds();
    }
    assertThat(profile.habits())
        .singleElement()
        .satisfies(
            habit -> {
              assertThat(habit.kind()).isEqualTo(Habit.Kind.REPEATED);
              assertThat(habit.times()).isEqualTo(3);
              assertThat(habit.statements()).isEqualTo(12);
              assertThat(habit.unit()).contains("probe ProfileTest.");
            });
  }

  @Test
  void nineAreNoHabitAndNeitherAreWritesOfABatch() {
    Timing inTransaction = new Timing(profile, false, "test");
    for (int i = 0; i < 20; i++) {
      if (i < 9) {
        inTransaction.begins("SELECT a FROM t WHERE id = ?");
      }
      inTransaction.begins("INSERT INTO t VALUES (?)");
    }
    inTransaction.transactionEnds();
    assertThat(profile.habits()).isEmpty();
  }

  @Test
  void manyDifferentStatementsAreChatty() {
    Timing inTransaction = new Timing(profile, false, "test");
    for (int i = 0; i < 100; i++) {
      inTransaction.begins("SELECT a" + i + "b FROM t");
    }
    inTransaction.transactionEnds();
    assertThat(profile.habits())
        .singleElement()
        .satisfies(
            habit -> {
              assertThat(habit.kind()).isEqualTo(Habit.Kind.CHATTY);
              assertThat(habit.statements()).isEqualTo(100);
            });
  }

  @Test
  void failuresAreCountedByTheirState() {
    timing.begins("SELECT 1");
    timing.ends(1_000, new java.sql.SQLException("no", "40001"));
    timing.begins("SELECT 1");
    timing.ends(1_000, new IllegalStateException());
    assertThat(only().failed()).isEqualTo(2);
    assertThat(only().failures()).containsEntry("40001", 1L).containsEntry("HY000", 1L);
  }

  @Test
  void failuresAreForgottenWithTheirHour() {
    timing.begins("SELECT 1");
    timing.ends(1_000, new java.sql.SQLException("no", "40001"));
    now.addAndGet(23 * HOUR);
    timing.begins("SELECT 1");
    timing.ends(1_000, new java.sql.SQLException("no", "40P01"));
    assertThat(only().failures()).containsOnlyKeys("40001", "40P01");
    now.addAndGet(HOUR);
    assertThat(only().failures()).containsOnlyKeys("40P01");
    assertThat(only().failed()).isEqualTo(1);
  }

  @Test
  void aNewHabitTakesThePlaceOfTheOneLongestNotSeen() {
    for (int i = 0; i < Profile.MAX_HABITS; i++) {
      now.addAndGet(1);
      profile.seen(Habit.Kind.CHATTY, "request " + i, null, 50);
    }
    now.addAndGet(1);
    profile.seen(Habit.Kind.CHATTY, "request 0", null, 50);
    now.addAndGet(1);
    profile.seen(Habit.Kind.CHATTY, "a new one", null, 50);
    assertThat(profile.habits())
        .hasSize(Profile.MAX_HABITS)
        .extracting(Habit::unit)
        .contains("request 0", "request 2", "a new one")
        .doesNotContain("request 1");
  }

  @Test
  void loansOfManyThreadsAreCountedAndEndedOnceEach() throws InterruptedException {
    int threads = 8;
    int each = 2_000;
    Thread[] all = new Thread[threads];
    for (int t = 0; t < threads; t++) {
      all[t] =
          new Thread(
              () -> {
                Timing own = new Timing(profile, true, "lent");
                for (int i = 0; i < each; i++) {
                  own.lent();
                  own.returned();
                  own.returned();
                }
                own.lent();
              });
      all[t].start();
    }
    for (Thread thread : all) {
      thread.join();
    }
    LoanFigures figures =
        profile.loans().stream().filter(l -> l.name().equals("lent")).findFirst().orElseThrow();
    assertThat(figures.lent()).isEqualTo(threads * (each + 1L));
    assertThat(figures.heldMicros().getTotalCount()).isEqualTo(threads * (long) each);
    assertThat(figures.open()).hasSize(threads);
    assertThat(profile.loanCounts().get("lent").open()).isEqualTo(threads);
  }

  @Test
  void aLoanThatWasNotLookedUpIsItsFirstStatements() {
    Timing own = new Timing(profile, true, "sampled");
    for (int i = 0; i < 66; i++) {
      own.lent();
    }
    assertThat(site("sampled")).isEqualTo("unknown");
    own.begins("SELECT 'first' AS of_a_loan");
    assertThat(site("sampled"))
        .isEqualTo("ProfileTest.aLoanThatWasNotLookedUpIsItsFirstStatements");
  }

  private String site(String pool) {
    return profile.loans().stream()
        .filter(l -> l.name().equals(pool))
        .findFirst()
        .orElseThrow()
        .open()
        .get(0)
        .site()
        .method();
  }
}
