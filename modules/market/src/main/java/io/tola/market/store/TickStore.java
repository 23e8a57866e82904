package io.tola.market.store;

import io.tola.market.domain.MarketTime;
import io.tola.market.domain.MinuteGrowth;
import io.tola.market.domain.TickBatch;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Stored ticks, and the bars made of them. A batch is one transaction of its own: COPY into a
 * temporary table, from there into {@code ticks} where each tick is stored once, then the minutes
 * that grew, then their bars. Thread-safe; not to be called inside a transaction.
 */
@ApplicationScoped
public class TickStore {

  /** No partition of relation found for row. */
  private static final String NO_PARTITION = "23514";

  private static final String STAGE =
      "CREATE TEMP TABLE tick_intake (symbol text COLLATE \"C\", at timestamptz, sequence bigint,"
          + " day_volume bigint, price numeric(13,4), quantity bigint, bid numeric(13,4),"
          + " ask numeric(13,4)) ON COMMIT DELETE ROWS";

  private static final String COPY =
      "COPY pg_temp.tick_intake (symbol, at, sequence, day_volume, price, quantity, bid, ask)"
          + " FROM STDIN";

  private static final String STORE =
      "WITH added AS (INSERT INTO ticks"
          + " (symbol, at, sequence, day_volume, price, quantity, bid, ask)"
          + " SELECT symbol, at, sequence, day_volume, price, quantity, bid, ask"
          + " FROM pg_temp.tick_intake"
          + " ON CONFLICT (symbol, at, sequence, day_volume, price, quantity) DO NOTHING"
          + " RETURNING symbol, at, quantity)"
          + " SELECT symbol, (extract(epoch FROM date_trunc('minute', at)) * 1000000)::bigint,"
          + " count(*), sum(quantity)::bigint FROM added GROUP BY symbol, date_trunc('minute', at)";

  private static final String FIRST = "(m.first_at, m.first_sequence, m.first_day_volume, m.open)";
  private static final String NEW_FIRST =
      "(excluded.first_at, excluded.first_sequence, excluded.first_day_volume, excluded.open)";
  private static final String LAST = "(m.last_at, m.last_sequence, m.last_day_volume, m.close)";
  private static final String NEW_LAST =
      "(excluded.last_at, excluded.last_sequence, excluded.last_day_volume, excluded.close)";

  private static final String GROW =
      "INSERT INTO tick_minutes AS m (symbol, start_at, first_at, first_sequence,"
          + " first_day_volume, open, last_at, last_sequence, last_day_volume, close, high, low,"
          + " day_volume, traded, ticks)"
          + " SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::timestamptz[], ?::bigint[],"
          + " ?::bigint[], ?::numeric[], ?::timestamptz[], ?::bigint[], ?::bigint[], ?::numeric[],"
          + " ?::numeric[], ?::numeric[], ?::bigint[], ?::bigint[], ?::bigint[])"
          + " ON CONFLICT (symbol, start_at) DO UPDATE SET"
          + " (first_at, first_sequence, first_day_volume, open) = (SELECT f.* FROM (VALUES "
          + FIRST
          + ", "
          + NEW_FIRST
          + ") AS f(a, b, c, d) ORDER BY a, b, c, d LIMIT 1),"
          + " (last_at, last_sequence, last_day_volume, close) = (SELECT l.* FROM (VALUES "
          + LAST
          + ", "
          + NEW_LAST
          + ") AS l(a, b, c, d) ORDER BY a DESC, b DESC, c DESC, d DESC LIMIT 1),"
          + " high = greatest(m.high, excluded.high), low = least(m.low, excluded.low),"
          + " day_volume = greatest(m.day_volume, excluded.day_volume),"
          + " traded = m.traded + excluded.traded, ticks = m.ticks + excluded.ticks";

  /** The minutes of the days that were touched; a day is India's. */
  private static final String DAYS =
      " FROM unnest(?::text[], ?::timestamptz[], ?::timestamptz[]) AS d(symbol, day_start, since)"
          + " JOIN tick_minutes m ON m.symbol = d.symbol::text COLLATE \"C\""
          + " AND m.start_at >= d.day_start AND m.start_at < d.day_start + interval '24 hours'";

  private static final String REPLACE =
      " ON CONFLICT (symbol, interval, start_at) DO UPDATE SET open = excluded.open,"
          + " high = excluded.high, low = excluded.low, close = excluded.close,"
          + " volume = excluded.volume, source = excluded.source"
          + " WHERE stored.source <> 'IMPORTED' AND (stored.open, stored.high, stored.low,"
          + " stored.close, stored.volume, stored.source) IS DISTINCT FROM (excluded.open,"
          + " excluded.high, excluded.low, excluded.close, excluded.volume, excluded.source)";

  /**
   * A minute's shares are those of its trades, and by how much the day's volume grew over all minutes
   * before. So the minutes after a late one are made again too.
   */
  private static final String MINUTE_BARS =
      "INSERT INTO ohlc_data AS stored (symbol, interval, start_at, open, high, low, close, volume,"
          + " source) SELECT symbol, '1m', start_at, open, high, low, close, volume, 'TICKS'"
          + " FROM (SELECT m.symbol, m.start_at, m.open, m.high, m.low, m.close, d.since,"
          + " m.traded + greatest(0, m.day_volume - coalesce(max(m.day_volume) OVER (PARTITION BY"
          + " m.symbol, d.day_start ORDER BY m.start_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1"
          + " PRECEDING), 0)) AS volume"
          + DAYS
          + ") AS b WHERE start_at >= since ORDER BY symbol, start_at"
          + REPLACE;

  private static final String DAY_BARS =
      "INSERT INTO ohlc_data AS stored (symbol, interval, start_at, open, high, low, close, volume,"
          + " source) SELECT m.symbol, '1d', d.day_start,"
          + " (array_agg(m.open ORDER BY m.start_at))[1], max(m.high), min(m.low),"
          + " (array_agg(m.close ORDER BY m.start_at DESC))[1],"
          + " (sum(m.traded) + max(m.day_volume))::bigint, 'TICKS'"
          + DAYS
          + " GROUP BY m.symbol, d.day_start ORDER BY m.symbol, d.day_start"
          + REPLACE;

  /**
   * Not shareable: a shareable connection would be kept until the call that stores a whole body ends,
   * and a few slow bodies would be all there are.
   */
  @Resource(lookup = "jdbc/tola-long", shareable = false)
  private DataSource dataSource;

  private final Set<Long> months = ConcurrentHashMap.newKeySet();

  /** For the container. */
  public TickStore() {}

  public TickStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Stores a batch whole, with its bars, or not at all.
   *
   * @return how many of its ticks were not stored before
   */
  public long store(TickBatch batch) throws SQLException {
    if (batch.isEmpty()) {
      return 0;
    }
    Integer[] order = batch.sorted();
    ensureMonths(batch);
    try {
      return storeOnce(batch, order);
    } catch (SQLException e) {
      if (!NO_PARTITION.equals(e.getSQLState())) {
        throw e;
      }
      // Another node dropped a month that this one remembers.
      months.clear();
      ensureMonths(batch);
      return storeOnce(batch, order);
    }
  }

  private long storeOnce(TickBatch batch, Integer[] order) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        long added = write(connection, batch, order);
        connection.commit();
        done = true;
        return added;
      } finally {
        if (!done) {
          rollBack(connection);
        }
        connection.setAutoCommit(true);
      }
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      // The connection is gone, and its transaction with it; the first failure is the one to tell.
      return;
    }
  }

  private static long write(Connection connection, TickBatch batch, Integer[] order)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean staged;
      try (ResultSet row =
          statement.executeQuery("SELECT to_regclass('pg_temp.tick_intake') IS NOT NULL")) {
        row.next();
        staged = row.getBoolean(1);
      }
      if (!staged) {
        statement.execute(STAGE);
      }
    }
    CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
    try {
      TickRows rows = new TickRows(batch);
      for (int position : order) {
        rows.add(position);
        if (rows.isFull()) {
          copy.writeToCopy(rows.bytes(), 0, rows.length());
          rows.clear();
        }
      }
      copy.writeToCopy(rows.bytes(), 0, rows.length());
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
    Map<String, long[]> sums = new HashMap<>();
    long added = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(STORE)) {
      while (rows.next()) {
        sums.put(
            rows.getString(1) + ' ' + rows.getLong(2),
            new long[] {rows.getLong(3), rows.getLong(4)});
        added += rows.getLong(3);
      }
    }
    if (added > 0) {
      List<MinuteGrowth> grown = new ArrayList<>();
      for (MinuteGrowth minute : MinuteGrowth.of(batch, order)) {
        if (sums.containsKey(minute.symbol() + ' ' + minute.startMicros())) {
          grown.add(minute);
        }
      }
      lock(connection, grown);
      grow(connection, batch, grown, sums);
      bars(connection, grown);
    }
    return added;
  }

  /**
   * A day's bar is made of all its minutes, so two batches of one symbol must not make it at once.
   * In symbol order, so that nobody waits in a circle.
   */
  private static void lock(Connection connection, List<MinuteGrowth> grown) throws SQLException {
    TreeSet<String> symbols = new TreeSet<>();
    grown.forEach(minute -> symbols.add(minute.symbol()));
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT pg_advisory_xact_lock(hashtext('market.tick_minutes'), n) FROM (SELECT DISTINCT"
                + " hashtext(s) AS n FROM unnest(?::text[]) AS s ORDER BY 1) AS l")) {
      statement.setArray(1, connection.createArrayOf("text", symbols.toArray()));
      statement.executeQuery().close();
    }
  }

  private static void grow(
      Connection connection, TickBatch batch, List<MinuteGrowth> grown, Map<String, long[]> sums)
      throws SQLException {
    int size = grown.size();
    String[] symbols = new String[size];
    String[][] times = new String[3][size];
    Long[][] numbers = new Long[7][size];
    BigDecimal[][] prices = new BigDecimal[4][size];
    for (int i = 0; i < size; i++) {
      MinuteGrowth minute = grown.get(i);
      long[] sum = sums.get(minute.symbol() + ' ' + minute.startMicros());
      symbols[i] = minute.symbol();
      times[0][i] = instant(minute.startMicros()).toString();
      times[1][i] = instant(batch.micros(minute.first())).toString();
      times[2][i] = instant(batch.micros(minute.last())).toString();
      numbers[0][i] = batch.sequence(minute.first());
      numbers[1][i] = batch.dayVolume(minute.first());
      numbers[2][i] = batch.sequence(minute.last());
      numbers[3][i] = batch.dayVolume(minute.last());
      numbers[4][i] = minute.dayVolume();
      numbers[5][i] = sum[1];
      numbers[6][i] = sum[0];
      prices[0][i] = price(batch.price(minute.first()));
      prices[1][i] = price(batch.price(minute.last()));
      prices[2][i] = price(minute.high());
      prices[3][i] = price(minute.low());
    }
    try (PreparedStatement statement = connection.prepareStatement(GROW)) {
      statement.setArray(1, connection.createArrayOf("text", symbols));
      statement.setArray(2, connection.createArrayOf("text", times[0]));
      statement.setArray(3, connection.createArrayOf("text", times[1]));
      statement.setArray(4, connection.createArrayOf("bigint", numbers[0]));
      statement.setArray(5, connection.createArrayOf("bigint", numbers[1]));
      statement.setArray(6, connection.createArrayOf("numeric", prices[0]));
      statement.setArray(7, connection.createArrayOf("text", times[2]));
      statement.setArray(8, connection.createArrayOf("bigint", numbers[2]));
      statement.setArray(9, connection.createArrayOf("bigint", numbers[3]));
      statement.setArray(10, connection.createArrayOf("numeric", prices[1]));
      statement.setArray(11, connection.createArrayOf("numeric", prices[2]));
      statement.setArray(12, connection.createArrayOf("numeric", prices[3]));
      statement.setArray(13, connection.createArrayOf("bigint", numbers[4]));
      statement.setArray(14, connection.createArrayOf("bigint", numbers[5]));
      statement.setArray(15, connection.createArrayOf("bigint", numbers[6]));
      statement.executeUpdate();
    }
  }

  private static void bars(Connection connection, List<MinuteGrowth> grown) throws SQLException {
    List<String> symbols = new ArrayList<>();
    List<String> days = new ArrayList<>();
    List<String> since = new ArrayList<>();
    String symbol = null;
    Instant dayStart = null;
    for (MinuteGrowth minute : grown) {
      Instant start = instant(minute.startMicros());
      Instant day = MarketTime.startOf(MarketTime.dateOf(start));
      if (!minute.symbol().equals(symbol) || !day.equals(dayStart)) {
        symbol = minute.symbol();
        dayStart = day;
        symbols.add(symbol);
        days.add(day.toString());
        since.add(start.toString());
      }
    }
    for (String sql : new String[] {MINUTE_BARS, DAY_BARS}) {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setArray(1, connection.createArrayOf("text", symbols.toArray()));
        statement.setArray(2, connection.createArrayOf("text", days.toArray()));
        statement.setArray(3, connection.createArrayOf("text", since.toArray()));
        statement.executeUpdate();
      }
    }
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
  }

  private static BigDecimal price(long units) {
    return BigDecimal.valueOf(units, 4);
  }

  /** Made before the batch's transaction: making one locks the table against everybody else. */
  private void ensureMonths(TickBatch batch) throws SQLException {
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    boolean known = true;
    for (int i = 0; i < batch.size(); i++) {
      long micros = batch.micros(i);
      first = Math.min(first, micros);
      last = Math.max(last, micros);
    }
    Set<Long> missing = new TreeSet<>();
    if (month(first) == month(last)) {
      known = months.contains(month(first));
      missing.add(month(first));
    } else {
      for (int i = 0; i < batch.size(); i++) {
        long month = month(batch.micros(i));
        if (!months.contains(month)) {
          missing.add(month);
          known = false;
        }
      }
    }
    if (known) {
      return;
    }
    for (long month : missing) {
      Instant at =
          java.time.YearMonth.of(
                  (int) Math.floorDiv(month, 12L), (int) Math.floorMod(month, 12L) + 1)
              .atDay(1)
              .atStartOfDay(ZoneOffset.UTC)
              .toInstant();
      // A daily bar starts at midnight in India, which may be the last evening of the month before.
      ensureMonths(at.minusSeconds(86_400), at);
    }
    months.addAll(missing);
  }

  /** Months since the year 0, of UTC. */
  private static long month(long micros) {
    var date = instant(micros).atOffset(ZoneOffset.UTC);
    return date.getYear() * 12L + date.getMonthValue() - 1;
  }

  /** Makes the months of ticks and bars from one moment to another. */
  public void ensureMonths(Instant from, Instant until) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT market.ensure_tick_partitions(?, ?), market.ensure_ohlc_partitions(?, ?)")) {
      for (int i = 0; i < 4; i += 2) {
        statement.setObject(i + 1, from.atOffset(ZoneOffset.UTC));
        statement.setObject(i + 2, until.atOffset(ZoneOffset.UTC));
      }
      statement.executeQuery().close();
    }
  }

  /**
   * Drops the months that ended before: {@code ticks} (with their minutes) or {@code ohlc_data}.
   *
   * @return what was dropped
   */
  public List<String> dropMonthsBefore(String table, Instant before) throws SQLException {
    months.clear();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT unnest(market.drop_months_before(?, ?))")) {
      statement.setString(1, table);
      statement.setObject(2, before.atOffset(ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        List<String> dropped = new ArrayList<>();
        while (rows.next()) {
          dropped.add(rows.getString(1));
        }
        return dropped;
      }
    }
  }
}
