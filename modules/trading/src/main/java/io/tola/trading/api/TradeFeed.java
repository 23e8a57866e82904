package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
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

  /**
   * What trades made of one position.
   *
   * @param shares bought less sold
   * @param trades how many they were
   */
  record Moved(long shares, long trades) {

    /** Of the trades of both. */
    public Moved plus(Moved other) {
      return new Moved(shares + other.shares, trades + other.trades);
    }
  }

  /**
   * What the trades after a moment with {@code after < sequence <= upTo} made of a position: few
   * sequences cost little, however much the account has traded since then.
   *
   * @param since exclusive
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  Moved moved(
      AccountId account, Symbol symbol, Product product, Instant since, long after, long upTo);
}
