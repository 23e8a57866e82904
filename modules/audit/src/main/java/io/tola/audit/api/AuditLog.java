package io.tola.audit.api;

import io.tola.kernel.Page;
import java.time.Instant;

/** The audit trail for readers. Thread-safe. */
public interface AuditLog {

  /** Entries, newest first. */
  Page<AuditRecord> log(AuditFilter filter);

  /**
   * Reads every chain and compares every hash and link; streams, so memory doesn't grow with the
   * trail.
   *
   * @param from verify only blocks closed at or after this; null means from the first, with the
   *     Merkle tree and the checkpoints that this node wrote to its file. The links before it are
   *     not checked.
   */
  Verification verify(Instant from);

  /** The same, and tells how far it is. */
  Verification verify(Instant from, VerificationProgress progress);
}
