package io.tola.trading.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Trade;
import io.tola.trading.api.TradeFeed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Executions that traded, of one account. Thread-safe; no state. */
public final class TradeStore {

  // By the primary key of executions; the product by a look-up a row, as in ExecutionStore.AFTER.
  private static final String AFTER =
      "SELECT e.exec_id, e.order_id, e.sequence, e.symbol, (SELECT o.product FROM orders o WHERE"
          + " o.order_id = e.order_id), e.side, e.last_qty, e.last_px, e.cum_value, e.transact_time"
          + " FROM executions e WHERE e.account_id = ? AND e.sequence > ? AND e.sequence <= ?"
          + " AND e.exec_type = 'TRADE' ORDER BY e.sequence LIMIT "
          + TradeFeed.MOST;

  // By executions_trades; joined and not looked up row by row, because here there are many.
  private static final String BETWEEN =
      "SELECT e.exec_id, e.order_id, e.sequence, e.symbol, o.product, e.side, e.last_qty, e.last_px,"
          + " e.cum_value, e.transact_time FROM executions e JOIN orders o USING (order_id)"
          + " WHERE e.account_id = ? AND e.exec_type = 'TRADE' AND e.transact_time >= ?"
          + " AND e.transact_time < ? AND e.sequence <= ? ORDER BY e.transact_time, e.sequence"
          + " LIMIT ?";

  // Of few sequences by the primary key of executions, of all by executions_trades.
  private static final String MOVED =
      "SELECT coalesce(sum(CASE e.side WHEN 'BUY' THEN e.last_qty ELSE -e.last_qty END), 0)::bigint,"
          + " count(*) FROM executions e JOIN orders o USING (order_id)"
          + " WHERE e.account_id = ? AND e.symbol = ? AND o.product = ? AND e.exec_type = 'TRADE'"
          + " AND e.transact_time > ? AND e.sequence > ? AND e.sequence <= ?";

  private final DataSource dataSource;

  public TradeStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** Trades with {@code after < sequence <= upTo}, oldest first. */
  public List<Trade> after(AccountId account, long after, long upTo) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(AFTER)) {
      s.setObject(1, account.value());
      s.setLong(2, after);
      s.setLong(3, upTo);
      return trades(s, account);
    } catch (SQLException e) {
      throw new StoreFault("reading an account's trades", e);
    }
  }

  /** Trades with {@code from <= transact_time < to} and {@code sequence <= upTo}, oldest first. */
  public List<Trade> between(AccountId account, Instant from, Instant to, long upTo, int most) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(BETWEEN)) {
      s.setObject(1, account.value());
      s.setObject(2, Sql.utc(from));
      s.setObject(3, Sql.utc(to));
      s.setLong(4, upTo);
      s.setInt(5, most);
      return trades(s, account);
    } catch (SQLException e) {
      throw new StoreFault("reading the trades of a period", e);
    }
  }

  /** See {@link TradeFeed#moved}. */
  public TradeFeed.Moved moved(
      AccountId account, Symbol symbol, Product product, Instant since, long after, long upTo) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(MOVED)) {
      s.setObject(1, account.value());
      s.setString(2, symbol.value());
      s.setString(3, product.name());
      s.setObject(4, Sql.utc(since));
      s.setLong(5, after);
      s.setLong(6, upTo);
      try (ResultSet row = s.executeQuery()) {
        row.next();
        return new TradeFeed.Moved(row.getLong(1), row.getLong(2));
      }
    } catch (SQLException e) {
      throw new StoreFault("summing a position's trades", e);
    }
  }

  private static List<Trade> trades(PreparedStatement select, AccountId account)
      throws SQLException {
    List<Trade> trades = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        trades.add(
            new Trade(
                row.getObject(1, UUID.class),
                row.getObject(2, UUID.class),
                account,
                row.getLong(3),
                new Symbol(row.getString(4)),
                Product.valueOf(row.getString(5)),
                Side.valueOf(row.getString(6)),
                Quantity.of(row.getLong(7)),
                new Price(row.getBigDecimal(8)),
                new Money(row.getBigDecimal(9)),
                Sql.instant(row, 10)));
      }
    }
    return trades;
  }
}
