package io.tola.schema.importer;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * Positions and holdings as they stand: shares brought into the account at their cost. So the account's funded cash rises by that cost, less
 * the realised profit that came along, and its settled cash stays: cash and cost still add up (v_account_integrity).
 *
 * <p>A short position can't come in: its collateral is blocked by the order pipeline only. One with working orders is not changed.
 */
final class Positions implements Target {

  private static final int MONEY_DECIMALS = 4;
  private static final String[] QUANTITY = {"quantity", "qty", "net_quantity"};
  private static final String[] AVERAGE = {
    "average_price", "avg_price", "average_cost", "avg_cost", "entry_price", "cost_price"
  };
  private static final Map<String, String> POSITION_SIDES =
      Map.of("LONG", "LONG", "BUY", "LONG", "SHORT", "SHORT", "SELL", "SHORT", "FLAT", "LONG");

  private final Settings settings;
  private final Accounts accounts;
  private final Names names;
  private final boolean holdings;

  /**
   * @param holdings a broker's list of shares in the depository: CNC unless it says otherwise, with the shares that arrive tomorrow
   *     ({@code t1_quantity}) apart
   */
  Positions(Settings settings, Accounts accounts, Names names, boolean holdings) {
    this.settings = settings;
    this.accounts = accounts;
    this.names = names;
    this.holdings = holdings;
  }

  @Override
  public String columns() {
    return "position_id uuid, account_id uuid, symbol text, product text, quantity bigint, cost numeric, realised numeric,"
        + " lots integer, price numeric, lower bigint, upper bigint, lower_id uuid, upper_id uuid, opened_at timestamptz";
  }

  @Override
  public void row(JsonRecord r, CopyRow row) {
    UUID account = accounts.of(r);
    Words.exchange(r, settings);
    String symbol = r.symbol("symbol", "tradingsymbol", "trading_symbol", "ticker");
    String product =
        holdings && !r.has("product", "product_type") ? "CNC" : Orders.product(r, settings);
    Long held = r.needed(r.whole(QUANTITY), "quantity", r.has(QUANTITY));
    Long arriving = holdings ? r.whole("t1_quantity") : null;
    BigDecimal average = r.decimal(AVERAGE);
    BigDecimal realised = r.decimal("realised_pnl", "realized_pnl", "realised", "realized");
    BigDecimal multiplier = r.decimal("multiplier");
    String side = r.choice(POSITION_SIDES, "side", "position_type", "direction");
    String status = r.text(32, "status");
    Instant opened = r.instant("opened_at", "entry_time", "opened", "created_at");
    if (!r.isSound()) {
      return;
    }
    if (multiplier != null && multiplier.compareTo(BigDecimal.ONE) != 0) {
      r.problem(
          "multiplier",
          multiplier.toPlainString() + ": contracts of more than one unit are not known here");
    }
    BigInteger shares =
        BigInteger.valueOf(held).add(BigInteger.valueOf(arriving == null ? 0 : arriving));
    if (shares.signum() < 0 || ("SHORT".equals(side) && shares.signum() > 0)) {
      r.problem(
          "quantity",
          "a short position needs collateral that only an order blocks; close it there, and open it here");
    } else if (shares.compareTo(BigInteger.valueOf(Limits.MOST_SHARES)) > 0) {
      r.problem("quantity", "must be at most " + Limits.MOST_SHARES);
    }
    if (status != null && status.equalsIgnoreCase("CLOSED") && shares.signum() != 0) {
      r.problem("status", "CLOSED, yet there are shares");
    }
    BigDecimal cost = BigDecimal.ZERO;
    if (shares.signum() > 0) {
      if (average == null || average.signum() <= 0 || average.compareTo(Limits.PRICES_BELOW) >= 0) {
        r.problem(
            "average_price",
            average == null ? "missing" : "must be above 0 and below " + Limits.PRICES_BELOW);
      } else {
        cost =
            average
                .multiply(new BigDecimal(shares))
                .setScale(MONEY_DECIMALS, RoundingMode.HALF_EVEN);
      }
    }
    if (realised == null) {
      realised = BigDecimal.ZERO;
    } else if (realised.abs().compareTo(Limits.MONEY_BELOW) >= 0) {
      r.problem("realised_pnl", "must be below " + Limits.MONEY_BELOW);
    }
    if (!r.isSound()) {
      return;
    }
    // Lots have prices of four decimals that add up to the cost: some shares at the price below the
    // average, the rest one step above.
    long lower = 0;
    long upper = 0;
    BigDecimal price = null;
    if (shares.signum() > 0) {
      BigInteger[] steps = cost.unscaledValue().divideAndRemainder(shares);
      price = new BigDecimal(steps[0], MONEY_DECIMALS);
      upper = steps[1].longValueExact();
      lower = shares.longValueExact() - upper;
      if (price.signum() == 0) {
        r.problem("average_price", "must be 0.0001 at least");
        return;
      }
    }
    long lots = (lower > 0 ? 1L : 0L) + (upper > 0 ? 1L : 0L);
    row.add(names.of("position", account, symbol, product)).add(account).add(symbol).add(product);
    row.add(shares.longValueExact())
        .add(cost)
        .add(realised.setScale(MONEY_DECIMALS, RoundingMode.HALF_EVEN));
    row.add(lots).add(price).add(lower).add(upper);
    row.add(names.of("lot", account, symbol, product, shares, cost, 0))
        .add(names.of("lot", account, symbol, product, shares, cost, 1));
    row.add(opened == null ? r.latest() : opened);
  }

  @Override
  public void land(Landing landing) throws SQLException, Landing.Conflict {
    Orders.rejectUnknownSymbols(landing);
    String same = "p.account_id = s.account_id AND p.symbol = s.symbol AND p.product = s.product";
    String twice =
        "SELECT rec FROM (SELECT rec, row_number() OVER (PARTITION BY account_id, symbol, product ORDER BY rec DESC) AS n FROM STAGE) x"
            + " WHERE n > 1";
    // As every order does before it touches a position.
    landing.lockAccounts();
    if (landing.policy() == Policy.FAIL) {
      landing.conflicts(
          "SELECT s.rec, 'symbol: the account has a position in ' || s.symbol || ' already' FROM STAGE s WHERE EXISTS"
              + " (SELECT FROM portfolio.positions p WHERE "
              + same
              + ") UNION SELECT s.rec, 'symbol: the account has ' || s.symbol || ' twice in this file' FROM STAGE s WHERE rec IN ("
              + twice
              + ") AND NOT EXISTS (SELECT FROM portfolio.positions p WHERE "
              + same
              + ")");
    }
    landing.counts().superseded += landing.run("DELETE FROM STAGE WHERE rec IN (" + twice + ")");
    landing.counts().unchanged +=
        landing.run(
            "DELETE FROM STAGE s USING portfolio.positions p WHERE "
                + same
                + (landing.policy() == Policy.SKIP
                    ? ""
                    : " AND (p.quantity, p.cost, p.realised_pnl) = (s.quantity, s.cost, s.realised)"));
    landing.reject(
        "DELETE FROM STAGE s USING portfolio.positions p WHERE "
            + same
            + " AND (p.quantity < 0 OR p.open_buy_quantity > 0 OR p.open_sell_quantity > 0 OR p.sale_margin > 0 OR p.short_collateral > 0)"
            + " RETURNING s.rec, 'quantity: the position here is short or has working orders; end them first'");
    landing.run(
        "UPDATE portfolio.accounts a SET funded_cash = a.funded_cash + d.brought FROM (SELECT s.account_id,"
            + " sum((s.cost - s.realised) - (coalesce(p.cost, 0) - coalesce(p.realised_pnl, 0))) AS brought"
            + " FROM STAGE s LEFT JOIN portfolio.positions p ON "
            + same
            + " GROUP BY 1) d WHERE d.account_id = a.account_id");
    landing.run(
        "DELETE FROM portfolio.position_lots l USING portfolio.positions p, STAGE s WHERE "
            + same
            + " AND l.position_id = p.position_id");
    long updated =
        landing.run(
            "UPDATE portfolio.positions p SET quantity = s.quantity, cost = s.cost, realised_pnl = s.realised, first_lot = p.next_lot,"
                + " next_lot = p.next_lot + s.lots, opened_at = s.opened_at FROM STAGE s WHERE "
                + same);
    long inserted =
        landing.run(
            "INSERT INTO portfolio.positions (position_id, account_id, symbol, product, quantity, cost, realised_pnl, open_buy_quantity,"
                + " open_sell_quantity, covering_quantity, short_collateral, sale_margin, first_lot, next_lot, opened_at, updated_at)"
                + " SELECT position_id, account_id, symbol, product, quantity, cost, realised, 0, 0, 0, 0, 0, 1, 1 + lots, opened_at,"
                + " clock_timestamp() FROM STAGE s ON CONFLICT (account_id, symbol, product) DO NOTHING");
    landing.run(
        "INSERT INTO portfolio.position_lots (position_id, lot_number, lot_id, quantity, price, opened_at)"
            + " SELECT p.position_id, p.first_lot, s.lower_id, s.lower, s.price, s.opened_at FROM STAGE s JOIN portfolio.positions p ON "
            + same
            + " WHERE s.lower > 0"
            + " UNION ALL SELECT p.position_id, p.first_lot + s.lots - 1, s.upper_id, s.upper, s.price + 0.0001, s.opened_at"
            + " FROM STAGE s JOIN portfolio.positions p ON "
            + same
            + " WHERE s.upper > 0");
    landing.counts().imported += inserted;
    landing.counts().updated += updated;
  }
}
