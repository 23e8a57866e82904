package io.tola.drills;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/**
 * An order as a drill sends it, and sends it again.
 *
 * @param id its client_order_id
 * @param byHeader whether the id goes as {@code Idempotency-Key} instead of standing in the body
 * @param price null for a MARKET order
 */
record Order(
    String id,
    boolean byHeader,
    String user,
    String symbol,
    String side,
    long quantity,
    BigDecimal price) {

  private static final ObjectMapper JSON = new ObjectMapper();

  boolean isMarket() {
    return price == null;
  }

  String json() {
    ObjectNode body = JSON.createObjectNode();
    if (!byHeader) {
      body.put("client_order_id", id);
    }
    body.put("symbol", symbol)
        .put("side", side)
        .put("order_type", isMarket() ? "MARKET" : "LIMIT")
        .put("quantity", quantity)
        .put("product", "CNC")
        .put("validity", "DAY");
    if (!isMarket()) {
      body.put("price", price);
    }
    return body.toString();
  }
}
