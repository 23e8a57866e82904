package io.tola.kernel.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * What looks at primary and replica said, and whether that is good enough to read from the replica.
 *
 * <p>Time is one clock's, this node's: the primary's positions are remembered with the moment before they
 * were asked for, and a replica is as old as the newest of them that it has replayed. So an idle primary
 * makes no lag, and clocks of servers don't matter.
 *
 * <p>It leaves at the first bad look and comes back after several good ones, at half of the bound. All
 * moments are {@link System#nanoTime}'s. Thread-safe.
 */
final class ReplicaTrack {

  /** Ten minutes of looks; a replica that is further behind than that is as old as it gets. */
  private static final int MOST_SAMPLES = 600;

  /**
   * As of the last look.
   *
   * @param obstacle null when it may be read from
   * @param lagNanos 0 when it had at once what the primary had; -1 when it isn't known
   * @param lagBytes -1 when it isn't known
   * @param lookedAt of no meaning while {@code looks} is 0
   * @param since when it came to be so
   */
  record Standing(
      Obstacle obstacle,
      long lagNanos,
      long lagBytes,
      int timeline,
      long server,
      long lookedAt,
      long since,
      long looks,
      int goodLooks) {}

  private record Sample(long at, long bytes) {}

  private final ReplicaBounds bounds;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private LogPosition primary;
  private volatile Standing standing;

  ReplicaTrack(ReplicaBounds bounds, long now) {
    this.bounds = bounds;
    this.standing = new Standing(Obstacle.NOT_MEASURED, -1, -1, 0, 0, now, now, 0, 0);
  }

  Standing standing() {
    return standing;
  }

  /**
   * The primary was asked.
   *
   * @param asked the moment before the question
   */
  synchronized void primaryAt(long asked, LogPosition position) {
    if (primary != null
        && (primary.system() != position.system()
            || primary.timeline() != position.timeline()
            || position.bytes() < primary.bytes())) {
      // Another log: positions in the old one say nothing of it.
      samples.clear();
    }
    primary = position;
    if (samples.size() == MOST_SAMPLES) {
      samples.removeFirst();
    }
    samples.addLast(new Sample(asked, position.bytes()));
  }

  /**
   * The replica was asked after the primary; it answered at {@code now}.
   *
   * @param waited for how long it was asked again and again until it had what the primary had
   */
  synchronized void replicaAt(long now, long waited, LogPosition replica) {
    long behind = Math.max(0, primary.bytes() - replica.bytes());
    Obstacle found =
        !replica.inRecovery()
            ? Obstacle.PROMOTED
            : replica.system() != primary.system()
                ? Obstacle.OTHER_SYSTEM
                : replica.timeline() != primary.timeline() ? Obstacle.OTHER_TIMELINE : null;
    long lag = found == null ? lag(now, waited, replica.bytes()) : -1;
    if (found == null && (lag < 0 || lag > bounds.maxLag().toNanos())) {
      found = Obstacle.BEHIND;
    }
    Standing before = standing;
    int good = 0;
    if (found == null && before.obstacle != null) {
      boolean calm = lag <= bounds.maxLag().toNanos() / 2;
      // A server that was started anew has to show itself anew.
      good = calm ? 1 + (before.server == replica.server() ? before.goodLooks : 0) : 0;
      if (!calm) {
        found = Obstacle.BEHIND;
      } else if (good < bounds.healthyLooks()) {
        found = Obstacle.RETURNING;
      }
    } else if (found == null && before.server != replica.server()) {
      good = 1;
      found = good < bounds.healthyLooks() ? Obstacle.RETURNING : null;
    }
    become(now, found, lag, behind, replica.server(), good);
  }

  /** It wasn't possible to look, or a read found this. */
  synchronized void hindered(long now, Obstacle obstacle) {
    become(now, obstacle, -1, -1, standing.server, 0);
  }

  private void become(
      long now, Obstacle obstacle, long lag, long behind, long server, int goodLooks) {
    Standing before = standing;
    standing =
        new Standing(
            obstacle,
            lag,
            behind,
            primary == null ? 0 : primary.timeline(),
            server,
            now,
            (before.obstacle == null) == (obstacle == null) ? before.since : now,
            before.looks + 1,
            goodLooks);
  }

  private long lag(long now, long waited, long replayed) {
    Iterator<Sample> newestFirst = samples.descendingIterator();
    if (newestFirst.next().bytes <= replayed) {
      return waited;
    }
    while (newestFirst.hasNext()) {
      Sample sample = newestFirst.next();
      if (sample.bytes <= replayed) {
        return now - sample.at;
      }
    }
    return -1;
  }

  /**
   * A position that contains all that was acknowledged longer ago than the bound; -1 when the primary
   * wasn't asked since.
   */
  synchronized long recent(long now) {
    long since = now - bounds.maxLag().toNanos();
    for (Sample sample : samples) {
      if (sample.at - since >= 0) {
        return sample.bytes;
      }
    }
    return -1;
  }
}
