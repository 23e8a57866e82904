package io.tola.market.store;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import javax.sql.DataSource;

/** The last quote of each symbol and feed, and the feed's last word about itself. Thread-safe. */
@ApplicationScoped
public class QuoteStore {

  private static final String COLUMNS =
      "symbol, bid, bid_size, ask, ask_size, last, open, high, low, previous_close, volume,"
          + " quoted_at, received_at, sequence, source";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public QuoteStore() {}

  public QuoteStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * Writes quotes, one statement for all. A quote older than the stored one (by sequence) changes
   * nothing, so that a node that lost the lead can't undo its successor.
   */
  public void save(Collection<Quote> quotes) throws SQLException {
    if (quotes.isEmpty()) {
      return;
    }
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO market_quotes AS stored ("
                    + COLUMNS
                    + ") SELECT q.symbol, bid, bid_size, ask, ask_size, last, open, high, low,"
                    + " previous_close, volume, quoted_at, received_at, sequence, source"
                    + " FROM unnest(?::text[], ?::numeric[], ?::bigint[], ?::numeric[],"
                    + " ?::bigint[], ?::numeric[], ?::numeric[], ?::numeric[], ?::numeric[],"
                    + " ?::numeric[], ?::bigint[], ?::timestamptz[], ?::timestamptz[],"
                    + " ?::bigint[], ?::text[]) AS q ("
                    + COLUMNS
                    + ") ORDER BY q.symbol"
                    + " ON CONFLICT (symbol, source) DO UPDATE SET bid = excluded.bid,"
                    + " bid_size = excluded.bid_size, ask = excluded.ask,"
                    + " ask_size = excluded.ask_size, last = excluded.last,"
                    + " open = excluded.open, high = excluded.high, low = excluded.low,"
                    + " previous_close = excluded.previous_close, volume = excluded.volume,"
                    + " quoted_at = excluded.quoted_at, received_at = excluded.received_at,"
                    + " sequence = excluded.sequence"
                    + " WHERE stored.sequence < excluded.sequence")) {
      List<Quote> list = List.copyOf(quotes);
      int i = 1;
      strings(statement, i++, list, q -> q.symbol().value());
      prices(statement, i++, list, Quote::bid);
      longs(statement, i++, list, q -> q.bidSize().value());
      prices(statement, i++, list, Quote::ask);
      longs(statement, i++, list, q -> q.askSize().value());
      prices(statement, i++, list, Quote::last);
      prices(statement, i++, list, Quote::open);
      prices(statement, i++, list, Quote::high);
      prices(statement, i++, list, Quote::low);
      prices(statement, i++, list, Quote::previousClose);
      longs(statement, i++, list, Quote::volume);
      strings(statement, i++, list, q -> q.timestamp().toString());
      strings(statement, i++, list, q -> q.receivedAt().toString());
      longs(statement, i++, list, Quote::sequence);
      strings(statement, i, list, q -> q.source().name());
      statement.executeUpdate();
    }
  }

  /** The last quotes of one feed. */
  public List<Quote> load(Quote.Source source) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM market_quotes WHERE source = ?")) {
      statement.setString(1, source.name());
      return quotes(statement);
    }
  }

  /** The last quote of one symbol and feed. */
  public Optional<Quote> load(Symbol symbol, Quote.Source source) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT " + COLUMNS + " FROM market_quotes WHERE symbol = ? AND source = ?")) {
      statement.setString(1, symbol.value());
      statement.setString(2, source.name());
      return quotes(statement).stream().findFirst();
    }
  }

  /** Removes the quotes of one feed: another recording is about to be played. */
  public void clear(Quote.Source source) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("DELETE FROM market_quotes WHERE source = ?")) {
      statement.setString(1, source.name());
      statement.executeUpdate();
    }
  }

  /**
   * What the driving node last said of the feed.
   *
   * @param feed its name
   * @param phase the market's phase
   * @param marketTime how far a replay has come, null for a feed without a tape
   * @param leader the node
   * @param age how long ago it said so, in milliseconds by the database's clock
   */
  public record FeedState(
      String feed, SessionPhase phase, Instant marketTime, String leader, long age) {}

  public void saveState(String feed, SessionPhase phase, Instant marketTime, String leader)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "INSERT INTO feed_state (feed, phase, market_time, leader) VALUES (?, ?, ?, ?)"
                    + " ON CONFLICT (id) DO UPDATE SET feed = excluded.feed,"
                    + " phase = excluded.phase, market_time = excluded.market_time,"
                    + " leader = excluded.leader")) {
      statement.setString(1, feed);
      statement.setString(2, phase.name());
      if (marketTime == null) {
        statement.setNull(3, Types.TIMESTAMP_WITH_TIMEZONE);
      } else {
        statement.setObject(3, marketTime.atOffset(ZoneOffset.UTC));
      }
      statement.setString(4, leader);
      statement.executeUpdate();
    }
  }

  public Optional<FeedState> loadState() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT feed, phase, market_time, leader,"
                    + " (extract(epoch FROM clock_timestamp() - updated_at) * 1000)::bigint"
                    + " FROM feed_state");
        ResultSet rows = statement.executeQuery()) {
      if (!rows.next()) {
        return Optional.empty();
      }
      OffsetDateTime marketTime = rows.getObject(3, OffsetDateTime.class);
      return Optional.of(
          new FeedState(
              rows.getString(1),
              SessionPhase.valueOf(rows.getString(2)),
              marketTime == null ? null : marketTime.toInstant(),
              rows.getString(4),
              rows.getLong(5)));
    }
  }

  private static List<Quote> quotes(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      List<Quote> quotes = new ArrayList<>();
      while (rows.next()) {
        quotes.add(
            new Quote(
                new Symbol(rows.getString(1)),
                price(rows, 2),
                Quantity.of(rows.getLong(3)),
                price(rows, 4),
                Quantity.of(rows.getLong(5)),
                price(rows, 6),
                price(rows, 7),
                price(rows, 8),
                price(rows, 9),
                price(rows, 10),
                rows.getLong(11),
                rows.getObject(12, OffsetDateTime.class).toInstant(),
                rows.getObject(13, OffsetDateTime.class).toInstant(),
                rows.getLong(14),
                Quote.Source.valueOf(rows.getString(15))));
      }
      return quotes;
    }
  }

  private static Price price(ResultSet rows, int column) throws SQLException {
    return new Price(rows.getBigDecimal(column));
  }

  private static void strings(
      PreparedStatement statement, int index, List<Quote> quotes, Function<Quote, String> field)
      throws SQLException {
    array(statement, index, "text", quotes.stream().map(field).toArray(String[]::new));
  }

  private static void longs(
      PreparedStatement statement, int index, List<Quote> quotes, Function<Quote, Long> field)
      throws SQLException {
    array(statement, index, "bigint", quotes.stream().map(field).toArray(Long[]::new));
  }

  private static void prices(
      PreparedStatement statement, int index, List<Quote> quotes, Function<Quote, Price> field)
      throws SQLException {
    array(
        statement,
        index,
        "numeric",
        quotes.stream().map(field).map(Price::value).toArray(BigDecimal[]::new));
  }

  private static void array(PreparedStatement statement, int index, String type, Object[] values)
      throws SQLException {
    statement.setArray(index, statement.getConnection().createArrayOf(type, values));
  }
}
