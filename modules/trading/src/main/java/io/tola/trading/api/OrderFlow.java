package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What orders add up to, for who counts them afterwards: nothing of this is on an order's way.
 * Thread-safe; reads in the caller's transaction if there is one.
 *
 * <p>An account's sequence is given out under the account's lock, so reports become visible in its
 * order: who has counted up to a number and counts on from it counts each report once.
 */
public interface OrderFlow {

  /** The most reports of one span that one reading looks at. */
  int MOST = 5_000;

  /**
   * Reports with {@code after < sequence <= upTo} of an account; at most {@link #MOST} of them.
   *
   * @param upTo not beyond what {@link #newest} said
   */
  record Span(AccountId accountId, long after, long upTo) {}

  /**
   * What happened to an account's orders in a day.
   *
   * @param day in India
   * @param orders taken
   * @param untagged taken or refused, without a tag
   * @param refused by a control or by trading itself
   * @param replaced replaces that were done
   * @param canceled by whomever, what is left of an IOC order included
   * @param trades fills
   */
  record Counts(
      AccountId accountId,
      LocalDate day,
      long orders,
      long untagged,
      long refused,
      long replaced,
      long canceled,
      long trades) {}

  /**
   * Orders of an account that were refused for one reason in a day.
   *
   * @param day in India
   * @param code 1xxx trading, 2xxx risk
   * @param count how many
   * @param lastOrder the last of them, and its symbol, tag (or null), words and time
   */
  record Refused(
      AccountId accountId,
      LocalDate day,
      int code,
      long count,
      UUID lastOrder,
      Symbol symbol,
      String tag,
      String reason,
      Instant at) {}

  /**
   * Working orders of an account in one symbol, product and side.
   *
   * @param leaves LeavesQty of all of them
   * @param value that at the worst price each may trade at
   */
  record Working(
      Symbol symbol, Product product, Side side, long orders, long leaves, Money value) {}

  /**
   * The sequence of the newest report of every account that has one.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  Map<AccountId, Long> newest();

  /**
   * Counts by account and day.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  List<Counts> counts(Collection<Span> spans);

  /**
   * Refused orders by account, day and code.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  List<Refused> refused(Collection<Span> spans);

  /**
   * What of the account's orders works now.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  List<Working> working(AccountId account);
}
