package io.tola.portfolio.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.portfolio.domain.Lot;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Portfolio's rows for readers, and the opening of accounts. One statement each, so that what one
 * answer holds was true at one moment. Thread-safe; no state.
 */
public final class PortfolioRows {

  /** An account's row. */
  public record AccountRow(
      AccountId accountId,
      String name,
      boolean open,
      Money settledCash,
      Money blockedCash,
      Instant updatedAt) {}

  /** A position's row, as far as readers see it. */
  public record PositionRow(
      UUID positionId,
      PositionKey key,
      long quantity,
      Money cost,
      Money realisedPnl,
      long openSellQuantity,
      Instant openedAt,
      Instant updatedAt) {}

  /** An account with all its positions that hold shares, and the realised P&amp;L of all others. */
  public record AccountWithPositions(
      AccountRow account, List<PositionRow> positions, Money realisedPnlOfClosed) {}

  /** A position with its oldest lots. */
  public record PositionWithLots(PositionRow position, List<Lot> lots) {}

  private static final String ACCOUNT_COLUMNS =
      "a.account_id, a.name, a.open, a.settled_cash, a.blocked_cash, a.updated_at";

  private static final String POSITION_COLUMNS =
      "p.position_id, p.account_id, p.symbol, p.product, p.quantity, p.cost, p.realised_pnl,"
          + " p.open_sell_quantity, p.opened_at, p.updated_at";

  private static final String INSERT_ACCOUNTS =
      """
      INSERT INTO accounts
             (account_id, name, funded_cash, settled_cash, created_at, updated_at)
      SELECT v.account_id, v.name, ?, ?, ?::timestamptz, ?::timestamptz
        FROM unnest(?, ?) AS v (account_id, name)
       ORDER BY v.name
          ON CONFLICT (name) DO NOTHING
      RETURNING account_id""";

  private static final String WITH_SHARES = " AND p.quantity <> 0";

  private static final String WITH_SHARES_OR_ORDERS =
      " AND (p.quantity <> 0 OR p.open_buy_quantity <> 0 OR p.open_sell_quantity <> 0)";

  private final DataSource dataSource;
  private final Statements statements;

  public PortfolioRows(DataSource dataSource) {
    this.dataSource = dataSource;
    this.statements = new Statements(dataSource);
  }

  /** The account, or empty. */
  public Optional<AccountRow> account(AccountId accountId) {
    return statements
        .query(
            "reading an account",
            "SELECT " + ACCOUNT_COLUMNS + " FROM accounts a WHERE a.account_id = ?",
            s -> s.setObject(1, accountId.value()),
            PortfolioRows::accountRow)
        .stream()
        .findFirst();
  }

  /** Accounts by name; names nobody has are left out. */
  public List<AccountRow> accountsNamed(Collection<String> names) {
    return statements.query(
        "reading accounts",
        "SELECT " + ACCOUNT_COLUMNS + " FROM accounts a WHERE a.name = ANY (?)",
        s -> Columns.texts(s, 1, names.toArray(String[]::new)),
        PortfolioRows::accountRow);
  }

  /**
   * All accounts by name.
   *
   * @param after the last name of the page before, or null
   */
  public List<AccountRow> accountsAfter(String after, int limit) {
    return statements.query(
        "reading accounts",
        "SELECT " + ACCOUNT_COLUMNS + " FROM accounts a WHERE a.name > ? ORDER BY a.name LIMIT ?",
        s -> {
          s.setString(1, after == null ? "" : after);
          s.setInt(2, limit);
        },
        PortfolioRows::accountRow);
  }

  /**
   * Opens accounts, in the caller's transaction. A name that is taken is left alone, also when
   * another transaction takes it at the same time.
   *
   * @return the ids of those that were opened
   */
  public List<AccountId> insertAccounts(
      List<AccountId> ids, List<String> names, Money cash, Instant now) {
    return statements.query(
        "opening accounts",
        INSERT_ACCOUNTS,
        s -> {
          s.setBigDecimal(1, cash.value());
          s.setBigDecimal(2, cash.value());
          s.setString(3, now.toString());
          s.setString(4, now.toString());
          Columns.uuids(s, 5, ids.stream().map(AccountId::value).toArray(UUID[]::new));
          Columns.texts(s, 6, names.toArray(String[]::new));
        },
        row -> new AccountId(Columns.uuid(row, 1)));
  }

  /** The account with its positions, or empty. */
  public Optional<AccountWithPositions> accountWithPositions(AccountId accountId) {
    String sql =
        "SELECT "
            + ACCOUNT_COLUMNS
            + ", sum(p.realised_pnl) FILTER (WHERE p.quantity = 0) OVER (), "
            + POSITION_COLUMNS
            + " FROM accounts a LEFT JOIN positions p USING (account_id) WHERE a.account_id = ?"
            + " ORDER BY p.symbol, p.product";
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, accountId.value());
      AccountRow account = null;
      Money closed = Money.ZERO;
      List<PositionRow> positions = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          account = accountRow(row);
          closed = row.getBigDecimal(7) == null ? Money.ZERO : Columns.money(row, 7);
          if (row.getObject(8) != null && row.getLong(12) != 0) {
            positions.add(positionRow(row, 8));
          }
        }
      }
      return account == null
          ? Optional.empty()
          : Optional.of(new AccountWithPositions(account, positions, closed));
    } catch (SQLException e) {
      throw new StoreException("reading a portfolio", e);
    }
  }

  /**
   * Positions with shares in them, by symbol, product and account.
   *
   * @param symbol only this one, or null
   * @param after the last row of the page before, or null
   */
  public List<PositionRow> withShares(
      Collection<AccountId> accounts, Symbol symbol, PositionKey after, int limit) {
    return page(WITH_SHARES, accounts, symbol, after, limit);
  }

  /** The same with positions that working orders are on. */
  public List<PositionRow> withSharesOrOrders(
      Collection<AccountId> accounts, Symbol symbol, PositionKey after, int limit) {
    return page(WITH_SHARES_OR_ORDERS, accounts, symbol, after, limit);
  }

  private List<PositionRow> page(
      String condition,
      Collection<AccountId> accounts,
      Symbol symbol,
      PositionKey after,
      int limit) {
    String sql =
        "SELECT "
            + POSITION_COLUMNS
            + " FROM positions p WHERE p.account_id = ANY (?)"
            + condition
            + (symbol == null ? "" : " AND p.symbol = ?")
            + (after == null ? "" : " AND (p.symbol, p.product, p.account_id) > (?, ?, ?)")
            + " ORDER BY p.symbol, p.product, p.account_id LIMIT ?";
    return statements.query(
        "reading positions",
        sql,
        s -> {
          int i = 1;
          Columns.uuids(s, i++, accounts.stream().map(AccountId::value).toArray(UUID[]::new));
          if (symbol != null) {
            s.setString(i++, symbol.value());
          }
          if (after != null) {
            s.setString(i++, after.symbol().value());
            s.setString(i++, after.product());
            s.setObject(i++, after.accountId().value());
          }
          s.setInt(i, limit);
        },
        row -> positionRow(row, 1));
  }

  /**
   * A position of one of the accounts, with its oldest lots.
   *
   * @param maxLots how many lots at most
   */
  public Optional<PositionWithLots> position(
      UUID positionId, Collection<AccountId> accounts, int maxLots) {
    String sql =
        "SELECT "
            + POSITION_COLUMNS
            + ", l.lot_number, l.lot_id, l.quantity, l.price, l.opened_at"
            + " FROM positions p LEFT JOIN LATERAL (SELECT * FROM position_lots"
            + " WHERE position_id = p.position_id AND lot_number >= p.first_lot"
            + " ORDER BY lot_number LIMIT ?) l ON true"
            + " WHERE p.position_id = ? AND p.account_id = ANY (?) ORDER BY l.lot_number";
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, maxLots);
      statement.setObject(2, positionId);
      Columns.uuids(statement, 3, accounts.stream().map(AccountId::value).toArray(UUID[]::new));
      PositionRow position = null;
      List<Lot> lots = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          position = positionRow(row, 1);
          if (row.getObject(11) != null) {
            lots.add(
                new Lot(
                    row.getLong(11),
                    Columns.uuid(row, 12),
                    row.getLong(13),
                    Columns.price(row, 14),
                    Columns.instant(row, 15)));
          }
        }
      }
      return position == null
          ? Optional.empty()
          : Optional.of(new PositionWithLots(position, lots));
    } catch (SQLException e) {
      throw new StoreException("reading a position", e);
    }
  }

  private static AccountRow accountRow(ResultSet row) throws SQLException {
    return new AccountRow(
        new AccountId(Columns.uuid(row, 1)),
        row.getString(2),
        row.getBoolean(3),
        Columns.money(row, 4),
        Columns.money(row, 5),
        Columns.instant(row, 6));
  }

  private static PositionRow positionRow(ResultSet row, int first) throws SQLException {
    return new PositionRow(
        Columns.uuid(row, first),
        new PositionKey(
            new AccountId(Columns.uuid(row, first + 1)),
            new Symbol(row.getString(first + 2)),
            row.getString(first + 3)),
        row.getLong(first + 4),
        Columns.money(row, first + 5),
        Columns.money(row, first + 6),
        row.getLong(first + 7),
        Columns.instant(row, first + 8),
        Columns.instant(row, first + 9));
  }
}
