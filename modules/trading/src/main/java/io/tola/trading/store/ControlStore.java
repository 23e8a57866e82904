package io.tola.trading.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.trading.api.AccountMode;
import io.tola.trading.api.SymbolHalt;
import io.tola.trading.api.TradingMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The tables {@code trading_modes} and {@code symbol_halts}. Thread-safe; writes join the caller's
 * transaction. What a batch goes by is read with its orders ({@link OrderStore#read}).
 */
public class ControlStore {

  private static final String MODES =
      "SELECT account_id, mode, set_by, set_at FROM trading_modes WHERE account_id = ANY(?)";

  private static final String SET_MODE =
      "INSERT INTO trading_modes (account_id, mode, set_by, set_at) VALUES (?, ?, ?, ?)"
          + " ON CONFLICT (account_id) DO UPDATE SET mode = excluded.mode, set_by = excluded.set_by,"
          + " set_at = excluded.set_at";

  private static final String HALTS =
      "SELECT symbol, reason, halted_by, halted_at FROM symbol_halts ORDER BY symbol";

  private static final String HALT_OF =
      "SELECT symbol, reason, halted_by, halted_at FROM symbol_halts WHERE symbol = ?";

  private static final String HALT =
      "INSERT INTO symbol_halts (symbol, reason, halted_by, halted_at) VALUES (?, ?, ?, ?)"
          + " ON CONFLICT (symbol) DO NOTHING";

  private static final String RESUME = "DELETE FROM symbol_halts WHERE symbol = ?";

  private final DataSource dataSource;

  public ControlStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The modes of these accounts, in the order of their ids; PAPER where nobody set one. */
  public List<AccountMode> modes(Collection<AccountId> accounts) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(MODES)) {
      s.setArray(1, c.createArrayOf("uuid", accounts.stream().map(AccountId::value).toArray()));
      Map<AccountId, AccountMode> set = new HashMap<>();
      try (ResultSet rows = s.executeQuery()) {
        while (rows.next()) {
          AccountId account = new AccountId(rows.getObject(1, UUID.class));
          set.put(
              account,
              new AccountMode(
                  account,
                  TradingMode.valueOf(rows.getString(2)),
                  rows.getString(3),
                  Sql.instant(rows, 4)));
        }
      }
      List<AccountMode> modes = new ArrayList<>();
      for (AccountId account : new TreeSet<>(accounts)) {
        modes.add(
            set.getOrDefault(account, new AccountMode(account, TradingMode.PAPER, null, null)));
      }
      return modes;
    } catch (SQLException e) {
      throw new StoreFault("reading trading modes", e);
    }
  }

  /** Sets an account's mode; the caller holds its lock. */
  public void setMode(AccountMode mode) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(SET_MODE)) {
      s.setObject(1, mode.accountId().value());
      s.setString(2, mode.mode().name());
      s.setString(3, mode.setBy());
      s.setObject(4, Sql.utc(mode.setAt()));
      s.executeUpdate();
    } catch (SQLException e) {
      throw new StoreFault("setting a trading mode", e);
    }
  }

  /** The halted symbols, in their order. */
  public List<SymbolHalt> halts() {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(HALTS)) {
      return halts(s);
    } catch (SQLException e) {
      throw new StoreFault("reading halts", e);
    }
  }

  /** The halt of a symbol, if there is one. */
  public Optional<SymbolHalt> halt(Symbol symbol) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(HALT_OF)) {
      s.setString(1, symbol.value());
      return halts(s).stream().findFirst();
    } catch (SQLException e) {
      throw new StoreFault("reading a halt", e);
    }
  }

  private static List<SymbolHalt> halts(PreparedStatement s) throws SQLException {
    List<SymbolHalt> halts = new ArrayList<>();
    try (ResultSet rows = s.executeQuery()) {
      while (rows.next()) {
        halts.add(
            new SymbolHalt(
                new Symbol(rows.getString(1)),
                rows.getString(2),
                rows.getString(3),
                Sql.instant(rows, 4)));
      }
    }
    return halts;
  }

  /**
   * Halts a symbol.
   *
   * @return false when it was halted already
   */
  public boolean halt(SymbolHalt halt) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(HALT)) {
      s.setString(1, halt.symbol().value());
      s.setString(2, halt.reason());
      s.setString(3, halt.haltedBy());
      s.setObject(4, Sql.utc(halt.haltedAt()));
      return s.executeUpdate() > 0;
    } catch (SQLException e) {
      throw new StoreFault("halting a symbol", e);
    }
  }

  /**
   * Ends the halt of a symbol.
   *
   * @return false when there was none
   */
  public boolean resume(Symbol symbol) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(RESUME)) {
      s.setString(1, symbol.value());
      return s.executeUpdate() > 0;
    } catch (SQLException e) {
      throw new StoreFault("ending a halt", e);
    }
  }
}
