package io.tola.kernel.sql;

import java.util.Locale;

/** Why a read that bears lag is answered by the primary. */
public enum Obstacle {
  /** The caller has a transaction, whose own writes no replica knows. */
  IN_TRANSACTION,
  /** Nobody has looked at the replica lately, a look at it doesn't come back, or the primary is away. */
  NOT_MEASURED,
  /** The replica doesn't answer, or not in time. */
  AWAY,
  /** All connections to it that this node may have are lent. */
  BUSY,
  /** It hasn't replayed enough. */
  BEHIND,
  /** It answers well again, but not for long enough yet. */
  RETURNING,
  /** It is no replica any more. */
  PROMOTED,
  /** It is a copy of another database cluster. */
  OTHER_SYSTEM,
  /** It isn't on the primary's timeline: it may hold what the primary never had, or lack what it has. */
  OTHER_TIMELINE,
  /** The connection leads to a server that wasn't looked at, or that has restarted since. */
  OTHER_SERVER,
  /**
   * Replay had to remove what the read was looking at (SQLState 40001, 57014), the read took too long
   * (57014), or it tried to write.
   */
  CONFLICT,
  /** The replica failed otherwise. */
  FAILED;

  /** As metrics and answers spell it. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
