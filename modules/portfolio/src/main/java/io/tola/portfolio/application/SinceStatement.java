package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.domain.recon.PositionComparison;
import io.tola.portfolio.store.ReconciliationRows;
import io.tola.trading.api.Side;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * What moved an account's positions near and after a statement's moment: the comparison and the
 * adjustment must see the same. Thread-safe; no state.
 */
final class SinceStatement {

  /** How far two servers' clocks may be apart. */
  static final Duration CLOCKS_APART = Duration.ofMinutes(5);

  private static final int MOST_TRADES = 1_000_000;

  private final ReconciliationRows rows;
  private final TradeFeed feed;

  SinceStatement(ReconciliationRows rows, TradeFeed feed) {
    this.rows = rows;
    this.feed = feed;
  }

  /**
   * @throws ProblemException STATEMENT_INVALID when there are more than can be held
   */
  List<Trade> trades(AccountId account, Instant from, Instant to, long upTo) {
    List<Trade> found = feed.between(account, from, to, upTo, MOST_TRADES + 1);
    if (found.size() > MOST_TRADES) {
      throw new ProblemException(
          ProblemCode.STATEMENT_INVALID,
          "The account has more than " + MOST_TRADES + " trades in the statement's period");
    }
    return found;
  }

  /** All trades since then, up to the sequence. */
  List<PositionComparison.Moved> moves(AccountId account, Instant from, Instant now, long upTo) {
    List<PositionComparison.Moved> moves = new ArrayList<>();
    for (Trade trade : trades(account, from, now.plus(CLOCKS_APART), upTo)) {
      moves.add(
          new PositionComparison.Moved(
              new PositionComparison.Key(trade.symbol().value(), trade.product().name()),
              trade.side() == Side.BUY ? trade.quantity().value() : -trade.quantity().value(),
              trade.tradedAt()));
    }
    return moves;
  }

  /** Splits and bonuses that were applied after the statement's moment. */
  List<PositionComparison.Split> splits(AccountId account, Instant asOf) {
    LocalDate day = PnlClerk.day(asOf);
    return rows.splits(account, asOf, day).stream()
        .map(
            s ->
                new PositionComparison.Split(
                    new PositionComparison.Key(s.symbol(), s.product()),
                    s.change(),
                    s.exDate().isAfter(day)))
        .toList();
  }
}
