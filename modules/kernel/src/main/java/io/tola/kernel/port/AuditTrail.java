package io.tola.kernel.port;

import io.tola.kernel.sql.RoundTrip;
import java.util.List;

/** Where every state change is recorded, in the transaction that makes it. */
public interface AuditTrail {

  /**
   * Appends entries as part of the caller's transaction: they become durable with it or not at all.
   * Call it last, just before the commit: it holds a lock on one hash chain until then.
   *
   * @throws IllegalStateException when there is no transaction
   */
  void append(List<AuditEntry> entries);

  /**
   * Does the same when the trip is sent, without another one where that can be done. Add entries
   * last, and once a trip.
   *
   * @throws IllegalStateException when there is no transaction
   */
  default void append(List<AuditEntry> entries, RoundTrip trip) {
    trip.then(() -> append(entries));
  }
}
