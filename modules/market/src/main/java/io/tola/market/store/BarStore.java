package io.tola.market.store;

import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.kernel.sql.Freshness;
import io.tola.kernel.sql.ReadRouter;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.domain.Units;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/** Stored bars ({@code ohlc_data}): one-minute and daily ones. Thread-safe. */
@ApplicationScoped
public class BarStore {

  /**
   * Where a bar comes from. One made from less never replaces one made from more, the order of this
   * list: made up, seen by a replaying feed, made from all stored ticks, as somebody else made it.
   */
  public enum Source {
    SIMULATED,
    REPLAY,
    TICKS,
    IMPORTED
  }

  private static final String RANKS =
      "array_position(ARRAY['SIMULATED', 'REPLAY', 'TICKS', 'IMPORTED'], ";

  /**
   * Hours begin at a quarter past, as on NSE's charts: the session does. Five and fifteen minutes
   * divide the quarter, so the same origin serves them.
   */
  private static final Instant ORIGIN = Instant.parse("2000-01-03T03:45:00Z");

  private static final String CONTINUED =
      "stored.interval = '1m' AND stored.source = 'SIMULATED' AND excluded.source = 'SIMULATED'";

  private static final String REPLACE =
      "DO UPDATE SET open = CASE WHEN "
          + CONTINUED
          + " THEN stored.open ELSE excluded.open END, high = CASE WHEN "
          + CONTINUED
          + " THEN greatest(stored.high, excluded.high) ELSE excluded.high END,"
          + " low = CASE WHEN "
          + CONTINUED
          + " THEN least(stored.low, excluded.low) ELSE excluded.low END,"
          + " close = excluded.close, volume = CASE WHEN "
          + CONTINUED
          + " THEN stored.volume + excluded.volume ELSE excluded.volume END,"
          + " source = excluded.source"
          + " WHERE "
          + RANKS
          + "excluded.source::text) >= "
          + RANKS
          + "stored.source::text)";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Resource(lookup = "jdbc/tola-long")
  private DataSource patientDataSource;

  @Inject private ReadRouter router;

  /** For the container. */
  public BarStore() {}

  public BarStore(DataSource dataSource) {
    this(dataSource, new ReadRouter());
  }

  public BarStore(DataSource dataSource, ReadRouter router) {
    this.dataSource = dataSource;
    this.patientDataSource = dataSource;
    this.router = router;
  }

  /**
   * Writes one-minute and daily bars, one statement for all, and makes the months they need. The
   * same bar written again replaces the first, except that a simulated minute continued after a
   * restart is joined to its first part.
   */
  public void save(List<Bar> bars, Source source) throws SQLException {
    if (bars.isEmpty()) {
      return;
    }
    try (Connection connection = dataSource.getConnection()) {
      ensurePartitions(connection, bars);
      write(connection, bars, source, REPLACE);
    }
  }

  private static void ensurePartitions(Connection connection, List<Bar> bars) throws SQLException {
    Instant first = bars.stream().map(Bar::start).min(Instant::compareTo).orElseThrow();
    Instant last = bars.stream().map(Bar::start).max(Instant::compareTo).orElseThrow();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT market.ensure_ohlc_partitions(?, ?)")) {
      statement.setObject(1, first.atOffset(ZoneOffset.UTC));
      statement.setObject(2, last.atOffset(ZoneOffset.UTC));
      statement.executeQuery().close();
    }
  }

  private static void write(Connection connection, List<Bar> bars, Source source, String onConflict)
      throws SQLException {
    int size = bars.size();
    String[] symbols = new String[size];
    String[] intervals = new String[size];
    String[] starts = new String[size];
    BigDecimal[][] prices = new BigDecimal[4][size];
    Long[] volumes = new Long[size];
    for (int i = 0; i < size; i++) {
      Bar bar = bars.get(i);
      symbols[i] = bar.symbol().value();
      intervals[i] = bar.interval().code();
      starts[i] = bar.start().toString();
      prices[0][i] = bar.open().value();
      prices[1][i] = bar.high().value();
      prices[2][i] = bar.low().value();
      prices[3][i] = bar.close().value();
      volumes[i] = bar.volume();
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO ohlc_data AS stored"
                + " (symbol, interval, start_at, open, high, low, close, volume, source)"
                + " SELECT b.*, ?::text FROM unnest(?::text[], ?::text[], ?::timestamptz[],"
                + " ?::numeric[], ?::numeric[], ?::numeric[], ?::numeric[], ?::bigint[]) AS b"
                + " ON CONFLICT (symbol, interval, start_at) "
                + onConflict)) {
      statement.setString(1, source.name());
      statement.setArray(2, connection.createArrayOf("text", symbols));
      statement.setArray(3, connection.createArrayOf("text", intervals));
      statement.setArray(4, connection.createArrayOf("text", starts));
      for (int i = 0; i < 4; i++) {
        statement.setArray(5 + i, connection.createArrayOf("numeric", prices[i]));
      }
      statement.setArray(9, connection.createArrayOf("bigint", volumes));
      statement.executeUpdate();
    }
  }

  /**
   * Writes simulated bars of the past where there are none yet, one statement for all. Writing them
   * again changes nothing.
   */
  public void fill(List<Bar> bars) throws SQLException {
    if (bars.isEmpty()) {
      return;
    }
    // A thousand rows may take longer than jdbc/tola waits for an answer.
    try (Connection connection = patientDataSource.getConnection()) {
      ensurePartitions(connection, bars);
      write(connection, bars, Source.SIMULATED, "DO NOTHING");
    }
  }

  /** Symbols that have daily bars, whatever their source. */
  public Set<String> symbolsWithDailyBars() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT symbol FROM instruments i WHERE EXISTS (SELECT FROM ohlc_data o"
                    + " WHERE o.symbol = i.symbol AND o.interval = '1d')");
        ResultSet rows = statement.executeQuery()) {
      Set<String> symbols = new HashSet<>();
      while (rows.next()) {
        symbols.add(rows.getString(1));
      }
      return symbols;
    }
  }

  /** The last recorded (not simulated) daily close of each symbol before a day, in {@link Units}. */
  public Map<String, Long> recordedClosesBefore(Instant day) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT DISTINCT ON (symbol) symbol, close FROM ohlc_data"
                    + " WHERE interval = '1d' AND source <> 'SIMULATED' AND start_at < ?"
                    + " AND start_at >= ? ORDER BY symbol, start_at DESC")) {
      statement.setObject(1, day.atOffset(ZoneOffset.UTC));
      // Long holidays are shorter than this; an older close says nothing about the day.
      statement.setObject(2, day.minus(Duration.ofDays(10)).atOffset(ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        Map<String, Long> closes = new HashMap<>();
        while (rows.next()) {
          closes.put(rows.getString(1), Units.of(rows.getBigDecimal(2)));
        }
        return closes;
      }
    }
  }

  /**
   * Bars that start from {@code from} (inclusive) to {@code to} (exclusive), oldest first. One-minute
   * and daily bars are read as stored; the others are made from the minutes.
   *
   * @param after only bars that start later than this, or null
   */
  public List<Bar> history(
      Symbol symbol, Interval interval, Instant from, Instant to, Instant after, int limit)
      throws SQLException {
    boolean stored = interval == Interval.ONE_MINUTE || interval == Interval.ONE_DAY;
    Instant start = from;
    if (after != null && !after.isBefore(from)) {
      start = stored ? after.plusNanos(1_000) : after.plus(interval.length());
    }
    Instant end = stored ? to : bucketAtOrAfter(to, interval.length());
    if (!stored) {
      start = bucketAtOrAfter(start, interval.length());
    }
    if (!start.isBefore(end)) {
      return List.of();
    }
    String sql =
        stored
            ? "SELECT start_at, open, high, low, close, volume FROM ohlc_data"
                + " WHERE symbol = ? AND interval = ? AND start_at >= ? AND start_at < ?"
                + " ORDER BY start_at LIMIT ?"
            : "SELECT date_bin(?::interval, start_at, ?) AS bucket,"
                + " (array_agg(open ORDER BY start_at))[1], max(high), min(low),"
                + " (array_agg(close ORDER BY start_at DESC))[1], sum(volume)::bigint"
                + " FROM ohlc_data"
                + " WHERE symbol = ? AND interval = ? AND start_at >= ? AND start_at < ?"
                + " GROUP BY bucket ORDER BY bucket LIMIT ?";
    Instant first = start;
    // ACKNOWLEDGED: who loads ticks looks at their bars next.
    return router.read(
        "bars",
        Freshness.ACKNOWLEDGED,
        dataSource,
        connection -> history(connection, sql, symbol, interval, first, end, limit));
  }

  private static List<Bar> history(
      Connection connection,
      String sql,
      Symbol symbol,
      Interval interval,
      Instant start,
      Instant end,
      int limit)
      throws SQLException {
    boolean stored = interval == Interval.ONE_MINUTE || interval == Interval.ONE_DAY;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int i = 1;
      if (!stored) {
        statement.setString(i++, interval.length().toMinutes() + " minutes");
        statement.setObject(i++, ORIGIN.atOffset(ZoneOffset.UTC));
      }
      statement.setString(i++, symbol.value());
      statement.setString(i++, stored ? interval.code() : Interval.ONE_MINUTE.code());
      statement.setObject(i++, start.atOffset(ZoneOffset.UTC));
      statement.setObject(i++, end.atOffset(ZoneOffset.UTC));
      statement.setInt(i, limit);
      try (ResultSet rows = statement.executeQuery()) {
        List<Bar> bars = new ArrayList<>();
        while (rows.next()) {
          bars.add(
              new Bar(
                  symbol,
                  interval,
                  rows.getObject(1, OffsetDateTime.class).toInstant(),
                  new Price(rows.getBigDecimal(2)),
                  new Price(rows.getBigDecimal(3)),
                  new Price(rows.getBigDecimal(4)),
                  new Price(rows.getBigDecimal(5)),
                  rows.getLong(6)));
        }
        return bars;
      }
    }
  }

  /** When the last daily bar of any symbol within those instants starts; empty without any. */
  public Optional<Instant> lastDaily(Instant from, Instant before) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                // A look into the key for each symbol: no index goes by time alone.
                "SELECT max(last.start_at) FROM instruments AS i CROSS JOIN LATERAL ("
                    + "SELECT start_at FROM ohlc_data AS o WHERE o.symbol = i.symbol"
                    + " AND interval = '1d' AND start_at >= ? AND start_at < ?"
                    + " ORDER BY start_at DESC LIMIT 1) AS last")) {
      statement.setObject(1, from.atOffset(ZoneOffset.UTC));
      statement.setObject(2, before.atOffset(ZoneOffset.UTC));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return Optional.ofNullable(row.getObject(1, OffsetDateTime.class))
            .map(OffsetDateTime::toInstant);
      }
    }
  }

  /** Daily bars that start within those instants, in symbol order. */
  public List<Bar> daily(Instant from, Instant before) throws SQLException {
    return router.read(
        "daily_bars", Freshness.ACKNOWLEDGED, dataSource, c -> daily(c, from, before));
  }

  private static List<Bar> daily(Connection connection, Instant from, Instant before)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT i.symbol, start_at, open, high, low, close, volume"
                + " FROM instruments AS i JOIN ohlc_data AS o ON o.symbol = i.symbol"
                + " AND interval = '1d' AND start_at >= ? AND start_at < ?"
                + " ORDER BY i.symbol, start_at")) {
      statement.setObject(1, from.atOffset(ZoneOffset.UTC));
      statement.setObject(2, before.atOffset(ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        List<Bar> bars = new ArrayList<>();
        while (rows.next()) {
          bars.add(
              new Bar(
                  new Symbol(rows.getString(1)),
                  Interval.ONE_DAY,
                  rows.getObject(2, OffsetDateTime.class).toInstant(),
                  new Price(rows.getBigDecimal(3)),
                  new Price(rows.getBigDecimal(4)),
                  new Price(rows.getBigDecimal(5)),
                  new Price(rows.getBigDecimal(6)),
                  rows.getLong(7)));
        }
        return bars;
      }
    }
  }

  private static Instant bucketAtOrAfter(Instant instant, Duration length) {
    long nanos = Duration.between(ORIGIN, instant).toNanos();
    long size = length.toNanos();
    return ORIGIN.plusNanos(-Math.floorDiv(-nanos, size) * size);
  }
}
