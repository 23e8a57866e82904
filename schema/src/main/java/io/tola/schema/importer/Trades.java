package io.tola.schema.importer;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/**
 * Fills of imported orders, which become execution reports with the next numbers of their accounts. The orders must be here, and the fills
 * of an order may not be more than it says it filled.
 */
final class Trades implements Target {

  private static final String[] ORDER = {"order_id", "client_order_id"};
  private static final String[] ID = {"trade_id", "exec_id", "execution_id", "id"};
  private static final String[] QUANTITY = {"quantity", "qty", "filled_quantity", "last_qty"};
  private static final String[] PRICE = {
    "price", "average_price", "trade_price", "fill_price", "executed_price", "last_px"
  };
  private static final String[] AT = {
    "traded_at",
    "fill_timestamp",
    "exchange_timestamp",
    "trade_time",
    "executed_at",
    "transact_time",
    "timestamp",
    "created_at"
  };

  private final Settings settings;
  private final Accounts accounts;
  private final Names names;

  Trades(Settings settings, Accounts accounts, Names names) {
    this.settings = settings;
    this.accounts = accounts;
    this.names = names;
  }

  @Override
  public String columns() {
    return "exec_id uuid, order_id uuid, account_id uuid, symbol text, side text, quantity bigint, price numeric, at timestamptz";
  }

  @Override
  public void row(JsonRecord r, CopyRow row) {
    Words.exchange(r, settings);
    final String order = r.needed(r.text(128, ORDER), "order_id", r.has(ORDER));
    final UUID account = accounts.of(r, JsonRecord.asUuid(order) == null);
    final String id = r.needed(r.text(128, ID), "trade_id", r.has(ID));
    final String symbol =
        r.has("symbol", "tradingsymbol") ? r.symbol("symbol", "tradingsymbol") : null;
    final String side = r.choice(Words.SIDES, "side", "transaction_type", "action");
    final Long quantity = r.needed(r.shares(1, QUANTITY), "quantity", r.has(QUANTITY));
    final BigDecimal price = r.price(PRICE);
    if (price == null && r.isSound()) {
      r.problem("price", "must be above 0");
    }
    final Instant at = r.needed(r.instant(AT), "traded_at", r.has(AT));
    if (r.isSound()) {
      UUID own = JsonRecord.asUuid(id);
      row.add(own != null ? own : names.of("trade", account, order, id));
      row.add(names.order(account, order))
          .add(account)
          .add(symbol)
          .add(side)
          .add(quantity)
          .add(price)
          .add(at);
    }
  }

  @Override
  public void land(Landing landing) throws SQLException, Landing.Conflict {
    landing.reject(
        "DELETE FROM STAGE s WHERE NOT EXISTS (SELECT FROM trading.orders o WHERE o.order_id = s.order_id)"
            + " RETURNING s.rec, 'order_id: no such order here; orders are imported before their trades'");
    landing.reject(
        "DELETE FROM STAGE s USING trading.orders o WHERE o.order_id = s.order_id"
            + " AND (o.account_id <> s.account_id OR o.symbol <> s.symbol OR o.side <> s.side)"
            + " RETURNING s.rec, 'order_id: the order is of another account, symbol or side'");
    landing.run(
        "UPDATE STAGE s SET account_id = o.account_id FROM trading.orders o WHERE o.order_id = s.order_id");
    // Sequence numbers are taken under the account's lock, as everybody takes them.
    landing.lockAccounts();
    String there = "trading.executions e WHERE e.order_id = s.order_id AND e.exec_id = s.exec_id";
    String twice =
        "SELECT rec FROM (SELECT rec, row_number() OVER (PARTITION BY exec_id ORDER BY rec) AS n FROM STAGE) x WHERE n > 1";
    if (landing.policy() == Policy.FAIL) {
      landing.conflicts(
          "SELECT s.rec, 'trade_id: the trade is there already' FROM STAGE s WHERE EXISTS (SELECT FROM "
              + there
              + ") UNION SELECT s.rec, 'trade_id: twice in this file' FROM STAGE s WHERE rec IN ("
              + twice
              + ") AND NOT EXISTS (SELECT FROM "
              + there
              + ")");
    }
    if (landing.policy() == Policy.UPDATE) {
      landing.reject(
          "DELETE FROM STAGE s USING trading.executions e WHERE e.order_id = s.order_id AND e.exec_id = s.exec_id"
              + " AND (e.last_qty, e.last_px, e.transact_time) IS DISTINCT FROM (s.quantity, s.price, s.at)"
              + " RETURNING s.rec, 'trade_id: it is there with other values, and a trade is not rewritten'");
      landing.reject(
          "DELETE FROM STAGE s USING (SELECT rec, first_value(quantity) OVER w AS quantity, first_value(price) OVER w AS price,"
              + " first_value(at) OVER w AS at FROM STAGE WINDOW w AS (PARTITION BY exec_id ORDER BY rec)) f WHERE f.rec = s.rec"
              + " AND (f.quantity, f.price, f.at) IS DISTINCT FROM (s.quantity, s.price, s.at)"
              + " RETURNING s.rec, 'trade_id: it is twice in this file with other values'");
    }
    landing.counts().unchanged +=
        landing.run("DELETE FROM STAGE s WHERE EXISTS (SELECT FROM " + there + ")");
    landing.counts().unchanged += landing.run("DELETE FROM STAGE WHERE rec IN (" + twice + ")");
    landing.reject(
        "WITH done AS (SELECT e.order_id, sum(e.last_qty) AS quantity FROM trading.executions e"
            + " WHERE e.order_id IN (SELECT order_id FROM STAGE) GROUP BY 1),"
            + " running AS (SELECT s.rec, s.order_id, coalesce(d.quantity, 0)"
            + " + sum(s.quantity) OVER (PARTITION BY s.order_id ORDER BY s.at, s.rec) AS total FROM STAGE s LEFT JOIN done d USING (order_id))"
            + " DELETE FROM STAGE s USING running r, trading.orders o WHERE r.rec = s.rec AND o.order_id = s.order_id AND r.total > o.cum_qty"
            + " RETURNING s.rec, 'quantity: would make ' || r.total || ' shares filled of an order that says ' || o.cum_qty");
    long inserted =
        landing.run(
            "WITH done AS (SELECT e.order_id, sum(e.last_qty) AS quantity, sum(e.last_qty * e.last_px) AS value"
                + " FROM trading.executions e WHERE e.order_id IN (SELECT order_id FROM STAGE) AND e.exec_type = 'TRADE' GROUP BY 1),"
                + " next AS (SELECT s.*, o.symbol AS of_symbol, o.side AS of_side, o.quantity AS ordered,"
                + " a.event_sequence + row_number() OVER (PARTITION BY s.account_id ORDER BY s.at, s.rec) AS sequence,"
                + " coalesce(d.quantity, 0) + sum(s.quantity) OVER filled AS cum_qty,"
                + " coalesce(d.value, 0) + sum(s.quantity * s.price) OVER filled AS cum_value"
                + " FROM STAGE s JOIN trading.orders o USING (order_id) JOIN portfolio.accounts a ON a.account_id = s.account_id"
                + " LEFT JOIN done d USING (order_id) WINDOW filled AS (PARTITION BY s.order_id ORDER BY s.at, s.rec))"
                + " INSERT INTO trading.executions (account_id, sequence, exec_id, order_id, transact_time, last_qty, cum_qty, leaves_qty,"
                + " symbol, side, exec_type, ord_status, last_px, cum_value)"
                + " SELECT account_id, sequence, exec_id, order_id, at, quantity, cum_qty, ordered - cum_qty, of_symbol, of_side, 'TRADE',"
                + " CASE WHEN cum_qty = ordered THEN 'FILLED' ELSE 'PARTIALLY_FILLED' END, price, cum_value FROM next");
    landing.run(
        "UPDATE portfolio.accounts a SET event_sequence = a.event_sequence + n.trades"
            + " FROM (SELECT account_id, count(*) AS trades FROM STAGE GROUP BY 1) n WHERE n.account_id = a.account_id");
    landing.counts().imported += inserted;
  }
}
