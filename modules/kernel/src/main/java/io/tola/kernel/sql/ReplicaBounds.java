package io.tola.kernel.sql;

import java.time.Duration;

/**
 * How far behind a replica may be read.
 *
 * @param maxLag of {@link Freshness#RECENT} reads, and from which on the replica isn't read at all; it
 *     comes back at half of it
 * @param catchUp how long an {@link Freshness#ACKNOWLEDGED} read waits for the replica before it goes to
 *     the primary; zero: not at all
 * @param healthyLooks how many good looks in a row let a replica back
 * @param overdue a look that takes longer counts as none; and one that is four times as old, too
 */
public record ReplicaBounds(Duration maxLag, Duration catchUp, int healthyLooks, Duration overdue) {

  public ReplicaBounds {
    if (maxLag.isNegative() || maxLag.isZero() || overdue.isNegative() || overdue.isZero()) {
      throw new IllegalArgumentException("a replica's bounds must be more than zero");
    }
    if (catchUp.isNegative() || healthyLooks < 1) {
      throw new IllegalArgumentException("catchUp must not be negative, healthyLooks at least 1");
    }
  }
}
