package io.tola.risk.store;

import io.tola.kernel.AccountId;
import io.tola.risk.api.GuardAction;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import io.tola.risk.domain.GuardReading;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import javax.sql.DataSource;

/** The guards' tables, in the caller's transaction if there is one. Thread-safe. */
@ApplicationScoped
public class GuardStore {

  /** Of a guard over one scope. */
  public record Key(GuardKind guard, String scope) {}

  /** A guard as it stands. */
  public record State(
      Key key,
      GuardLevel level,
      int stage,
      BigDecimal value,
      Instant since,
      boolean tripped,
      Instant trippedAt,
      GuardAction actionTaken,
      String rearmedBy,
      Instant rearmedAt) {}

  /** An account's peak and what it has now. */
  public record Peak(
      AccountId accountId,
      BigDecimal peakPnl,
      Instant peakAt,
      BigDecimal pnl,
      BigDecimal equity,
      BigDecimal drawdown,
      Instant measuredAt) {}

  /** Which node looks, and whether it still may. */
  public record Lease(String node, boolean current) {}

  private static final String COLUMNS =
      "guard, scope, level, stage, value, since, tripped, tripped_at, action_taken, rearmed_by,"
          + " rearmed_at";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public GuardStore() {}

  public GuardStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  // Which node looks.

  /** Takes or renews the lease; false while another node has it. */
  public boolean lease(String node, Duration length) {
    return work(
        "can't take the guards' lease",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "UPDATE guard_lease SET node = ?, until = now() + ? * interval '1 ms'"
                      + " WHERE node = ? OR until < now()")) {
            s.setString(1, node);
            s.setLong(2, length.toMillis());
            s.setString(3, node);
            return s.executeUpdate() == 1;
          }
        });
  }

  /** Gives the lease back, so that another node can look at once. */
  public void release(String node) {
    work(
        "can't give the guards' lease back",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement("UPDATE guard_lease SET until = '-infinity' WHERE node = ?")) {
            s.setString(1, node);
            return s.executeUpdate();
          }
        });
  }

  /** Who has it. */
  public Lease lease() {
    return work(
        "can't read the guards' lease",
        c -> {
          try (PreparedStatement s =
                  c.prepareStatement("SELECT node, until > now() FROM guard_lease");
              ResultSet row = s.executeQuery()) {
            row.next();
            return new Lease(row.getString(1), row.getBoolean(2));
          }
        });
  }

  // Guards.

  /** Every guard that ever was anything but normal. */
  public Map<Key, State> states() {
    return work(
        "can't read the guards",
        c -> {
          try (PreparedStatement s =
                  c.prepareStatement("SELECT " + COLUMNS + " FROM guard_states");
              ResultSet row = s.executeQuery()) {
            Map<Key, State> states = new HashMap<>();
            while (row.next()) {
              State state = state(row);
              states.put(state.key(), state);
            }
            return states;
          }
        });
  }

  /**
   * Locks a guard until the end of the transaction, and one that never was anything but normal as well:
   * a row that isn't there can't be locked, so it is made first.
   */
  public State lockOrMake(Key key, Instant now) {
    work(
        "can't make a guard",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "INSERT INTO guard_states (guard, scope, level, value, since)"
                      + " VALUES (?, ?, 'NORMAL', 0, ?) ON CONFLICT DO NOTHING")) {
            s.setString(1, key.guard().name());
            s.setString(2, key.scope());
            s.setObject(3, utc(now));
            return s.executeUpdate();
          }
        });
    return lock(key).orElseThrow();
  }

  /** Locks a guard until the end of the transaction; empty when there is none. */
  public Optional<State> lock(Key key) {
    return work(
        "can't lock a guard",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "SELECT "
                      + COLUMNS
                      + " FROM guard_states WHERE guard = ? AND scope = ? FOR UPDATE")) {
            s.setString(1, key.guard().name());
            s.setString(2, key.scope());
            try (ResultSet row = s.executeQuery()) {
              return row.next() ? Optional.of(state(row)) : Optional.empty();
            }
          }
        });
  }

  /**
   * Writes what a guard came to.
   *
   * @param acted what it did now, or null
   */
  public State write(GuardReading reading, GuardAction acted, Instant now) {
    return work(
        "can't write a guard",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "INSERT INTO guard_states AS g (guard, scope, level, stage, value, since, tripped,"
                      + " tripped_at, action_taken) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
                      + " ON CONFLICT (guard, scope) DO UPDATE SET level = excluded.level,"
                      + " stage = excluded.stage, value = excluded.value, since = excluded.since,"
                      + " tripped = g.tripped OR excluded.tripped,"
                      + " tripped_at = coalesce(excluded.tripped_at, g.tripped_at),"
                      + " action_taken = coalesce(excluded.action_taken, g.action_taken) RETURNING "
                      + COLUMNS)) {
            s.setString(1, reading.guard().name());
            s.setString(2, reading.scope());
            s.setString(3, reading.level().name());
            s.setInt(4, reading.stage());
            s.setBigDecimal(5, reading.value());
            s.setObject(6, utc(now));
            s.setBoolean(7, acted != null);
            s.setObject(8, acted == null ? null : utc(now), Types.TIMESTAMP_WITH_TIMEZONE);
            s.setString(9, acted == null ? null : acted.name());
            try (ResultSet row = s.executeQuery()) {
              row.next();
              return state(row);
            }
          }
        });
  }

  /** Re-arms a locked guard. */
  public State rearm(Key key, String actor, Instant now) {
    return work(
        "can't re-arm a guard",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "UPDATE guard_states SET tripped = false, rearmed_by = ?, rearmed_at = ?,"
                      + " level = 'NORMAL', stage = 0, since = ?"
                      + " WHERE guard = ? AND scope = ? RETURNING "
                      + COLUMNS)) {
            s.setString(1, actor);
            s.setObject(2, utc(now));
            s.setObject(3, utc(now));
            s.setString(4, key.guard().name());
            s.setString(5, key.scope());
            try (ResultSet row = s.executeQuery()) {
              row.next();
              return state(row);
            }
          }
        });
  }

  // Peaks.

  /** The peaks of all accounts. */
  public Map<AccountId, Peak> peaks() {
    return peaks(null);
  }

  /**
   * The peaks of accounts that have any.
   *
   * @param accounts null: of all
   */
  public Map<AccountId, Peak> peaks(Collection<AccountId> accounts) {
    return work(
        "can't read equity peaks",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "SELECT account_id, peak_pnl, peak_at, pnl, equity, drawdown, measured_at"
                      + " FROM equity_peaks"
                      + (accounts == null ? "" : " WHERE account_id = ANY (?)"))) {
            if (accounts != null) {
              s.setArray(
                  1, c.createArrayOf("uuid", accounts.stream().map(AccountId::value).toArray()));
            }
            Map<AccountId, Peak> peaks = new HashMap<>();
            ResultSet row = s.executeQuery();
            while (row.next()) {
              AccountId account = new AccountId(row.getObject(1, UUID.class));
              peaks.put(
                  account,
                  new Peak(
                      account,
                      row.getBigDecimal(2),
                      instant(row, 3),
                      row.getBigDecimal(4),
                      row.getBigDecimal(5),
                      row.getBigDecimal(6),
                      instant(row, 7)));
            }
            return peaks;
          }
        });
  }

  /**
   * Writes peaks, by account so that two nodes can't wait for each other. A peak that a person has reset
   * since it was read stays as it is: the next look begins from it.
   */
  public void write(Collection<Peak> peaks) {
    if (peaks.isEmpty()) {
      return;
    }
    List<Peak> sorted =
        peaks.stream().sorted((a, b) -> a.accountId().compareTo(b.accountId())).toList();
    work(
        "can't write equity peaks",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "INSERT INTO equity_peaks AS e (account_id, peak_pnl, peak_at, pnl, equity, drawdown,"
                      + " measured_at) SELECT * FROM unnest(?::uuid[], ?::numeric[], ?::timestamptz[],"
                      + " ?::numeric[], ?::numeric[], ?::numeric[], ?::timestamptz[])"
                      + " ON CONFLICT (account_id) DO UPDATE SET peak_pnl = excluded.peak_pnl,"
                      + " peak_at = excluded.peak_at, pnl = excluded.pnl, equity = excluded.equity,"
                      + " drawdown = excluded.drawdown, measured_at = excluded.measured_at"
                      + " WHERE e.peak_at <= excluded.peak_at")) {
            array(c, s, 1, "uuid", sorted, p -> p.accountId().value());
            array(c, s, 2, "numeric", sorted, Peak::peakPnl);
            array(c, s, 3, "text", sorted, p -> p.peakAt().toString());
            array(c, s, 4, "numeric", sorted, Peak::pnl);
            array(c, s, 5, "numeric", sorted, Peak::equity);
            array(c, s, 6, "numeric", sorted, Peak::drawdown);
            array(c, s, 7, "text", sorted, p -> p.measuredAt().toString());
            return s.executeUpdate();
          }
        });
  }

  /** Makes what an account has now its peak, later than the one before whatever the nodes' clocks say. */
  public void resetPeak(AccountId account, Instant now) {
    work(
        "can't reset an equity peak",
        c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "UPDATE equity_peaks SET peak_pnl = pnl, drawdown = 0,"
                      + " peak_at = greatest(?, peak_at + interval '1 microsecond')"
                      + " WHERE account_id = ?")) {
            s.setObject(1, utc(now));
            s.setObject(2, account.value());
            return s.executeUpdate();
          }
        });
  }

  // Parts.

  private static State state(ResultSet row) throws SQLException {
    String action = row.getString(9);
    return new State(
        new Key(GuardKind.valueOf(row.getString(1)), row.getString(2)),
        GuardLevel.valueOf(row.getString(3)),
        row.getInt(4),
        row.getBigDecimal(5),
        instant(row, 6),
        row.getBoolean(7),
        instant(row, 8),
        action == null ? null : GuardAction.valueOf(action),
        row.getString(10),
        instant(row, 11));
  }

  private static <T> void array(
      Connection c,
      PreparedStatement s,
      int index,
      String type,
      List<T> values,
      Function<T, Object> column)
      throws SQLException {
    s.setArray(index, c.createArrayOf(type, values.stream().map(column).toArray()));
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T work(String otherwise, Work<T> work) {
    try (Connection connection = dataSource.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new StoreFault(otherwise, e);
    }
  }
}
