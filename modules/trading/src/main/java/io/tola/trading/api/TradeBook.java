package io.tola.trading.api;

import io.tola.kernel.AccountId;
import java.time.Instant;
import java.util.List;

/** All trades of an account in a period at once, for who compares them. Thread-safe. */
public interface TradeBook {

  /**
   * The account's trades, oldest first.
   *
   * @param from inclusive
   * @param to exclusive
   * @param upTo the last sequence of the account's reports to take in: what happened later is left out
   * @param most how many at most; the caller asks for one more than it can use, to see that there are
   *     more
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  List<Trade> trades(AccountId accountId, Instant from, Instant to, long upTo, int most);
}
