package io.tola.gateway.jms;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/**
 * Tries the messages of a batch until each is settled. No service (the database away, the pipeline's
 * queue full) is waited for, as long as it takes and at a growing distance: the messages stay with
 * the broker, unacknowledged.
 */
final class Patience {

  private static final Logger LOG = System.getLogger(Patience.class.getName());

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private Patience() {}

  /** One attempt at all. */
  @FunctionalInterface
  interface Attempt<T> {
    /** Returns the tasks that need another attempt. */
    List<T> at(List<T> tasks) throws InterruptedException;
  }

  /**
   * Settles every task.
   *
   * @param what the tasks' name, for the log
   * @return false when the door closed before; what isn't settled then may have been stored or not
   */
  static <T> boolean settle(List<T> tasks, String what, Attempt<T> attempt, Listening.Pause pause)
      throws InterruptedException {
    List<T> open = tasks;
    Duration next = FIRST_PAUSE;
    while (true) {
      open = attempt.at(open);
      if (open.isEmpty()) {
        return true;
      }
      if (next.equals(FIRST_PAUSE)) {
        LOG.log(Level.WARNING, "{0} {1} wait for service", open.size(), what);
      }
      if (!pause.waitFor(next)) {
        return false;
      }
      Duration doubled = next.multipliedBy(2);
      next = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
  }
}
