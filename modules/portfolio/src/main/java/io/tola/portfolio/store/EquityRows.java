package io.tola.portfolio.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.portfolio.api.AccountEquity;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Cash and shares of all accounts that have traded, by one statement. Thread-safe; no state. */
public final class EquityRows {

  private static final String EQUITIES =
      "SELECT a.account_id, a.settled_cash, a.funded_cash, p.symbol, p.quantity, p.cost"
          + " FROM accounts a JOIN positions p USING (account_id) ORDER BY a.account_id";

  private final DataSource dataSource;

  public EquityRows(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** By account. */
  public List<AccountEquity> equities() {
    List<AccountEquity> equities = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(EQUITIES)) {
      try (ResultSet row = statement.executeQuery()) {
        AccountEquity current = null;
        while (row.next()) {
          AccountId account = new AccountId(Columns.uuid(row, 1));
          if (current == null || !current.accountId().equals(account)) {
            Map<String, Long> shares = new HashMap<>();
            Map<String, BigDecimal> costs = new HashMap<>();
            current =
                new AccountEquity(
                    account, Columns.money(row, 2), new Money(row.getBigDecimal(3)), shares, costs);
            equities.add(current);
          }
          if (row.getLong(5) != 0) {
            current.shares().merge(row.getString(4), row.getLong(5), Long::sum);
            current.costs().merge(row.getString(4), row.getBigDecimal(6), BigDecimal::add);
          }
        }
      }
      return equities;
    } catch (SQLException e) {
      throw new StoreException("reading the equity of all accounts", e);
    }
  }
}
