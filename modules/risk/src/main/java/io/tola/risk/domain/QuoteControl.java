package io.tola.risk.domain;

import io.tola.market.api.Quote;
import io.tola.risk.api.RiskRejectCode;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.Refusal;
import java.time.Duration;

/**
 * An order without a price needs a current quote, and every order a price that it can be valued by;
 * what can't be valued is refused, because no later control could judge it.
 *
 * <p>Source: NSE circulars on pre-trade risk controls of 2022: no market orders in a contract without
 * a last traded price; SEC Rule 15c3-5(c)(1)(ii), orders that appear to be erroneous.
 */
public final class QuoteControl implements Control {

  @Override
  public Refusal check(OrderUnderCheck order, Rules rules) {
    OrdType type = order.order().ordType();
    Quote quote = order.quote();
    if (type == OrdType.MARKET || type == OrdType.SL_M) {
      if (quote == null) {
        return noQuote(order);
      }
      Duration age = Duration.between(quote.receivedAt(), order.now());
      if (age.compareTo(rules.maxQuoteAge()) > 0) {
        return Refusals.of(
            RiskRejectCode.STALE_QUOTE,
            "The quote of "
                + order.order().symbol()
                + " is "
                + age.toMillis()
                + " ms old; a market order needs one of at most "
                + rules.maxQuoteAge().toMillis()
                + " ms",
            "limit",
            rules.maxQuoteAge().toMillis(),
            "value",
            age.toMillis());
      }
    }
    return order.worstPrice() == null ? noQuote(order) : null;
  }

  private static Refusal noQuote(OrderUnderCheck order) {
    return Refusals.of(
        RiskRejectCode.NO_QUOTE,
        "There is no current quote of " + order.order().symbol() + " to price the order by",
        "symbol",
        order.order().symbol());
  }
}
