package io.tola.market.api;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/**
 * The market in one symbol at one moment. Immutable; a newer quote is a new object.
 *
 * @param symbol what is quoted
 * @param bid best price somebody buys at
 * @param bidSize shares displayed at the bid
 * @param ask best price somebody sells at, never below the bid
 * @param askSize shares displayed at the ask
 * @param last price of the last trade
 * @param open first price of the day
 * @param high highest trade of the day
 * @param low lowest trade of the day
 * @param previousClose closing price of the previous session
 * @param volume shares traded today
 * @param timestamp the market's time of this quote (in a replay: the recorded time)
 * @param receivedAt when the platform took it in; age is measured from here
 * @param sequence rises with every quote of the symbol; two quotes with the same number are the
 *     same quote
 * @param source where it comes from: {@code SIMULATED}, {@code REPLAY}
 */
public record Quote(
    Symbol symbol,
    Price bid,
    Quantity bidSize,
    Price ask,
    Quantity askSize,
    Price last,
    Price open,
    Price high,
    Price low,
    Price previousClose,
    long volume,
    Instant timestamp,
    Instant receivedAt,
    long sequence,
    Source source) {

  /** Where a quote comes from. */
  public enum Source {
    SIMULATED,
    REPLAY
  }

  private static final BigDecimal HUNDRED = new BigDecimal("100");

  /** Change of the last price against the previous close, in per cent, two decimals, half up. */
  public BigDecimal changePct() {
    return last.value()
        .subtract(previousClose.value())
        .multiply(HUNDRED)
        .divide(previousClose.value(), 2, RoundingMode.HALF_UP);
  }
}
