package io.tola.strategy.store;

import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.sql.Freshness;
import io.tola.kernel.sql.ReadRouter;
import io.tola.market.api.Interval;
import io.tola.strategy.api.BacktestResult;
import io.tola.strategy.api.StrategyPerformance;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Settings and backtests. Every method works in the caller's transaction, if there is one. Thread-safe;
 * faults of the database come out as {@link StoreFault}.
 */
@ApplicationScoped
public class StrategyStore {

  /** Advisory locks of strategies: "stra" in ASCII; the second number is the strategy's name, hashed. */
  private static final int LOCKS = 0x73747261;

  private static final int MOST_ROWS = 500;

  private static final String COLUMNS =
      "name, ARRAY(SELECT p.key || '=' || p.value FROM jsonb_each_text(params) p) AS params, interval,"
          + " symbols, enabled, schedule_seconds, last_run_at, version, updated_by, updated_at";

  private static final String DUE =
      "enabled AND schedule_seconds IS NOT NULL AND (last_run_at IS NULL"
          + " OR last_run_at + make_interval(secs => schedule_seconds) <= ?)";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Inject private ReadRouter router;

  /** For the container. */
  public StrategyStore() {}

  public StrategyStore(DataSource dataSource) {
    this.dataSource = dataSource;
    this.router = new ReadRouter();
  }

  /** What was set, by strategy; strategies at their defaults are missing. */
  public Map<String, StoredSettings> all() {
    return work(
        "can't read strategies",
        connection -> {
          try (PreparedStatement select =
                  connection.prepareStatement("SELECT " + COLUMNS + " FROM strategies");
              ResultSet rows = select.executeQuery()) {
            Map<String, StoredSettings> all = new HashMap<>();
            while (rows.next()) {
              StoredSettings row = settings(rows);
              all.put(row.name(), row);
            }
            return all;
          }
        });
  }

  /** What was set for one strategy; empty while it has its defaults. */
  public Optional<StoredSettings> find(String name) {
    return work(
        "can't read a strategy",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT " + COLUMNS + " FROM strategies WHERE name = ?")) {
            select.setString(1, name);
            return one(select);
          }
        });
  }

  /**
   * Writes settings as the version after theirs.
   *
   * @param json the parameters as JSON
   * @return false when {@code before} is not the current version
   */
  public boolean replace(StoredSettings settings, String json) {
    String sql =
        settings.version() == 0
            ? "INSERT INTO strategies (params, interval, symbols, enabled, schedule_seconds, updated_by,"
                + " updated_at, name, version) VALUES (?::jsonb, ?, ?, ?, ?, ?, ?, ?, ? + 1)"
                + " ON CONFLICT (name) DO NOTHING"
            : "UPDATE strategies SET params = ?::jsonb, interval = ?, symbols = ?, enabled = ?,"
                + " schedule_seconds = ?, updated_by = ?, updated_at = ?, version = version + 1"
                + " WHERE name = ? AND version = ?";
    return work(
        "can't write a strategy",
        connection -> {
          try (PreparedStatement write = connection.prepareStatement(sql)) {
            write.setString(1, json);
            write.setString(2, settings.interval().code());
            write.setArray(
                3,
                connection.createArrayOf(
                    "text", settings.symbols().stream().map(Symbol::value).toArray()));
            write.setBoolean(4, settings.enabled());
            write.setObject(5, settings.scheduleSeconds(), Types.INTEGER);
            write.setString(6, settings.updatedBy());
            write.setObject(7, settings.updatedAt().atOffset(ZoneOffset.UTC));
            write.setString(8, settings.name());
            write.setLong(9, settings.version());
            return write.executeUpdate() == 1;
          }
        });
  }

  /** Strategies whose time has come, in order of name. */
  public List<String> due(Instant now) {
    return work(
        "can't read which strategies are due",
        connection -> {
          try (PreparedStatement select =
              connection.prepareStatement(
                  "SELECT name FROM strategies WHERE " + DUE + " ORDER BY name")) {
            select.setObject(1, now.atOffset(ZoneOffset.UTC));
            try (ResultSet rows = select.executeQuery()) {
              List<String> names = new ArrayList<>();
              while (rows.next()) {
                names.add(rows.getString(1));
              }
              return names;
            }
          }
        });
  }

  /**
   * Takes a strategy for one scheduled run: an advisory lock until the end of the transaction, and the
   * time of the run. Of several nodes that try, one gets it.
   *
   * @return its settings; empty when it isn't due any more or another node has it
   */
  public Optional<StoredSettings> claim(String name, Instant now) {
    return work(
        "can't claim a strategy",
        connection -> {
          try (PreparedStatement lock =
              connection.prepareStatement("SELECT pg_try_advisory_xact_lock(?, hashtext(?))")) {
            lock.setInt(1, LOCKS);
            lock.setString(2, name);
            try (ResultSet row = lock.executeQuery()) {
              row.next();
              if (!row.getBoolean(1)) {
                return Optional.empty();
              }
            }
          }
          try (PreparedStatement update =
              connection.prepareStatement(
                  "UPDATE strategies SET last_run_at = ? WHERE name = ? AND "
                      + DUE
                      + " RETURNING "
                      + COLUMNS)) {
            update.setObject(1, now.atOffset(ZoneOffset.UTC));
            update.setString(2, name);
            update.setObject(3, now.atOffset(ZoneOffset.UTC));
            return one(update);
          }
        });
  }

  /** Keeps the figures of a backtest; its trades and curve are the caller's alone. */
  public void add(BacktestResult result, String createdBy) {
    work(
        "can't write a backtest",
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO backtests (id, strategy, symbol, interval, from_at, to_at, version, params,"
                      + " bars, initial_cash, final_equity, costs_bps, costs, total_return, max_drawdown,"
                      + " sharpe, win_rate, closed_trades, winning_trades, created_by, created_at)"
                      + " VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            int i = 1;
            insert.setObject(i++, result.id());
            insert.setString(i++, result.strategy());
            insert.setString(i++, result.symbol().value());
            insert.setString(i++, result.interval().code());
            insert.setObject(i++, result.from().atOffset(ZoneOffset.UTC));
            insert.setObject(i++, result.to().atOffset(ZoneOffset.UTC));
            insert.setLong(i++, result.version());
            insert.setString(i++, CanonicalJson.write(result.parameters()));
            insert.setInt(i++, result.bars());
            insert.setBigDecimal(i++, result.initialCash().value());
            insert.setBigDecimal(i++, result.finalEquity().value());
            insert.setBigDecimal(i++, result.costsBps());
            insert.setBigDecimal(i++, result.costs().value());
            insert.setBigDecimal(i++, result.totalReturn());
            insert.setBigDecimal(i++, result.maxDrawdown());
            insert.setBigDecimal(i++, result.sharpe());
            insert.setBigDecimal(i++, result.winRate());
            insert.setInt(i++, result.closedTrades());
            insert.setInt(i++, result.winningTrades());
            insert.setString(i++, createdBy);
            insert.setObject(i, result.createdAt().atOffset(ZoneOffset.UTC));
            return insert.executeUpdate();
          }
        });
  }

  /** The strategy's rows of {@code v_strategy_performance}, by symbol and interval: 500 at most. */
  public List<StrategyPerformance> performance(String strategy) {
    try {
      // ACKNOWLEDGED: who has run a backtest looks for it here next.
      return router.read(
          "strategy_performance",
          Freshness.ACKNOWLEDGED,
          dataSource,
          connection -> performance(connection, strategy));
    } catch (SQLException e) {
      throw new StoreFault("can't read how a strategy did", e);
    }
  }

  private static List<StrategyPerformance> performance(Connection connection, String strategy)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT strategy, symbol, interval, backtest_id, from_at, to_at, version, bars,"
                + " initial_cash, final_equity, costs, total_return, max_drawdown, sharpe, win_rate,"
                + " closed_trades, winning_trades, created_at, signals, last_signal_at"
                + " FROM v_strategy_performance WHERE strategy = ?"
                + " ORDER BY symbol, interval LIMIT "
                + MOST_ROWS)) {
      select.setString(1, strategy);
      try (ResultSet rows = select.executeQuery()) {
        List<StrategyPerformance> found = new ArrayList<>();
        while (rows.next()) {
          found.add(performance(rows));
        }
        return found;
      }
    }
  }

  private static StrategyPerformance performance(ResultSet row) throws SQLException {
    return new StrategyPerformance(
        row.getString("strategy"),
        new Symbol(row.getString("symbol")),
        Interval.byCode(row.getString("interval")).orElseThrow(),
        row.getObject("backtest_id", UUID.class),
        instant(row, "from_at"),
        instant(row, "to_at"),
        row.getLong("version"),
        row.getInt("bars"),
        new Money(row.getBigDecimal("initial_cash")),
        new Money(row.getBigDecimal("final_equity")),
        new Money(row.getBigDecimal("costs")),
        row.getBigDecimal("total_return"),
        row.getBigDecimal("max_drawdown"),
        row.getBigDecimal("sharpe"),
        row.getBigDecimal("win_rate"),
        row.getInt("closed_trades"),
        row.getInt("winning_trades"),
        instant(row, "created_at"),
        row.getLong("signals"),
        instant(row, "last_signal_at"));
  }

  private static Optional<StoredSettings> one(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? Optional.of(settings(row)) : Optional.empty();
    }
  }

  private static StoredSettings settings(ResultSet row) throws SQLException {
    int schedule = row.getInt("schedule_seconds");
    Integer scheduleSeconds = row.wasNull() ? null : schedule;
    return new StoredSettings(
        row.getString("name"),
        pairs(row.getArray("params")),
        Interval.byCode(row.getString("interval")).orElseThrow(),
        Arrays.stream((String[]) row.getArray("symbols").getArray()).map(Symbol::new).toList(),
        row.getBoolean("enabled"),
        scheduleSeconds,
        instant(row, "last_run_at"),
        row.getLong("version"),
        row.getString("updated_by"),
        instant(row, "updated_at"));
  }

  /** {@code name=value} texts by name; a value that was null in JSON is left out. */
  static Map<String, String> pairs(Array array) throws SQLException {
    Map<String, String> pairs = new TreeMap<>();
    for (String pair : (String[]) array.getArray()) {
      if (pair != null) {
        int at = pair.indexOf('=');
        pairs.put(pair.substring(0, at), pair.substring(at + 1));
      }
    }
    return pairs;
  }

  static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  /** A number without the zeros that its column adds. */
  static BigDecimal plain(BigDecimal value) {
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
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
