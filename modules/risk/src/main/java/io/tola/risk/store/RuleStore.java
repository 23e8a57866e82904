package io.tola.risk.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.risk.api.RegisteredAlgo;
import io.tola.risk.api.RestrictedSymbol;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Restricted symbols and registered algorithms, in the caller's transaction if there is one.
 * Thread-safe; faults of the database come out as {@link StoreFault}.
 */
@ApplicationScoped
public class RuleStore {

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public RuleStore() {}

  public RuleStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** By symbol. */
  public List<RestrictedSymbol> restricted() {
    return read(
        "can't read restricted symbols",
        "SELECT symbol, reason, updated_by, updated_at FROM restricted_symbols ORDER BY symbol",
        s -> {},
        RuleStore::symbol);
  }

  /** Writes a restriction, or its new reason. */
  public RestrictedSymbol restrict(Symbol symbol, String reason, String actor, Instant at) {
    return read(
            "can't restrict a symbol",
            "INSERT INTO restricted_symbols (symbol, reason, updated_by, updated_at)"
                + " VALUES (?, ?, ?, ?) ON CONFLICT (symbol) DO UPDATE SET reason = excluded.reason,"
                + " updated_by = excluded.updated_by, updated_at = excluded.updated_at"
                + " RETURNING symbol, reason, updated_by, updated_at",
            s -> {
              s.setString(1, symbol.value());
              s.setString(2, reason);
              s.setString(3, actor);
              s.setObject(4, at.atOffset(ZoneOffset.UTC));
            },
            RuleStore::symbol)
        .get(0);
  }

  /** Takes a restriction away; what it was, or nothing. */
  public List<RestrictedSymbol> release(Symbol symbol) {
    return read(
        "can't release a symbol",
        "DELETE FROM restricted_symbols WHERE symbol = ?"
            + " RETURNING symbol, reason, updated_by, updated_at",
        s -> s.setString(1, symbol.value()),
        RuleStore::symbol);
  }

  /**
   * By account and id.
   *
   * @param account only its, or null
   */
  public List<RegisteredAlgo> algos(AccountId account) {
    return read(
        "can't read registered algorithms",
        "SELECT account_id, algo_id, registered_by, registered_at FROM registered_algos"
            + (account == null ? "" : " WHERE account_id = ?")
            + " ORDER BY account_id, algo_id",
        s -> {
          if (account != null) {
            s.setObject(1, account.value());
          }
        },
        RuleStore::algo);
  }

  /** Registers; nothing when it is registered already. */
  public List<RegisteredAlgo> register(AccountId account, String algoId, String actor, Instant at) {
    return read(
        "can't register an algorithm",
        "INSERT INTO registered_algos (account_id, algo_id, registered_by, registered_at)"
            + " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            + " RETURNING account_id, algo_id, registered_by, registered_at",
        s -> {
          s.setObject(1, account.value());
          s.setString(2, algoId);
          s.setString(3, actor);
          s.setObject(4, at.atOffset(ZoneOffset.UTC));
        },
        RuleStore::algo);
  }

  /** Takes a registration away; what it was, or nothing. */
  public List<RegisteredAlgo> deregister(AccountId account, String algoId) {
    return read(
        "can't take a registration away",
        "DELETE FROM registered_algos WHERE account_id = ? AND algo_id = ?"
            + " RETURNING account_id, algo_id, registered_by, registered_at",
        s -> {
          s.setObject(1, account.value());
          s.setString(2, algoId);
        },
        RuleStore::algo);
  }

  private static RestrictedSymbol symbol(ResultSet row) throws SQLException {
    return new RestrictedSymbol(
        new Symbol(row.getString(1)), row.getString(2), row.getString(3), instant(row));
  }

  private static RegisteredAlgo algo(ResultSet row) throws SQLException {
    return new RegisteredAlgo(
        new AccountId(row.getObject(1, UUID.class)),
        row.getString(2),
        row.getString(3),
        instant(row));
  }

  private static Instant instant(ResultSet row) throws SQLException {
    return row.getObject(4, OffsetDateTime.class).toInstant();
  }

  private interface Binding {
    void to(PreparedStatement statement) throws SQLException;
  }

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private <T> List<T> read(String otherwise, String sql, Binding binding, Reading<T> reading) {
    try (Connection c = dataSource.getConnection();
        PreparedStatement s = c.prepareStatement(sql)) {
      binding.to(s);
      List<T> rows = new ArrayList<>();
      try (ResultSet row = s.executeQuery()) {
        while (row.next()) {
          rows.add(reading.of(row));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new StoreFault(otherwise, e);
    }
  }
}
