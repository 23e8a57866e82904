package io.tola.strategy.domain;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.strategy.api.BacktestResult.Point;
import io.tola.strategy.api.BacktestResult.Trade;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A backtest of one strategy on one symbol: an account that begins with cash and no shares, and is
 * handed one bar after the other.
 *
 * <p>At each bar, in this order: what was decided at the close before trades at this bar's open; the
 * strategy sees the bar and decides; equity is taken at the close. So nothing a bar holds can have moved a
 * trade at or before its own open. BUY without a position spends all cash on whole lots, SELL closes the
 * position, everything else does nothing. Money is exact; only costs are rounded, up to the paisa.
 *
 * <p>Always holds: cash is never negative; cash equals the initial cash less what was bought plus what
 * was sold less costs. Used by one thread.
 */
public final class Simulation {

  /** Most points of a curve. */
  public static final int MOST_POINTS = 1_000;

  private static final BigDecimal TEN_THOUSAND = new BigDecimal("10000");
  private static final MathContext PRECISE = MathContext.DECIMAL64;
  private static final int SHARE_DECIMALS = 8;
  private static final int SHARPE_DECIMALS = 6;
  private static final int DAYS_A_YEAR = 252;

  private final TradingStrategy strategy;
  private final Settings settings;
  private final TradingStrategy.Watch watch;
  private final BigDecimal initialCash;
  private final BigDecimal costsBps;
  private final long lot;

  private final List<Trade> trades = new ArrayList<>();
  private final List<BigDecimal> equity = new ArrayList<>();
  private final List<Bar> bars = new ArrayList<>();
  private BigDecimal cash;
  private BigDecimal allCosts = BigDecimal.ZERO;
  private Direction pending = Direction.HOLD;
  private int signals;

  // The open position.
  private long shares;
  private Bar openedAt;
  private BigDecimal entryCosts = BigDecimal.ZERO;

  /**
   * @param lot shares of a lot
   * @param costsBps hundredths of a per cent of each trade's value
   */
  public Simulation(
      TradingStrategy strategy,
      Settings settings,
      Money initialCash,
      BigDecimal costsBps,
      long lot) {
    this.strategy = strategy;
    this.settings = settings;
    this.watch = strategy.watch(settings);
    this.initialCash = initialCash.value();
    this.cash = initialCash.value();
    this.costsBps = costsBps;
    this.lot = lot;
  }

  /** Shows the strategy a bar before the test begins; nothing can trade. */
  public void warmUp(Bar bar) {
    watch.next(bar);
  }

  /** Hands over the next bar. */
  public void next(Bar bar) {
    trade(bar);
    pending = Direction.HOLD;
    Optional<Features> seen = watch.next(bar);
    if (seen.isPresent()) {
      pending = strategy.decide(seen.get(), settings).direction();
      signals += pending == Direction.HOLD ? 0 : 1;
    }
    bars.add(bar);
    equity.add(cash.add(bar.close().value().multiply(BigDecimal.valueOf(shares))));
  }

  private void trade(Bar bar) {
    if (pending == Direction.BUY && shares == 0) {
      buy(bar);
    } else if (pending == Direction.SELL && shares > 0) {
      sell(bar);
    }
  }

  private void buy(Bar bar) {
    BigDecimal price = bar.open().value();
    BigDecimal dear = price.multiply(TEN_THOUSAND.add(costsBps));
    long affordable =
        cash.multiply(TEN_THOUSAND)
            .divide(dear, 0, RoundingMode.DOWN)
            .min(BigDecimal.valueOf(Quantity.MAX))
            .longValueExact();
    long quantity = affordable - affordable % lot;
    // Costs are rounded up: what fits by division may be a paisa too dear.
    while (quantity > 0 && spent(price, quantity).compareTo(cash) > 0) {
      quantity -= lot;
    }
    if (quantity == 0) {
      return;
    }
    entryCosts = costs(price, quantity);
    cash = cash.subtract(spent(price, quantity));
    allCosts = allCosts.add(entryCosts);
    shares = quantity;
    openedAt = bar;
  }

  private BigDecimal spent(BigDecimal price, long quantity) {
    return price.multiply(BigDecimal.valueOf(quantity)).add(costs(price, quantity));
  }

  private void sell(Bar bar) {
    BigDecimal price = bar.open().value();
    BigDecimal value = price.multiply(BigDecimal.valueOf(shares));
    // A few paise of shares can't cost more to sell than they bring.
    BigDecimal costs = costs(price, shares).min(value);
    cash = cash.add(value).subtract(costs);
    allCosts = allCosts.add(costs);
    trades.add(closed(bar, bar.open(), entryCosts.add(costs)));
    shares = 0;
    openedAt = null;
  }

  private BigDecimal costs(BigDecimal price, long quantity) {
    return price
        .multiply(BigDecimal.valueOf(quantity))
        .multiply(costsBps)
        .divide(TEN_THOUSAND, 2, RoundingMode.UP);
  }

  private Trade closed(Bar bar, Price price, BigDecimal costs) {
    BigDecimal gain =
        price.value().subtract(openedAt.open().value()).multiply(BigDecimal.valueOf(shares));
    return new Trade(
        openedAt.start(),
        openedAt.open(),
        shares,
        bar.start(),
        price,
        new Money(costs),
        new Money(gain.subtract(costs)));
  }

  /** How many bars were handed over. */
  public int bars() {
    return bars.size();
  }

  /** How many BUYs and SELLs the strategy has said, whether they could trade or not. */
  public int signals() {
    return signals;
  }

  /** Rupees, now. */
  public Money cash() {
    return new Money(cash);
  }

  /** Shares held, now. */
  public long shares() {
    return shares;
  }

  /** Cash and shares at the last close. */
  public Money equity() {
    return new Money(equity.isEmpty() ? initialCash : equity.get(equity.size() - 1));
  }

  /** Costs of all trades. */
  public Money costs() {
    return new Money(allCosts);
  }

  /** All positions, oldest first; the open one last. */
  public List<Trade> trades() {
    List<Trade> all = new ArrayList<>(trades);
    if (shares > 0) {
      Bar last = bars.get(bars.size() - 1);
      Trade marked = closed(last, last.close(), entryCosts);
      all.add(
          new Trade(
              marked.openedAt(),
              marked.buyPrice(),
              marked.quantity(),
              null,
              null,
              marked.costs(),
              marked.profit()));
    }
    return all;
  }

  /** Final equity by initial cash, less 1. */
  public BigDecimal totalReturn() {
    return equity()
        .value()
        .divide(initialCash, SHARE_DECIMALS, RoundingMode.HALF_UP)
        .subtract(BigDecimal.ONE);
  }

  /** Closed trades. */
  public int closedTrades() {
    return trades.size();
  }

  /** Closed trades that earned more than their costs. */
  public int winningTrades() {
    return (int) trades.stream().filter(t -> t.profit().value().signum() > 0).count();
  }

  /** Winning by closed trades; null when none was closed. */
  public BigDecimal winRate() {
    return trades.isEmpty()
        ? null
        : BigDecimal.valueOf((long) winningTrades())
            .divide(BigDecimal.valueOf((long) trades.size()), SHARE_DECIMALS, RoundingMode.HALF_UP);
  }

  /** The largest fall of equity from its highest point before, as a share of that point: 0 to 1. */
  public BigDecimal maxDrawdown() {
    return drawdowns().stream().max(BigDecimal::compareTo).orElse(BigDecimal.ZERO);
  }

  private List<BigDecimal> drawdowns() {
    List<BigDecimal> drawdowns = new ArrayList<>(equity.size());
    BigDecimal peak = initialCash;
    for (BigDecimal now : equity) {
      peak = peak.max(now);
      drawdowns.add(peak.subtract(now).divide(peak, SHARE_DECIMALS, RoundingMode.HALF_UP));
    }
    return drawdowns;
  }

  /**
   * Sharpe's ratio a year: mean of the bars' simple returns by their sample standard deviation (n − 1),
   * times the root of {@link #barsPerYear}; risk-free rate 0 (W. F. Sharpe, The Sharpe Ratio, 1994). Null
   * with fewer than two returns or when they don't differ.
   */
  public BigDecimal sharpe(Interval interval) {
    int count = equity.size() - 1;
    if (count < 2) {
      return null;
    }
    List<BigDecimal> returns = new ArrayList<>(count);
    BigDecimal sum = BigDecimal.ZERO;
    for (int i = 1; i <= count; i++) {
      BigDecimal before = equity.get(i - 1);
      BigDecimal change =
          before.signum() == 0
              ? BigDecimal.ZERO
              : equity.get(i).subtract(before).divide(before, PRECISE);
      returns.add(change);
      sum = sum.add(change, PRECISE);
    }
    BigDecimal n = BigDecimal.valueOf((long) count);
    BigDecimal mean = sum.divide(n, PRECISE);
    BigDecimal squares = BigDecimal.ZERO;
    for (BigDecimal change : returns) {
      BigDecimal off = change.subtract(mean, PRECISE);
      squares = squares.add(off.multiply(off, PRECISE), PRECISE);
    }
    BigDecimal deviation = squares.divide(n.subtract(BigDecimal.ONE), PRECISE).sqrt(PRECISE);
    if (deviation.signum() == 0) {
      return null;
    }
    return mean.divide(deviation, PRECISE)
        .multiply(BigDecimal.valueOf((long) barsPerYear(interval)).sqrt(PRECISE), PRECISE)
        .setScale(SHARPE_DECIMALS, RoundingMode.HALF_UP);
  }

  /** Bars of a year: 252 trading days, each of NSE's session of 375 minutes (hours begun count). */
  public static int barsPerYear(Interval interval) {
    return DAYS_A_YEAR
        * switch (interval) {
          case ONE_MINUTE -> 375;
          case FIVE_MINUTES -> 75;
          case FIFTEEN_MINUTES -> 25;
          case ONE_HOUR -> 7;
          case ONE_DAY -> 1;
        };
  }

  /** Equity over time: first, last, and evenly spread between, {@link #MOST_POINTS} at most. */
  public List<Point> curve() {
    List<BigDecimal> drawdowns = drawdowns();
    int count = equity.size();
    int points = Math.min(count, MOST_POINTS);
    List<Point> curve = new ArrayList<>(points);
    for (int i = 0; i < points; i++) {
      int at = points == 1 ? 0 : (int) ((long) i * (count - 1) / (points - 1));
      curve.add(new Point(bars.get(at).start(), new Money(equity.get(at)), drawdowns.get(at)));
    }
    return curve;
  }
}
