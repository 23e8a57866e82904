package io.tola.trading.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.trading.api.ReplaceOrder;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The append-only table {@code replacements}: replaces that were done. Thread-safe; writes join the
 * caller's transaction, and the caller holds the lock of every account concerned.
 */
final class ReplacementStore {

  static final String FIND =
      "SELECT r.order_id, r.account_id, r.client_order_id, r.quantity, r.price, r.trigger_price,"
          + " r.entered_by FROM unnest(?::uuid[], ?::text[]) AS k(account_id, client_order_id)"
          + " CROSS JOIN LATERAL (SELECT * FROM replacements x WHERE x.account_id = k.account_id"
          + " AND x.client_order_id = k.client_order_id LIMIT 1) r";

  static final String INSERT =
      "INSERT INTO replacements (account_id, client_order_id, order_id, replaced_at, quantity, price,"
          + " trigger_price, entered_by)"
          + " SELECT u.account_id, u.client_order_id, u.order_id, ?::timestamptz, u.quantity, u.price,"
          + " u.trigger_price, u.entered_by"
          + " FROM unnest(?::uuid[], ?::text[], ?::uuid[], ?::int8[], ?::numeric[], ?::numeric[],"
          + " ?::text[]) AS u(account_id, client_order_id, order_id, quantity, price, trigger_price,"
          + " entered_by)";

  private ReplacementStore() {}

  static int bindFind(Connection c, PreparedStatement s, int index, List<ReplaceOrder> requests)
      throws SQLException {
    s.setArray(
        index,
        c.createArrayOf("uuid", requests.stream().map(r -> r.accountId().value()).toArray()));
    s.setArray(
        index + 1,
        c.createArrayOf("text", requests.stream().map(r -> r.clOrdId().value()).toArray()));
    return index + 2;
  }

  static List<ReplaceOrder> found(PreparedStatement s) throws SQLException {
    List<ReplaceOrder> found = new ArrayList<>();
    try (ResultSet rows = s.getResultSet()) {
      while (rows.next()) {
        Long quantity = rows.getObject(4, Long.class);
        found.add(
            new ReplaceOrder(
                rows.getObject(1, UUID.class),
                new AccountId(rows.getObject(2, UUID.class)),
                new ClOrdID(rows.getString(3)),
                quantity == null ? null : Quantity.of(quantity),
                price(rows.getBigDecimal(5)),
                price(rows.getBigDecimal(6)),
                rows.getString(7)));
      }
    }
    return found;
  }

  static int bindInsert(
      Connection c, PreparedStatement s, int index, List<ReplaceOrder> done, Instant now)
      throws SQLException {
    int n = done.size();
    UUID[] account = new UUID[n];
    String[] clientOrderId = new String[n];
    UUID[] order = new UUID[n];
    Long[] quantity = new Long[n];
    BigDecimal[] price = new BigDecimal[n];
    BigDecimal[] trigger = new BigDecimal[n];
    String[] user = new String[n];
    for (int k = 0; k < n; k++) {
      ReplaceOrder replace = done.get(k);
      account[k] = replace.accountId().value();
      clientOrderId[k] = replace.clOrdId().value();
      order[k] = replace.orderId();
      quantity[k] = replace.quantity() == null ? null : replace.quantity().value();
      price[k] = replace.price() == null ? null : replace.price().value();
      trigger[k] = replace.triggerPrice() == null ? null : replace.triggerPrice().value();
      user[k] = replace.user();
    }
    int i = index;
    s.setObject(i++, Sql.utc(now));
    s.setArray(i++, c.createArrayOf("uuid", account));
    s.setArray(i++, c.createArrayOf("text", clientOrderId));
    s.setArray(i++, c.createArrayOf("uuid", order));
    s.setArray(i++, c.createArrayOf("int8", quantity));
    s.setArray(i++, c.createArrayOf("numeric", price));
    s.setArray(i++, c.createArrayOf("numeric", trigger));
    s.setArray(i++, c.createArrayOf("text", user));
    return i;
  }

  private static Price price(BigDecimal value) {
    return value == null ? null : new Price(value);
  }
}
