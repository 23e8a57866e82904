package io.tola.trading.domain;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.ExecutionVenue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/**
 * A venue on paper: orders trade against the real or simulated quote, and the market doesn't notice.
 *
 * <p>Its rules:
 *
 * <ul>
 *   <li>A buy trades at the ask and a sale at the bid (the touch), so a marketable limit order gets
 *       the better price, never one that nobody quoted.
 *   <li>One quote fills one order up to the size it displays there, times the display multiplier, in
 *       whole lots. What is left rests and may take the next quote's size.
 *   <li>Orders don't compete: each may take the whole displayed size of a quote once. There is no
 *       queue and no market impact, so large orders do better here than they would on an exchange.
 *   <li>A MARKET order is protected, as NSE protects it: it trades no further from the touch than the
 *       protection percentage, rounded towards the touch onto the tick grid, and rests at that price
 *       as a limit order would. An SL-M order is protected in the same way, from its trigger price:
 *       what it may cost is then known when it is taken, and is set aside from the first moment.
 *   <li>A resting order fills at the touch of the quote that crosses it, even where that is better
 *       than its limit.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class PaperVenue implements ExecutionVenue {

  private static final BigDecimal HUNDRED = new BigDecimal("100");

  private final BigDecimal buyFactor;
  private final BigDecimal sellFactor;
  private final BigDecimal displayMultiplier;
  private final boolean displayAsQuoted;

  /**
   * @param protectionPct how far from the touch a MARKET order may trade, in per cent, from 0 to
   *     below 100
   * @param displayMultiplier scales the displayed size, positive; 1 takes it as quoted
   * @throws IllegalArgumentException when one is out of range
   */
  public PaperVenue(BigDecimal protectionPct, BigDecimal displayMultiplier) {
    if (protectionPct.signum() < 0 || protectionPct.compareTo(HUNDRED) >= 0) {
      throw new IllegalArgumentException("protection must be from 0 to below 100 per cent");
    }
    if (displayMultiplier.signum() <= 0) {
      throw new IllegalArgumentException("display multiplier must be positive");
    }
    BigDecimal share = protectionPct.divide(HUNDRED);
    this.buyFactor = BigDecimal.ONE.add(share);
    this.sellFactor = BigDecimal.ONE.subtract(share);
    this.displayMultiplier = displayMultiplier;
    this.displayAsQuoted = displayMultiplier.compareTo(BigDecimal.ONE) == 0;
  }

  @Override
  public String name() {
    return "paper";
  }

  @Override
  public Price worstPrice(
      Side side, OrdType type, Price limit, Price trigger, Instrument instrument, Quote quote) {
    if (limit != null) {
      return limit;
    }
    if (trigger == null && quote == null) {
      return null;
    }
    Price from = trigger != null ? trigger : side == Side.BUY ? quote.ask() : quote.bid();
    // Rounded towards where it starts from, so that the tick never widens the protection; never
    // inside.
    if (side == Side.BUY) {
      Price worst = instrument.floorToTick(from.value().multiply(buyFactor));
      return worst.isBelow(from) ? from : worst;
    }
    Price worst = instrument.ceilToTick(from.value().multiply(sellFactor));
    return worst.isAbove(from) ? from : worst;
  }

  @Override
  public List<VenueFill> match(
      Side side, Price worst, Quantity leaves, Instrument instrument, Quote quote) {
    Price touch = side == Side.BUY ? quote.ask() : quote.bid();
    boolean crosses = side == Side.BUY ? !touch.isAbove(worst) : !touch.isBelow(worst);
    if (!crosses) {
      return List.of();
    }
    Quantity displayed = displayed(side == Side.BUY ? quote.askSize() : quote.bidSize());
    long lot = instrument.lotSize().value();
    long shares = Math.min(leaves.value(), displayed.value());
    // The last odd part of an order trades whole: it came in as whole lots once.
    long traded = shares == leaves.value() || lot <= 1 ? shares : shares - shares % lot;
    return traded == 0 ? List.of() : List.of(new VenueFill(Quantity.of(traded), touch));
  }

  private Quantity displayed(Quantity quoted) {
    if (displayAsQuoted) {
      return quoted;
    }
    long scaled =
        BigDecimal.valueOf(quoted.value())
            .multiply(displayMultiplier)
            .setScale(0, RoundingMode.FLOOR)
            .min(BigDecimal.valueOf(Quantity.MAX))
            .longValue();
    return Quantity.of(scaled);
  }
}
