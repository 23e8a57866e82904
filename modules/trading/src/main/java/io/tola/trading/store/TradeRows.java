package io.tola.trading.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Trade;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/** Executions that traded, of an account in a period, by one statement. Thread-safe. */
public final class TradeRows {

  // By executions_trades; joined and not looked up row by row, because here there are many.
  private static final String TRADES =
      "SELECT e.exec_id, e.order_id, e.sequence, e.symbol, o.product, e.side, e.last_qty, e.last_px,"
          + " e.cum_value, e.transact_time FROM executions e JOIN orders o USING (order_id)"
          + " WHERE e.account_id = ? AND e.exec_type = 'TRADE' AND e.transact_time >= ?"
          + " AND e.transact_time < ? AND e.sequence <= ? ORDER BY e.transact_time, e.sequence"
          + " LIMIT ?";

  private static final int FETCH = 10_000;

  private final DataSource dataSource;

  public TradeRows(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The account's trades of the period, oldest first, up to a sequence. */
  public List<Trade> trades(AccountId account, Instant from, Instant to, long upTo, int most) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(TRADES)) {
      s.setFetchSize(FETCH);
      s.setObject(1, account.value());
      s.setObject(2, Sql.utc(from));
      s.setObject(3, Sql.utc(to));
      s.setLong(4, upTo);
      s.setInt(5, most);
      List<Trade> trades = new ArrayList<>();
      try (ResultSet row = s.executeQuery()) {
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
    } catch (SQLException e) {
      throw new StoreFault("reading the trades of a period", e);
    }
  }
}
