package io.tola.systemtests.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the books must say, worked out naively from the executions alone: cash, shares, cost and
 * realised profit (first in, first out), each to the last digit.
 */
public final class Books {

  private record Key(String symbol, String product) {}

  private static final class Holding {
    /** Quantity (negative when short) and price, oldest first. */
    private final Deque<Object[]> lots = new ArrayDeque<>();

    private BigDecimal realised = BigDecimal.ZERO;

    void trade(long quantity, BigDecimal price) {
      long left = quantity;
      while (left != 0
          && !lots.isEmpty()
          && Long.signum((long) lots.peek()[0]) != Long.signum(left)) {
        Object[] lot = lots.peek();
        long open = (long) lot[0];
        long closed = Math.min(Math.abs(open), Math.abs(left));
        BigDecimal gain = price.subtract((BigDecimal) lot[1]).multiply(BigDecimal.valueOf(closed));
        realised = realised.add(open > 0 ? gain : gain.negate());
        lot[0] = open - Long.signum(open) * closed;
        left -= Long.signum(left) * closed;
        if ((long) lot[0] == 0) {
          lots.poll();
        }
      }
      if (left != 0) {
        lots.add(new Object[] {left, price});
      }
    }

    long quantity() {
      return lots.stream().mapToLong(l -> (long) l[0]).sum();
    }

    BigDecimal cost() {
      return lots.stream()
          .map(l -> ((BigDecimal) l[1]).multiply(BigDecimal.valueOf((long) l[0])))
          .reduce(BigDecimal.ZERO, BigDecimal::add);
    }
  }

  private final Sql sql;

  public Books(Sql sql) {
    this.sql = sql;
  }

  /** Every account, every position and every order is what its executions say. */
  public void balance() {
    List<UUID> accounts = sql.column("SELECT account_id FROM accounts ORDER BY name");
    for (UUID account : accounts) {
      accountBalances(account);
    }
    ordersAddUp();
    integrityViewFindsNothing();
  }

  private void accountBalances(UUID account) {
    Map<Key, Holding> holdings = new HashMap<>();
    BigDecimal cash = sql.value("SELECT funded_cash FROM accounts WHERE account_id = ?", account);
    for (Map<String, Object> e :
        sql.rows(
            "SELECT e.symbol, o.product, e.side, e.last_qty, e.last_px FROM executions e"
                + " JOIN orders o USING (order_id) WHERE e.account_id = ? AND e.exec_type = 'TRADE'"
                + " ORDER BY e.sequence",
            account)) {
      long quantity = (long) e.get("last_qty") * (e.get("side").equals("BUY") ? 1 : -1);
      BigDecimal price = (BigDecimal) e.get("last_px");
      cash = cash.subtract(price.multiply(BigDecimal.valueOf(quantity)));
      holdings
          .computeIfAbsent(
              new Key((String) e.get("symbol"), (String) e.get("product")), k -> new Holding())
          .trade(quantity, price);
    }
    Map<String, Object> row =
        sql.rows(
                "SELECT name, settled_cash, blocked_cash FROM accounts WHERE account_id = ?",
                account)
            .get(0);
    assertThat((BigDecimal) row.get("settled_cash"))
        .as("settled cash of " + row.get("name"))
        .isEqualByComparingTo(cash);
    Map<Key, Map<String, Object>> positions = new HashMap<>();
    sql.rows(
            "SELECT symbol, product, quantity, cost, realised_pnl FROM positions WHERE account_id = ?",
            account)
        .forEach(
            p -> positions.put(new Key((String) p.get("symbol"), (String) p.get("product")), p));
    holdings.forEach(
        (key, holding) -> {
          String what = row.get("name") + " " + key;
          Map<String, Object> position = positions.get(key);
          assertThat(position).as(what).isNotNull();
          assertThat(position.get("quantity"))
              .as("shares of " + what)
              .isEqualTo(holding.quantity());
          assertThat((BigDecimal) position.get("cost"))
              .as("cost of " + what)
              .isEqualByComparingTo(holding.cost());
          assertThat((BigDecimal) position.get("realised_pnl"))
              .as("realised profit of " + what)
              .isEqualByComparingTo(holding.realised);
        });
    positions.forEach(
        (key, position) -> {
          if (!holdings.containsKey(key)) {
            assertThat(position.get("quantity")).as(row.get("name") + " " + key).isEqualTo(0L);
          }
        });
  }

  /** Quantities of every order against its executions, and the accounts' report sequences. */
  private void ordersAddUp() {
    nothing(
        "orders whose fills don't add up to CumQty and value",
        "SELECT o.order_id, o.status, o.cum_qty, sum(e.last_qty) FROM orders o LEFT JOIN executions e USING (order_id)"
            + " GROUP BY o.order_id HAVING o.cum_qty <> coalesce(sum(e.last_qty), 0)"
            + " OR o.cum_value <> coalesce(sum(e.last_qty * e.last_px), 0)");
    nothing(
        "orders whose LeavesQty isn't OrderQty - CumQty while live, or 0 when done",
        "SELECT order_id, status FROM orders WHERE leaves_qty <> CASE WHEN status IN"
            + " ('FILLED', 'CANCELED', 'REJECTED', 'EXPIRED') THEN 0 ELSE quantity - cum_qty END");
    nothing(
        "reports whose CumQty falls or isn't the sum so far",
        "SELECT * FROM (SELECT order_id, sequence, cum_qty, sum(last_qty) OVER (PARTITION BY order_id ORDER BY sequence) AS so_far"
            + " FROM executions) e WHERE cum_qty <> so_far");
    nothing(
        "accounts whose report sequence has a gap",
        "SELECT account_id, count(*), min(sequence), max(sequence) FROM executions GROUP BY account_id"
            + " HAVING min(sequence) <> 1 OR max(sequence) <> count(*)");
    nothing(
        "orders placed twice",
        "SELECT account_id, client_order_id FROM orders GROUP BY 1, 2 HAVING count(*) > 1");
    nothing(
        "orders without a report",
        "SELECT order_id FROM orders o WHERE NOT EXISTS (SELECT FROM executions e WHERE e.order_id = o.order_id)");
  }

  private void integrityViewFindsNothing() {
    nothing(
        "accounts that v_account_integrity finds wrong",
        "SELECT * FROM v_account_integrity WHERE cash_difference <> 0 OR blocked_difference <> 0"
            + " OR open_order_value_difference <> 0 OR lot_quantity_difference <> 0"
            + " OR lot_cost_difference <> 0 OR open_quantity_difference <> 0");
  }

  private void nothing(String what, String query) {
    assertThat(new ArrayList<>(sql.rows(query))).as(what).isEmpty();
  }

  /** Every order is in the audit trail, and the trail is intact. */
  public void auditIsComplete(Api api) {
    Answer verification = api.as("auditor").get("/api/v1/audit/verify").expect(200);
    assertThat(verification.json().get("intact").asBoolean()).as(verification.body()).isTrue();
    nothing(
        "orders that the audit trail doesn't know",
        "SELECT o.order_id FROM orders o WHERE NOT EXISTS"
            + " (SELECT FROM audit_log a WHERE a.entity_id = o.order_id::text)");
  }
}
