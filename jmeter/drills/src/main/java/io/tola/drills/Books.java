package io.tola.drills;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Asks the database whether orders, executions, cash, positions and the audit log agree. Each query must return no row. */
final class Books {

  private static final String[][] QUERIES = {
    {
      "orders are stored once an account and client_order_id",
      "SELECT account_id || ' ' || client_order_id FROM orders GROUP BY account_id, client_order_id HAVING count(*) > 1"
    },
    {
      "each order's executions add up to it",
      "SELECT o.order_id || ' ' || o.status FROM orders o LEFT JOIN executions e USING (order_id) GROUP BY o.order_id"
          + " HAVING o.cum_qty <> coalesce(sum(e.last_qty), 0) OR o.cum_value <> coalesce(sum(e.last_qty * e.last_px), 0)"
          + " OR count(e.order_id) = 0"
    },
    {
      "execution reports are numbered without gaps",
      "SELECT account_id || ' has ' || count(*) || ' up to ' || max(sequence) FROM executions GROUP BY account_id"
          + " HAVING min(sequence) <> 1 OR max(sequence) <> count(*)"
    },
    {
      "cash is what was paid in less what was traded",
      "SELECT a.name || ' has ' || a.settled_cash FROM accounts a LEFT JOIN (SELECT account_id, sum(last_qty * last_px *"
          + " CASE side WHEN 'BUY' THEN 1 ELSE -1 END) AS spent FROM executions WHERE exec_type = 'TRADE' GROUP BY 1) e USING (account_id)"
          + " WHERE a.settled_cash <> a.funded_cash - coalesce(e.spent, 0)"
    },
    {
      "positions are what was traded",
      "SELECT coalesce(p.account_id, e.account_id) || ' ' || coalesce(p.symbol, e.symbol) FROM (SELECT account_id, symbol, sum(quantity) AS"
          + " quantity FROM positions GROUP BY 1, 2) p FULL JOIN (SELECT account_id, symbol, sum(last_qty * CASE side WHEN 'BUY' THEN 1"
          + " ELSE -1 END) AS quantity FROM executions WHERE exec_type = 'TRADE' GROUP BY 1, 2) e USING (account_id, symbol)"
          + " WHERE coalesce(p.quantity, 0) <> coalesce(e.quantity, 0)"
    },
    {
      "blocked cash, lots and reservations agree",
      "SELECT name FROM v_account_integrity WHERE cash_difference <> 0 OR blocked_difference <> 0 OR open_order_value_difference <> 0"
          + " OR lot_quantity_difference <> 0 OR lot_cost_difference <> 0 OR open_quantity_difference <> 0"
    },
    {
      "every order is in the audit log",
      "SELECT o.order_id::text FROM orders o WHERE NOT EXISTS (SELECT FROM audit_log a WHERE a.entity_id = o.order_id::text)"
    },
  };

  private Books() {}

  static List<Check> balance(Connection connection) throws SQLException {
    List<Check> checks = new ArrayList<>();
    for (String[] query : QUERIES) {
      checks.add(Check.nothing(query[0], texts(connection, query[1]), "yes"));
    }
    return checks;
  }

  /** All orders whose client_order_id begins so. */
  static List<Orders.Known> orders(Connection connection, String prefix) throws SQLException {
    List<Orders.Known> orders = new ArrayList<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT client_order_id, order_id::text, status, cum_qty FROM orders WHERE client_order_id LIKE ?")) {
      select.setString(1, prefix + "-%");
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          orders.add(
              new Orders.Known(
                  rows.getString(1), rows.getString(2), rows.getString(3), rows.getLong(4)));
        }
      }
    }
    return orders;
  }

  static long number(Connection connection, String query) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(query);
        ResultSet row = select.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static List<String> texts(Connection connection, String query) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(query);
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }
}
