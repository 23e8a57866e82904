package io.tola.trading.api;

import io.tola.kernel.AccountId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Execution reports in the order of each account's sequence, for who follows along. Thread-safe.
 *
 * <p>An account's sequence is given out under the account's lock, so reports become visible in its
 * order, whichever node made them: who has read up to a number and reads on from it misses nothing.
 */
public interface ExecutionFeed {

  /** The most reports of one position that one reading gives. */
  int MOST = 256;

  /**
   * Where somebody stands.
   *
   * @param after the sequence of the last report known; 0 for none
   */
  record Position(AccountId accountId, long after) {}

  /**
   * The sequence of each account's newest report; 0 when it has none.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  Map<AccountId, Long> newest(Set<AccountId> accounts);

  /**
   * The reports after each position, oldest first, {@link #MOST} a position at the most; positions
   * without any are left out.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  Map<Position, List<Execution>> after(Collection<Position> positions);
}
