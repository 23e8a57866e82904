package io.tola.risk.store;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.sql.RoundTrip;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RiskEvent;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.api.TradingState;
import io.tola.risk.api.TradingState.Mode;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.LongSupplier;
import javax.sql.DataSource;

/**
 * Risk's tables. Every method works in the caller's transaction, if there is one. Thread-safe; faults
 * of the database come out as {@link StoreFault}.
 */
@ApplicationScoped
public class RiskStore {

  /** The scope of a state or an alert that concerns everybody. */
  public static final String PLATFORM = "platform";

  private static final String LIMIT_COLUMNS =
      "l.max_order_value, l.max_open_order_value, l.max_position_quantity, l.max_position_value,"
          + " l.max_orders_per_second, l.price_collar_pct, l.look_alike_window_millis, l.restricted_symbols,"
          + " l.version, l.updated_by, l.updated_at";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public RiskStore() {}

  public RiskStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Adds to the trip the reading of the number that rises with every change of what the controls go
   * by, whoever makes it.
   *
   * @return gives the number, after the trip was sent
   */
  public LongSupplier version(RoundTrip trip) {
    long[] version = new long[1];
    trip.add(
        "SELECT version FROM risk_version",
        (s, i) -> i,
        s -> {
          try (ResultSet row = s.getResultSet()) {
            row.next();
            version[0] = row.getLong(1);
            // To the end, see RoundTrip.Answer.
            row.next();
          }
        });
    return () -> version[0];
  }

  /** What holds for everybody: the platform's mode, and symbols nobody may trade. */
  public record PlatformRules(Mode mode, Set<String> restricted) {}

  public PlatformRules platform() {
    return read(
        "can't read the platform's rules",
        connection -> {
          try (PreparedStatement select =
                  connection.prepareStatement(
                      "SELECT mode, ARRAY(SELECT symbol FROM restricted_symbols) FROM trading_states"
                          + " WHERE account_id IS NULL");
              ResultSet row = select.executeQuery()) {
            row.next();
            return new PlatformRules(
                Mode.valueOf(row.getString(1)), Set.copyOf(strings(row.getArray(2))));
          }
        });
  }

  /**
   * What holds for one account.
   *
   * @param registeredAlgo whether the exchange knows an algorithm of its
   */
  public record AccountRules(Mode mode, AccountLimits limits, boolean registeredAlgo) {}

  /** The rules of each account; the platform's defaults for those that have none of their own. */
  public Map<AccountId, AccountRules> accounts(Collection<AccountId> accounts) {
    return read(
        "can't read accounts' rules",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  // LATERAL with a LIMIT goes by the index for each account, whatever the planner
                  // believes.
                  "SELECT a.id, s.mode, l.account_id IS NOT NULL AS own,"
                      + " EXISTS (SELECT FROM registered_algos r WHERE r.account_id = a.id) AS registered, "
                      + LIMIT_COLUMNS
                      + " FROM unnest(?::uuid[]) AS a(id)"
                      + " CROSS JOIN LATERAL (SELECT (SELECT t.mode FROM trading_states t WHERE t.account_id = a.id) AS mode) s"
                      + " CROSS JOIN LATERAL (SELECT * FROM (SELECT * FROM risk_limits WHERE account_id = a.id LIMIT 1) o"
                      + " UNION ALL (SELECT * FROM risk_limits WHERE account_id IS NULL LIMIT 1)"
                      + " ORDER BY account_id NULLS LAST LIMIT 1) l")) {
            select.setArray(
                1,
                connection.createArrayOf(
                    "uuid", accounts.stream().map(AccountId::value).toArray(UUID[]::new)));
            Map<AccountId, AccountRules> rules = new HashMap<>();
            try (ResultSet rows = select.executeQuery()) {
              while (rows.next()) {
                AccountId account = new AccountId(rows.getObject("id", UUID.class));
                String mode = rows.getString("mode");
                rules.put(
                    account,
                    new AccountRules(
                        mode == null ? Mode.NORMAL : Mode.valueOf(mode),
                        limits(account, rows),
                        rows.getBoolean("registered")));
              }
            }
            return rules;
          }
        });
  }

  /** The account's limits, or the platform's defaults with version 0 and nobody who set them. */
  public AccountLimits limits(AccountId account) {
    return accounts(List.of(account)).get(account).limits();
  }

  /** The platform's defaults, as they stand: their account is null. */
  public AccountLimits defaults() {
    return read(
        "can't read the default limits",
        connection -> {
          try (PreparedStatement select =
                  connection.prepareStatement(
                      "SELECT true AS own, "
                          + LIMIT_COLUMNS
                          + " FROM risk_limits l WHERE l.account_id IS NULL");
              ResultSet row = select.executeQuery()) {
            row.next();
            return limits(null, row);
          }
        });
  }

  /**
   * Replaces the account's limits if their version still is the one given.
   *
   * @param limits its version is the one to replace; 0 for an account without limits of its own; the
   *     defaults when its account is null
   * @return false when somebody else changed them meanwhile; nothing is written then
   */
  public boolean replaceLimits(AccountLimits limits, String actor, Instant at) {
    String sql =
        limits.version() == 0 && limits.accountId() != null
            ? "INSERT INTO risk_limits (max_order_value, max_open_order_value, max_position_quantity, max_position_value,"
                + " max_orders_per_second, price_collar_pct, look_alike_window_millis, restricted_symbols, updated_by,"
                + " updated_at, account_id, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? + 1)"
                + " ON CONFLICT (account_id) DO NOTHING"
            : "UPDATE risk_limits SET max_order_value = ?, max_open_order_value = ?, max_position_quantity = ?,"
                + " max_position_value = ?, max_orders_per_second = ?, price_collar_pct = ?, look_alike_window_millis = ?,"
                + " restricted_symbols = ?, updated_by = ?, updated_at = ?, version = version + 1"
                + " WHERE account_id IS NOT DISTINCT FROM ? AND version = ?";
    return read(
        "can't write limits",
        connection -> {
          try (PreparedStatement write = connection.prepareStatement(sql)) {
            write.setBigDecimal(1, rupees(limits.maxOrderValue()));
            write.setBigDecimal(2, rupees(limits.maxOpenOrderValue()));
            write.setObject(3, limits.maxPositionQuantity(), Types.BIGINT);
            write.setBigDecimal(4, rupees(limits.maxPositionValue()));
            write.setInt(5, limits.maxOrdersPerSecond());
            write.setBigDecimal(6, limits.priceCollarPct());
            write.setObject(7, limits.lookAlikeWindowMillis(), Types.INTEGER);
            write.setArray(
                8,
                connection.createArrayOf(
                    "text", new TreeSet<>(limits.restrictedSymbols()).toArray(String[]::new)));
            write.setString(9, actor);
            write.setObject(10, at.atOffset(ZoneOffset.UTC));
            AccountId account = limits.accountId();
            write.setObject(11, account == null ? null : account.value(), Types.OTHER);
            write.setLong(12, limits.version());
            return write.executeUpdate() == 1;
          }
        });
  }

  /** The platform's state first, then every account's that is not NORMAL, by account. */
  public List<TradingState> states() {
    return read(
        "can't read trading states",
        connection -> {
          try (PreparedStatement select =
                  connection.prepareStatement(
                      "SELECT account_id, mode, reason, updated_by, updated_at FROM trading_states"
                          + " WHERE account_id IS NULL OR mode <> 'NORMAL' ORDER BY account_id NULLS FIRST");
              ResultSet rows = select.executeQuery()) {
            List<TradingState> states = new ArrayList<>();
            while (rows.next()) {
              states.add(state(rows));
            }
            return states;
          }
        });
  }

  /**
   * Locks a scope's state until the end of the transaction.
   *
   * @param account the account, or null for the platform; a row is made for an account that has none
   * @return the mode as it stands
   */
  public Mode lockState(AccountId account, String actor, Instant at) {
    return read(
        "can't lock a trading state",
        connection -> {
          if (account != null) {
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "INSERT INTO trading_states (account_id, mode, reason, updated_by, updated_at)"
                        + " VALUES (?, 'NORMAL', 'never set', ?, ?) ON CONFLICT (account_id) DO NOTHING")) {
              insert.setObject(1, account.value());
              insert.setString(2, actor);
              insert.setObject(3, at.atOffset(ZoneOffset.UTC));
              insert.executeUpdate();
            }
          }
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT mode FROM trading_states WHERE account_id IS NOT DISTINCT FROM ? FOR UPDATE")) {
            select.setObject(1, account == null ? null : account.value(), Types.OTHER);
            try (ResultSet row = select.executeQuery()) {
              row.next();
              return Mode.valueOf(row.getString(1));
            }
          }
        });
  }

  /**
   * A state that was written.
   *
   * @param alertSequence the next number of the scope's alerts
   */
  public record Changed(TradingState state, long alertSequence) {}

  /** Sets the state of a scope that {@link #lockState} locked. */
  public Changed setState(AccountId account, Mode mode, String reason, String actor, Instant at) {
    return read(
        "can't write a trading state",
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE trading_states SET mode = ?, reason = ?, updated_by = ?, updated_at = ?,"
                      + " alert_sequence = alert_sequence + 1 WHERE account_id IS NOT DISTINCT FROM ?"
                      + " RETURNING account_id, mode, reason, updated_by, updated_at, alert_sequence")) {
            update.setString(1, mode.name());
            update.setString(2, reason);
            update.setString(3, actor);
            update.setObject(4, at.atOffset(ZoneOffset.UTC));
            update.setObject(5, account == null ? null : account.value(), Types.OTHER);
            try (ResultSet row = update.executeQuery()) {
              row.next();
              return new Changed(state(row), row.getLong("alert_sequence"));
            }
          }
        });
  }

  /**
   * What risk did, for the record.
   *
   * @param account the account, or null for the platform
   * @param detail JSON
   */
  public void event(
      UUID id,
      Instant at,
      String kind,
      String severity,
      AccountId account,
      String actor,
      String detail) {
    new EventStore(dataSource)
        .insert(
            List.of(
                new RiskEvent(
                    id,
                    at,
                    RiskEventKind.valueOf(kind),
                    RiskSeverity.valueOf(severity),
                    account,
                    actor,
                    detail)));
  }

  private static AccountLimits limits(AccountId account, ResultSet row) throws SQLException {
    boolean own = row.getBoolean("own");
    int window = row.getInt("look_alike_window_millis");
    Integer lookAlike = row.wasNull() ? null : window;
    long shares = row.getLong("max_position_quantity");
    Long maxShares = row.wasNull() ? null : shares;
    BigDecimal collar = row.getBigDecimal("price_collar_pct");
    return new AccountLimits(
        account,
        money(row, "max_order_value"),
        money(row, "max_open_order_value"),
        maxShares,
        money(row, "max_position_value"),
        row.getInt("max_orders_per_second"),
        collar == null ? null : plain(collar),
        lookAlike,
        Set.copyOf(strings(row.getArray("restricted_symbols"))),
        own ? row.getLong("version") : 0,
        own ? row.getString("updated_by") : null,
        own ? instant(row, "updated_at") : null);
  }

  /** Without the zeros the column's scale adds. */
  private static BigDecimal plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  private static TradingState state(ResultSet row) throws SQLException {
    UUID account = row.getObject("account_id", UUID.class);
    return new TradingState(
        account == null ? PLATFORM : account.toString(),
        Mode.valueOf(row.getString("mode")),
        row.getString("reason"),
        row.getString("updated_by"),
        instant(row, "updated_at"));
  }

  private static Money money(ResultSet row, String column) throws SQLException {
    BigDecimal value = row.getBigDecimal(column);
    return value == null ? null : new Money(value);
  }

  private static BigDecimal rupees(Money money) {
    return money == null ? null : money.value();
  }

  private static Instant instant(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static Set<String> strings(Array array) throws SQLException {
    return new HashSet<>(List.of((String[]) array.getArray()));
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T read(String otherwise, Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new StoreFault(otherwise, e);
    }
  }
}
