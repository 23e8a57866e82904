package io.tola.trading.application;

import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** What kind of fault made a batch fail, and so what to do about it. */
enum Fault {
  /** The database can't be reached or doesn't take writes: nobody's order is to blame. */
  DATABASE_DOWN,
  /** Somebody else holds a lock or won a deadlock: the batch may succeed a moment later. */
  CONTENDED,
  /** Something in the batch can't be done: find out which order, and let the others through. */
  DEFECT;

  static Fault of(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    boolean commitLost = false;
    for (Throwable t = thrown; t != null && seen.add(t); t = t.getCause()) {
      if (t instanceof Transactions.CommitFault) {
        commitLost = true;
      }
      if (t instanceof SQLException e) {
        return of(e);
      }
    }
    return commitLost ? DATABASE_DOWN : DEFECT;
  }

  /** By SQLSTATE class, PostgreSQL appendix A. */
  private static Fault of(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.length() != 5) {
      // PostgreSQL and its driver always give a state; a pool that has no connection to give
      // doesn't.
      return DATABASE_DOWN;
    }
    return switch (state) {
      case "57014", "55P03" -> CONTENDED; // query_canceled (a timeout), lock_not_available
      case "25006", "25P03" -> DATABASE_DOWN; // read-only after a failover, session timed out
      default ->
          switch (state.substring(0, 2)) {
            case "08", "53", "57", "58", "XX" -> DATABASE_DOWN;
            case "40" -> CONTENDED;
            default -> DEFECT;
          };
    };
  }
}
