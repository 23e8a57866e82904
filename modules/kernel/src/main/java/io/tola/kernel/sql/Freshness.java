package io.tola.kernel.sql;

/** What the answer to a read must contain, and so which copy of the database may give it. */
public enum Freshness {
  /**
   * All that was acknowledged to anybody, by any node, before the read began. The primary is asked how
   * far its log goes (a question without a look at any table), and the replica must have replayed that.
   */
  ACKNOWLEDGED,
  /**
   * All that was acknowledged longer ago than {@link ReplicaBounds#maxLag}. Only for who has no
   * acknowledgement of what is read: others' acts, or what the platform does by the clock.
   */
  RECENT
}
