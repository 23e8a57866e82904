package io.tola.risk.application.analysis;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets so many do long work at a time, in the order they came, because figures that nobody waits for
 * must not take the processors from orders. Thread-safe.
 */
final class Turns {

  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final Semaphore free;
  private final Duration patience;

  /**
   * @param patience how long one waits for a turn
   */
  Turns(int atOnce, Duration patience) {
    this.free = new Semaphore(atOnce, true);
    this.patience = patience;
  }

  /**
   * Does the work when its turn comes.
   *
   * @throws ProblemException UNAVAILABLE when it doesn't come in time
   */
  <T> T take(String what, Supplier<T> work) {
    boolean mine;
    try {
      mine = free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      mine = false;
    }
    if (!mine) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE,
          "Other " + what + " are being worked on; ask again in a moment",
          List.of(),
          RETRY_AFTER);
    }
    try {
      return work.get();
    } finally {
      free.release();
    }
  }
}
