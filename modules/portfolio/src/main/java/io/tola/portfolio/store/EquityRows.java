package io.tola.portfolio.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.portfolio.api.AccountEquity;
import io.tola.portfolio.api.AccountEquity.Pending;
import io.tola.portfolio.api.EquityBook;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;

/** Cash and shares of all accounts that have traded, by one statement. Thread-safe; no state. */
public final class EquityRows {

  // Shares and what is pending by one statement: between two an action could be applied. A dividend
  // is
  // for shares as they were before its ex-date: lots that a split of that date or later has become
  // are
  // counted back by its ratio, whatever of them was sold or bought since, to a share's fraction.
  private static final String EQUITIES =
      """
      SELECT a.account_id, a.settled_cash, a.funded_cash, p.symbol, p.quantity, p.cost,
             NULL::uuid AS action_id
        FROM accounts a JOIN positions p USING (account_id)
       UNION ALL
      SELECT p.account_id, NULL, NULL, c.symbol, round(sum(l.quantity * was.shares))::bigint,
             NULL, c.action_id
        FROM corporate_actions c
        JOIN positions p ON p.symbol = c.symbol AND p.quantity <> 0
        JOIN position_lots l ON l.position_id = p.position_id
                            AND l.opened_at < c.ex_date::timestamp AT TIME ZONE 'Asia/Kolkata'
       CROSS JOIN LATERAL (
             SELECT coalesce(exp(sum(ln(a.old_shares::numeric / a.new_shares))), 1) AS shares
               FROM corporate_actions a JOIN corporate_action_effects e USING (action_id)
              WHERE c.kind = 'DIVIDEND' AND a.kind <> 'DIVIDEND' AND a.symbol = c.symbol
                AND a.ex_date >= c.ex_date AND e.position_id = p.position_id) was
       WHERE c.ex_date BETWEEN ? AND ?
         AND NOT EXISTS (SELECT FROM corporate_action_effects e
                          WHERE e.action_id = c.action_id AND e.position_id = p.position_id)
       GROUP BY p.account_id, c.symbol, c.action_id
       ORDER BY account_id, action_id NULLS FIRST""";

  private final DataSource dataSource;

  public EquityRows(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** By account; see {@link EquityBook#equities}. */
  public List<AccountEquity> equities(LocalDate day) {
    List<AccountEquity> equities = new ArrayList<>();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(EQUITIES)) {
      statement.setObject(1, day.minusDays(EquityBook.PENDING_DAYS));
      statement.setObject(2, day);
      try (ResultSet row = statement.executeQuery()) {
        AccountEquity current = null;
        while (row.next()) {
          AccountId account = new AccountId(Columns.uuid(row, 1));
          if (current == null || !current.accountId().equals(account)) {
            Map<String, Long> shares = new HashMap<>();
            Map<String, BigDecimal> costs = new HashMap<>();
            current =
                new AccountEquity(
                    account,
                    Columns.money(row, 2),
                    new Money(row.getBigDecimal(3)),
                    shares,
                    costs,
                    new ArrayList<>());
            equities.add(current);
          }
          UUID action = row.getObject(7, UUID.class);
          if (action != null) {
            current.pending().add(new Pending(row.getString(4), action, row.getLong(5)));
          } else if (row.getLong(5) != 0) {
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
