package io.tola.probe;

import java.util.Arrays;

/**
 * How often each statement was sent in one request or transaction. Used by one thread at a time;
 * reused, so that counting makes no garbage.
 */
final class Tally {

  /** Different statements that are told apart; more are only counted in all. */
  private static final int MAX = 64;

  private final StatementRecord[] statements = new StatementRecord[MAX];
  private final int[] counts = new int[MAX];
  private int different;
  private int total;

  void add(StatementRecord statement) {
    total++;
    for (int i = 0; i < different; i++) {
      if (statements[i] == statement) {
        counts[i]++;
        return;
      }
    }
    if (different < MAX) {
      statements[different] = statement;
      counts[different] = 1;
      different++;
    }
  }

  int total() {
    return total;
  }

  /** Tells the profile what is remarkable, and is empty. */
  void close(Profile profile, java.util.function.Supplier<String> unit) {
    if (total == 0) {
      return;
    }
    Thresholds thresholds = profile.thresholds();
    for (int i = 0; i < different; i++) {
      if (counts[i] >= thresholds.repeated() && statements[i].type == StatementType.SELECT) {
        profile.seen(Habit.Kind.REPEATED, unit.get(), statements[i], counts[i]);
      }
    }
    if (total >= thresholds.chatty()) {
      profile.seen(Habit.Kind.CHATTY, unit.get(), null, total);
    }
    clear();
  }

  void clear() {
    Arrays.fill(statements, 0, different, null);
    different = 0;
    total = 0;
  }
}
