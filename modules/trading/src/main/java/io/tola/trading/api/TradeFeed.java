package io.tola.trading.api;

import io.tola.kernel.AccountId;
import java.time.Instant;
import java.util.List;

/**
 * An account's trades in the order in which they were booked, for who keeps accounts of them
 * afterwards: nothing of that is on an order's way. Thread-safe.
 */
public interface TradeFeed {

  /** The most trades that one reading gives. */
  int MOST = 5_000;

  /**
   * Trades with {@code after < sequence <= upTo}, oldest first, {@link #MOST} at the most. Whoever
   * has read the account's last sequence before finds every trade up to it here: a sequence is given
   * out under the account's lock. Reads in the caller's transaction if there is one.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  List<Trade> after(AccountId account, long after, long upTo);

  /**
   * Trades of a period, oldest first.
   *
   * @param from inclusive
   * @param to exclusive
   * @param upTo the last sequence to take in: what happened later is left out
   * @param most how many at most; the caller asks for one more than it can use, to see that there are
   *     more
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  List<Trade> between(AccountId account, Instant from, Instant to, long upTo, int most);
}
