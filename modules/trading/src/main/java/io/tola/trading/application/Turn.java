package io.tola.trading.application;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A lane's turn at the database, one of few that all lanes share.
 *
 * <p>Batches that run beside each other share the processors and each takes longer; a batch that
 * waits for its turn grows meanwhile, and a larger one costs less an order. The turn ends where the
 * commit begins: one lane's batch is on its way to the disk while the next one is worked on.
 *
 * <p>Only a matter of speed: a lane that has no turn within its bound goes on without one. Used by its
 * lane's thread only; the permits are shared.
 */
final class Turn {

  private final Semaphore permits;
  private final long boundMillis;
  private boolean held;

  /**
   * @param permits as many as lanes may work at a time; fair, so that none starves
   */
  Turn(Semaphore permits, long boundMillis) {
    this.permits = permits;
    this.boundMillis = boundMillis;
  }

  /** Waits for the turn, but not for ever. */
  void take() {
    try {
      held = permits.tryAcquire(boundMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the next lane work. Does nothing when there is no turn to give. */
  void give() {
    if (held) {
      held = false;
      permits.release();
    }
  }
}
