package io.tola.schema.importer;

import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;

/**
 * Orders that ended. One that still works can't come in: its cash or shares would have to be set aside, which only the order pipeline
 * does; of an order's history in one file the state it ended in counts.
 */
final class Orders implements Target {

  /** The code of every refusal that has none of our own numbers: site/reference/codes.md. */
  private static final long REJECTED_BEFORE_IMPORT = 1090;

  private static final String[] CREATED = {
    "created_at", "order_timestamp", "placed_at", "submitted_at", "timestamp", "order_time"
  };

  private static final String VALUES =
      "order_id, account_id, client_order_id, symbol, side, order_type, product, validity, quantity, price, trigger_price, worst_price,"
          + " status, cum_qty, cum_value, reject_code, reject_reason, tag, entered_by, created_at, updated_at, triggered_at";

  private static final String SAME =
      "(o.account_id, o.client_order_id, o.symbol, o.side, o.order_type, o.product, o.validity, o.quantity, o.price, o.trigger_price,"
          + " o.status, o.cum_qty, o.cum_value, o.created_at) IS NOT DISTINCT FROM (s.account_id, s.client_order_id, s.symbol, s.side,"
          + " s.order_type, s.product, s.validity, s.quantity, s.price, s.trigger_price, s.status, s.cum_qty, s.cum_value, s.created_at)";

  private final Settings settings;
  private final Accounts accounts;
  private final Names names;
  private boolean open;

  Orders(Settings settings, Accounts accounts, Names names) {
    this.settings = settings;
    this.accounts = accounts;
    this.names = names;
  }

  @Override
  public String columns() {
    return "order_id uuid, account_id uuid, client_order_id text, symbol text, side text, order_type text, product text, validity text,"
        + " quantity bigint, price numeric, trigger_price numeric, worst_price numeric, status text, cum_qty bigint, cum_value numeric,"
        + " reject_code integer, reject_reason text, tag text, entered_by text, created_at timestamptz, updated_at timestamptz,"
        + " triggered_at timestamptz";
  }

  @Override
  public void row(JsonRecord r, CopyRow row) {
    UUID account = accounts.of(r);
    String theirId = r.text(128, "order_id", "id", "uuid", "oms_order_id");
    String clOrdId = r.ascii(64, false, "client_order_id", "cl_ord_id", "clordid");
    if (theirId == null && clOrdId == null && r.isSound()) {
      r.problem("order_id", "missing");
    }
    if (clOrdId == null && theirId != null && !r.has("client_order_id", "cl_ord_id", "clordid")) {
      clOrdId = r.ascii(64, false, "order_id", "id", "uuid", "oms_order_id");
    }
    UUID orderId =
        account == null ? null : names.order(account, theirId == null ? clOrdId : theirId);
    String status =
        r.needed(
            r.choice(Words.STATUSES, "status", "order_status", "state"),
            "status",
            r.has("status", "order_status", "state"));
    if ("OPEN".equals(status)) {
      if (r.isSound()) {
        // Whether it ended shows when the whole file is read.
        open = true;
        row.add(orderId).add(account);
        for (int i = 0; i < 10; i++) {
          row.add((String) null);
        }
        row.add("OPEN");
        for (int i = 0; i < 9; i++) {
          row.add((String) null);
        }
      }
      return;
    }
    Words.exchange(r, settings);
    String symbol = r.symbol("symbol", "tradingsymbol", "trading_symbol", "ticker");
    String side = side(r);
    String type =
        r.needed(
            r.choice(Words.TYPES, "order_type", "type", "ord_type"),
            "order_type",
            r.has("order_type", "type", "ord_type"));
    String product = product(r, settings);
    String validity =
        r.has("validity", "time_in_force", "tif")
            ? r.choice(Words.VALIDITIES, "validity", "time_in_force", "tif")
            : "DAY";
    Long quantity =
        r.needed(
            r.shares(1, "quantity", "qty", "order_quantity"),
            "quantity",
            r.has("quantity", "qty", "order_quantity"));
    BigDecimal price = r.price("price", "limit_price");
    BigDecimal trigger = r.price("trigger_price", "stop_price");
    Instant created = r.needed(r.instant(CREATED), "created_at", r.has(CREATED));
    Instant updated =
        r.instant(
            "updated_at",
            "exchange_update_timestamp",
            "exchange_timestamp",
            "filled_at",
            "executed_at");
    Instant triggered = r.instant("triggered_at");
    String tag = r.ascii(32, true, "tag", "algo", "strategy");
    String enteredBy = r.text(128, "entered_by", "placed_by", "username", "user");
    Long filled = r.shares(0, "filled_quantity", "cum_qty", "filled_qty", "executed_quantity");
    BigDecimal average =
        r.decimal(
            "average_price",
            "avg_price",
            "average_fill_price",
            "filled_price",
            "executed_price",
            "avg_px");
    String reason = r.text("reject_reason", "status_message", "rejection_reason", "message");
    Long code = r.whole("reject_code");
    if (!r.isSound()) {
      return;
    }

    boolean stop = type.equals("SL") || type.equals("SL-M");
    if (stop == (trigger == null)) {
      r.problem(
          "trigger_price",
          stop ? "missing on " + type : "only SL and SL-M orders have one, this is " + type);
    }
    if (type.equals("LIMIT") || type.equals("SL")) {
      r.needed(price, "price", false);
    } else {
      price = null;
    }
    long cum = filled != null ? filled : status.equals("FILLED") ? quantity : 0;
    fills(r, status, quantity, cum);
    BigDecimal value = BigDecimal.ZERO;
    if (cum > 0) {
      if (average == null || average.signum() <= 0 || average.compareTo(Limits.PRICES_BELOW) >= 0) {
        r.problem(
            "average_price",
            "must be above 0 and below " + Limits.PRICES_BELOW + " where shares were filled");
      } else {
        value = average.multiply(BigDecimal.valueOf(cum));
      }
    }
    if (updated == null || updated.isBefore(created)) {
      updated = created;
    }
    if (triggered != null && !stop) {
      r.problem("triggered_at", "only SL and SL-M orders are triggered");
    }
    if (stop && triggered == null && cum > 0) {
      triggered = updated;
    }
    Long rejectCode = null;
    String rejectReason = null;
    if (status.equals("REJECTED")) {
      rejectReason = reason == null ? "Rejected in the system it was imported from" : reason;
      rejectCode =
          code != null && code >= 1000 && code <= 2999
              ? code
              : Long.valueOf(REJECTED_BEFORE_IMPORT);
    }
    row.add(orderId)
        .add(account)
        .add(clOrdId)
        .add(symbol)
        .add(side)
        .add(type)
        .add(product)
        .add(validity);
    row.add(quantity).add(price).add(trigger).add(price).add(status).add(cum).add(value);
    row.add(rejectCode).add(rejectReason).add(tag).add(enteredBy == null ? "import" : enteredBy);
    row.add(created).add(updated).add(triggered);
  }

  private static void fills(JsonRecord r, String status, long quantity, long cum) {
    if (cum > quantity) {
      r.problem("filled_quantity", cum + " is more than the order's " + quantity);
    } else if (status.equals("FILLED") && cum < quantity) {
      r.problem("filled_quantity", cum + " of " + quantity + ", yet the order is FILLED");
    } else if (!status.equals("FILLED") && cum == quantity) {
      r.problem("filled_quantity", "all of the order, yet it is " + status);
    } else if (status.equals("REJECTED") && cum > 0) {
      r.problem("filled_quantity", cum + ", yet the order is REJECTED");
    }
  }

  static String side(JsonRecord r) {
    String[] aliases = {"side", "transaction_type", "action", "order_side"};
    return r.needed(r.choice(Words.SIDES, aliases), "side", r.has(aliases));
  }

  static String product(JsonRecord r, Settings settings) {
    String[] aliases = {"product", "product_type"};
    if (!r.has(aliases)) {
      if (settings.product() == null) {
        r.problem("product", "missing; --default-product says what such records are");
      }
      return settings.product();
    }
    return r.choice(Words.PRODUCTS, aliases);
  }

  @Override
  public void land(Landing landing) throws SQLException, Landing.Conflict {
    if (open) {
      landing.counts().superseded +=
          landing.run(
              "DELETE FROM STAGE WHERE status = 'OPEN' AND order_id IN (SELECT order_id FROM STAGE WHERE status <> 'OPEN')");
      landing.reject(
          "DELETE FROM STAGE WHERE status = 'OPEN' RETURNING rec,"
              + " 'status: the order still works; let it end or cancel it there, then import it'");
    }
    if (!settings.unknownSymbols()) {
      rejectUnknownSymbols(landing);
    }
    if (landing.policy() == Policy.FAIL) {
      landing.conflicts(
          "SELECT rec, min(reason) FROM ("
              + "SELECT s.rec, 'order_id: the order is there already' AS reason FROM STAGE s"
              + " JOIN trading.orders o ON o.order_id = s.order_id"
              + " UNION ALL SELECT s.rec, 'order_id: the account has another order with its client_order_id already' FROM STAGE s"
              + " JOIN trading.orders o ON o.account_id = s.account_id AND o.client_order_id = s.client_order_id"
              + " AND o.order_id <> s.order_id"
              + " UNION ALL SELECT rec, 'order_id: twice in this file' FROM (SELECT rec, row_number() OVER (PARTITION BY order_id"
              + " ORDER BY rec) AS n FROM STAGE) i WHERE n > 1"
              + " UNION ALL SELECT rec, 'order_id: its client_order_id is twice in this file' FROM (SELECT rec, row_number() OVER"
              + " (PARTITION BY account_id, client_order_id ORDER BY rec) AS n FROM STAGE) c WHERE n > 1) x GROUP BY rec ORDER BY rec");
    }
    String insert =
        "INSERT INTO trading.orders ("
            + VALUES
            + ", leaves_qty, version, seen_at) SELECT "
            + VALUES
            + ", 0, 1, updated_at FROM STAGE s";
    // Trying for conflicts costs a third of the time: it is done only where there may be some.
    long inserted =
        landing.isAny("SELECT FROM STAGE s JOIN trading.orders o USING (order_id)")
            ? landing.insert(insert + " ON CONFLICT DO NOTHING")
            : landing.insert(insert, insert + " ON CONFLICT DO NOTHING");
    landing.counts().imported += inserted;
    if (landing.policy() == Policy.UPDATE) {
      landing.reject(
          "DELETE FROM STAGE s WHERE NOT EXISTS (SELECT FROM trading.orders o WHERE o.order_id = s.order_id AND "
              + SAME
              + ") RETURNING rec, 'order_id: it, or its client_order_id, is there with other values, and what became of an order is not rewritten'");
    }
    landing.counts().unchanged += landing.staged() - inserted;
  }

  static void rejectUnknownSymbols(Landing landing) throws SQLException {
    landing.reject(
        "DELETE FROM STAGE s WHERE NOT EXISTS (SELECT FROM market.instruments i WHERE i.symbol = s.symbol)"
            + " RETURNING rec, 'symbol: no instrument ' || symbol || ' here'");
  }
}
