package io.tola.portfolio.domain;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The oracle: remembers every fill and replays all of them, share by share in blocks, first in first
 * out. Slow and plain on purpose.
 */
public final class NaiveBook {

  /** Shares that traded; negative when sold. */
  public record Trade(long shares, Price price) {}

  /** What a replay comes to. */
  public record Result(long quantity, Money cost, Money realisedPnl, Money cash) {}

  private final List<Trade> trades = new ArrayList<>();

  public void trade(long signedShares, Price price) {
    trades.add(new Trade(signedShares, price));
  }

  public List<Trade> trades() {
    return trades;
  }

  /** Replays all trades; cash counts from nothing. */
  public Result replay() {
    Deque<long[]> lots = new ArrayDeque<>();
    Deque<BigDecimal> prices = new ArrayDeque<>();
    BigDecimal realised = BigDecimal.ZERO;
    BigDecimal cash = BigDecimal.ZERO;
    for (Trade trade : trades) {
      BigDecimal price = trade.price().value();
      cash = cash.subtract(price.multiply(BigDecimal.valueOf(trade.shares())));
      long left = trade.shares();
      while (left != 0
          && !lots.isEmpty()
          && Long.signum(lots.peekFirst()[0]) != Long.signum(left)) {
        long[] lot = lots.peekFirst();
        long closed = Math.min(Math.abs(left), Math.abs(lot[0]));
        BigDecimal gain = price.subtract(prices.peekFirst()).multiply(BigDecimal.valueOf(closed));
        realised = lot[0] > 0 ? realised.add(gain) : realised.subtract(gain);
        lot[0] -= Long.signum(lot[0]) * closed;
        left -= Long.signum(left) * closed;
        if (lot[0] == 0) {
          lots.removeFirst();
          prices.removeFirst();
        }
      }
      if (left != 0) {
        lots.addLast(new long[] {left});
        prices.addLast(price);
      }
    }
    long quantity = 0;
    BigDecimal cost = BigDecimal.ZERO;
    while (!lots.isEmpty()) {
      long shares = lots.removeFirst()[0];
      quantity += shares;
      cost = cost.add(prices.removeFirst().multiply(BigDecimal.valueOf(shares)));
    }
    return new Result(quantity, new Money(cost), new Money(realised), new Money(cash));
  }
}
