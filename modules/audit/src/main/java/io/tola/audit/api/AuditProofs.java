package io.tola.audit.api;

import java.util.Iterator;
import java.util.UUID;

/** What an auditor can hold against the trail without believing the platform. Thread-safe. */
public interface AuditProofs {

  /**
   * The newest checkpoint, at most a second old.
   *
   * @throws io.tola.kernel.problem.ProblemException AUDIT_LOG_FORKED when the log doesn't continue
   *     what this node signed before: nothing is signed then
   */
  Checkpoint checkpoint();

  /**
   * Shows that an entry is in the log.
   *
   * @throws io.tola.kernel.problem.ProblemException AUDIT_ENTRY_NOT_FOUND, or UNAVAILABLE when it was
   *     written less than a second ago and isn't in the tree yet
   */
  InclusionProof proof(UUID entry);

  /**
   * Shows that nothing before {@code from} was changed until {@code to}.
   *
   * @param from the smaller size, from 1
   * @param to the larger one; null means the newest checkpoint's
   */
  ConsistencyProof consistency(long from, Long to);

  /**
   * The log as lines of JSON that the offline verifier reads, in pieces: what is asked of the
   * iterator is read then, on that thread, outside of any transaction.
   *
   * @param from first leaf; null means 0
   * @param to the leaf behind the last; null means the newest checkpoint's size
   */
  Iterator<String> export(Long from, Long to);
}
