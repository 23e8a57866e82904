package io.tola.portfolio.api;

import io.tola.kernel.Price;
import io.tola.market.api.Bar;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;

/**
 * Makes one symbol's prices of different days comparable with those of a day. Thread-safe.
 *
 * @param actions the symbol's actions up to that day, oldest first; dividends don't count
 */
public record PriceFactors(List<CorporateAction> actions) {

  private static final ZoneId INDIA = ZoneId.of("Asia/Kolkata");
  private static final BigDecimal SMALLEST = new BigDecimal("0.0001");
  private static final int SCALE = 4;

  /** Copies and sorts the list. */
  public PriceFactors {
    actions = actions.stream().sorted(Comparator.comparing(CorporateAction::exDate)).toList();
  }

  /** Of the actions that had their ex-date on {@code asOf} or before. */
  public static PriceFactors asOf(List<CorporateAction> actions, LocalDate asOf) {
    return new PriceFactors(actions.stream().filter(a -> !a.exDate().isAfter(asOf)).toList());
  }

  /** What a price of that day in India is multiplied with; 1 when nothing happened since. */
  public BigDecimal factor(LocalDate day) {
    BigDecimal factor = BigDecimal.ONE;
    for (CorporateAction action : actions) {
      if (action.exDate().isAfter(day)) {
        factor = factor.multiply(action.priceFactor(), MathContext.DECIMAL64);
      }
    }
    return factor;
  }

  /**
   * The bar with its prices multiplied, to four decimals half even, and its volume divided, to whole
   * shares half even.
   */
  public Bar adjust(Bar bar) {
    BigDecimal factor = factor(day(bar.start()));
    if (factor.compareTo(BigDecimal.ONE) == 0) {
      return bar;
    }
    return new Bar(
        bar.symbol(),
        bar.interval(),
        bar.start(),
        times(bar.open(), factor),
        times(bar.high(), factor),
        times(bar.low(), factor),
        times(bar.close(), factor),
        BigDecimal.valueOf(bar.volume())
            .divide(factor, 0, RoundingMode.HALF_EVEN)
            .longValueExact());
  }

  private static LocalDate day(Instant start) {
    return start.atZone(INDIA).toLocalDate();
  }

  private static Price times(Price price, BigDecimal factor) {
    return new Price(
        price.value().multiply(factor).setScale(SCALE, RoundingMode.HALF_EVEN).max(SMALLEST));
  }
}
