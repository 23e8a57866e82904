package io.tola.gateway.security;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket in one number: the time at which the bucket would be full again (the generic cell
 * rate algorithm, ITU-T I.371).
 *
 * <p>Thread-safe, without locks or allocation. Times are those of {@link System#nanoTime()}.
 */
public final class RateBucket {

  private final long intervalNanos;
  private final long burstNanos;
  private final AtomicLong fullAt;

  /**
   * @param takes how many may be taken at once, and again in each period; positive
   * @param periodNanos the period
   * @param now the time now; the bucket begins full
   */
  public RateBucket(int takes, long periodNanos, long now) {
    this.intervalNanos = Math.max(1, periodNanos / takes);
    this.burstNanos = intervalNanos * takes;
    this.fullAt = new AtomicLong(now);
  }

  /** Takes one; returns 0, or the nanoseconds to wait until one is there, having taken nothing. */
  public long take(long now) {
    while (true) {
      long before = fullAt.get();
      long from = before - now < 0 ? now : before;
      long after = from + intervalNanos;
      long wait = after - burstNanos - now;
      if (wait > 0) {
        return wait;
      }
      if (fullAt.compareAndSet(before, after)) {
        return 0;
      }
    }
  }

  /** Gives one back that was taken. */
  public void giveBack() {
    fullAt.addAndGet(-intervalNanos);
  }

  /** Whether nothing is missing, so that forgetting the bucket changes nothing. */
  public boolean isFull(long now) {
    return fullAt.get() - now <= 0;
  }
}
