package io.tola.trading.domain;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;

/**
 * What a replace can change of an order.
 *
 * @param quantity OrderQty
 * @param price the limit; null for MARKET and SL-M
 * @param triggerPrice null unless SL or SL-M
 * @param worstPrice the worst price it may trade at; null only when it was refused before it had one
 */
public record Terms(Quantity quantity, Price price, Price triggerPrice, Price worstPrice) {

  Terms withQuantity(Quantity other) {
    return new Terms(other, price, triggerPrice, worstPrice);
  }

  /** What differs from {@code before}, in words for a report. */
  String against(Terms before) {
    StringBuilder text = new StringBuilder("Replaced:");
    say(text, "quantity", before.quantity, quantity);
    say(text, "price", before.price, price);
    say(text, "trigger_price", before.triggerPrice, triggerPrice);
    return text.charAt(text.length() - 1) == ':' ? "Replaced by the same terms" : text.toString();
  }

  private static void say(StringBuilder text, String what, Object from, Object to) {
    if (from != null && !from.equals(to)) {
      text.append(text.charAt(text.length() - 1) == ':' ? " " : ", ").append(what);
      text.append(' ').append(from).append(" to ").append(to);
    }
  }
}
