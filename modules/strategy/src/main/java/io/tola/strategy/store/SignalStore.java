package io.tola.strategy.store;

import io.tola.kernel.Cursor;
import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.cache.CacheScope;
import io.tola.kernel.cache.Cached;
import io.tola.kernel.json.CanonicalJson;
import io.tola.market.api.Interval;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.Signal;
import io.tola.strategy.api.SignalFilter;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/** Signals. Every method works in the caller's transaction, if there is one. Thread-safe. */
@ApplicationScoped
public class SignalStore {

  /** Of the cursors of this list. */
  private static final char LIST = 's';

  private static final String COLUMNS =
      "g.id, g.strategy, g.symbol, g.interval, g.bar_start, g.version, g.direction, g.confidence, g.close,"
          + " g.reason, ARRAY(SELECT f.key || '=' || f.value FROM jsonb_each(g.features) f"
          + " WHERE jsonb_typeof(f.value) = 'number') AS features, g.source, g.created_by, g.created_at";

  private static final String KEYS =
      "unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[])";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public SignalStore() {}

  public SignalStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Keeps signals, one statement for all; one that was said before stays as it was said first.
   *
   * @param signals no two of the same strategy, symbol, interval, bar and version
   * @return what is stored for each, in the same order: the given one, or the earlier one with its own
   *     id
   */
  public List<Signal> add(List<Signal> signals) {
    if (signals.isEmpty()) {
      return List.of();
    }
    try (Connection connection = dataSource.getConnection()) {
      insert(connection, signals);
      return stored(connection, signals);
    } catch (SQLException e) {
      throw new StoreFault("can't write signals", e);
    }
  }

  private static void insert(Connection connection, List<Signal> signals) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO signals (strategy, symbol, interval, bar_start, version, id, direction,"
                + " confidence, close, reason, features, source, created_by, created_at)"
                + " SELECT s.a, s.b, s.c, s.d, s.e, s.f, s.g, s.h, s.i, s.j, s.k::jsonb, s.l, s.m, s.n"
                + " FROM unnest(?::text[], ?::text[], ?::text[], ?::timestamptz[], ?::bigint[], ?::uuid[],"
                + " ?::text[], ?::numeric[], ?::numeric[], ?::text[], ?::text[], ?::text[], ?::text[],"
                + " ?::timestamptz[]) AS s(a, b, c, d, e, f, g, h, i, j, k, l, m, n)"
                + " ORDER BY 1, 2, 3, 4, 5 ON CONFLICT DO NOTHING")) {
      int i = keys(connection, insert, signals);
      insert.setArray(
          i++, connection.createArrayOf("uuid", signals.stream().map(Signal::id).toArray()));
      insert.setArray(i++, texts(connection, signals.stream().map(s -> s.direction().name())));
      insert.setArray(
          i++,
          connection.createArrayOf("numeric", signals.stream().map(Signal::confidence).toArray()));
      insert.setArray(
          i++,
          connection.createArrayOf(
              "numeric", signals.stream().map(s -> s.close().value()).toArray()));
      insert.setArray(i++, texts(connection, signals.stream().map(Signal::reason)));
      insert.setArray(
          i++, texts(connection, signals.stream().map(s -> CanonicalJson.write(s.features()))));
      insert.setArray(i++, texts(connection, signals.stream().map(s -> s.source().name())));
      insert.setArray(i++, texts(connection, signals.stream().map(Signal::createdBy)));
      insert.setArray(
          i,
          connection.createArrayOf(
              "timestamptz", signals.stream().map(s -> s.createdAt().toString()).toArray()));
      insert.executeUpdate();
    }
  }

  private static List<Signal> stored(Connection connection, List<Signal> signals)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT "
                + COLUMNS
                + " FROM "
                + KEYS
                + " WITH ORDINALITY AS k(a, b, c, d, e, n) JOIN signals g ON g.strategy = k.a"
                + " AND g.symbol = k.b AND g.interval = k.c AND g.bar_start = k.d AND g.version = k.e"
                + " ORDER BY k.n")) {
      keys(connection, select, signals);
      List<Signal> stored = list(select);
      if (stored.size() != signals.size()) {
        throw new IllegalStateException(
            "asked for " + signals.size() + " signals, found " + stored.size());
      }
      return stored;
    }
  }

  private static int keys(Connection connection, PreparedStatement statement, List<Signal> signals)
      throws SQLException {
    int i = 1;
    statement.setArray(i++, texts(connection, signals.stream().map(Signal::strategy)));
    statement.setArray(i++, texts(connection, signals.stream().map(s -> s.symbol().value())));
    statement.setArray(i++, texts(connection, signals.stream().map(s -> s.interval().code())));
    statement.setArray(
        i++,
        connection.createArrayOf(
            "timestamptz", signals.stream().map(s -> s.barStart().toString()).toArray()));
    statement.setArray(
        i++, connection.createArrayOf("bigint", signals.stream().map(Signal::version).toArray()));
    return i;
  }

  private static java.sql.Array texts(Connection connection, java.util.stream.Stream<String> values)
      throws SQLException {
    return connection.createArrayOf("text", values.toArray());
  }

  /** What the pages below are kept under. */
  public static final String CACHE = "signals";

  /**
   * As {@link #page}, as it was up to a minute ago; who adds signals invalidates {@link #CACHE}.
   *
   * @param strategy the filter's
   */
  @Cached(prefix = CACHE, ttl = Cached.SIGNALS)
  public Page<Signal> shownPage(@CacheScope String strategy, SignalFilter filter) {
    return page(filter);
  }

  /** Signals of a strategy, newest bar first. */
  public Page<Signal> page(SignalFilter filter) {
    Cursor after = Cursor.decode(filter.cursor(), LIST);
    StringBuilder sql = new StringBuilder("SELECT ").append(COLUMNS).append(" FROM signals g");
    sql.append(" WHERE g.strategy = ?");
    List<Object> values = new ArrayList<>(List.of(filter.strategy()));
    if (filter.symbol() != null) {
      sql.append(" AND g.symbol = ?");
      values.add(filter.symbol().value());
    }
    if (filter.direction() != null) {
      sql.append(" AND g.direction = ?");
      values.add(filter.direction().name());
    }
    if (after != null) {
      sql.append(" AND (g.bar_start, g.id) < (?, ?)");
      values.add(after.at().atOffset(ZoneOffset.UTC));
      values.add(after.id());
    }
    sql.append(" ORDER BY g.bar_start DESC, g.id DESC LIMIT ?");
    values.add(filter.limit() + 1);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(sql.toString())) {
      for (int i = 0; i < values.size(); i++) {
        select.setObject(i + 1, values.get(i));
      }
      List<Signal> found = list(select);
      if (found.size() <= filter.limit()) {
        return new Page<>(found, null);
      }
      Signal last = found.get(filter.limit() - 1);
      return new Page<>(
          found.subList(0, filter.limit()), new Cursor(last.barStart(), last.id()).encode(LIST));
    } catch (SQLException e) {
      throw new StoreFault("can't read signals", e);
    }
  }

  private static List<Signal> list(PreparedStatement select) throws SQLException {
    try (ResultSet rows = select.executeQuery()) {
      List<Signal> signals = new ArrayList<>();
      while (rows.next()) {
        signals.add(signal(rows));
      }
      return signals;
    }
  }

  private static Signal signal(ResultSet row) throws SQLException {
    Map<String, BigDecimal> features = new TreeMap<>();
    StrategyStore.pairs(row.getArray("features"))
        .forEach((name, value) -> features.put(name, new BigDecimal(value)));
    return new Signal(
        row.getObject("id", UUID.class),
        row.getString("strategy"),
        new Symbol(row.getString("symbol")),
        Interval.byCode(row.getString("interval")).orElseThrow(),
        StrategyStore.instant(row, "bar_start"),
        row.getLong("version"),
        Direction.valueOf(row.getString("direction")),
        row.getBigDecimal("confidence"),
        new Price(row.getBigDecimal("close")),
        row.getString("reason"),
        Collections.unmodifiableMap(features),
        Signal.Source.valueOf(row.getString("source")),
        row.getString("created_by"),
        StrategyStore.instant(row, "created_at"));
  }
}
