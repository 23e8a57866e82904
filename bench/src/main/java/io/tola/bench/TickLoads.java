package io.tola.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tola.standalone.EmbeddedDatabase;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.GZIPOutputStream;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Sends ticks as a feed does: large gzip bodies of a past session as fast as they are taken, and
 * small bodies of the running minute at a fixed rate. Keeps its own count of what the bars must be.
 */
final class TickLoads {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A live body later than this after it was due is late. */
  static final int LATE_MILLIS = 1_000;

  private static final int BODIES_PER_SECOND = 10;
  private static final int SESSION_SECONDS = 22_500;

  private final URI target;
  private final String token;
  private final List<String> symbols;
  private final EmbeddedDatabase database;
  private final Path folder;
  private final Clock clock;
  private final SplittableRandom random = new SplittableRandom(42);
  private final long[] prices;
  private final Map<Minute, Candle> expected = new HashMap<>();
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private long sequence;

  /**
   * @param token of a user with the role feed
   * @param folder for bodies that are being sent
   */
  TickLoads(
      URI target,
      String token,
      List<String> symbols,
      EmbeddedDatabase database,
      Path folder,
      Clock clock) {
    this.target = target.resolve("/api/v1/market/ticks");
    this.token = token;
    this.symbols = List.copyOf(symbols);
    this.database = database;
    this.folder = folder;
    this.clock = clock;
    this.prices = new long[symbols.size()];
    for (int i = 0; i < prices.length; i++) {
      prices[i] = 20_000L + random.nextInt(40_000);
    }
  }

  /**
   * A bulk load.
   *
   * @param bytes sent, packed
   * @param rows added to the table of ticks
   * @param inMinutes ticks that the minutes were made of
   */
  record Bulk(
      int connections,
      long sent,
      long bytes,
      long accepted,
      long duplicates,
      long rejected,
      double seconds,
      long rows,
      long inMinutes) {

    double perSecond() {
      return accepted / seconds;
    }

    boolean agrees() {
      return accepted == sent
          && duplicates == 0
          && rejected == 0
          && rows == sent
          && inMinutes == sent;
    }
  }

  /** Sends a session's ticks in one gzip body a connection; each has symbols of its own. */
  Bulk bulk(int ticks, int connections) throws IOException, InterruptedException, SQLException {
    List<Path> bodies = new ArrayList<>();
    try {
      long bytes = 0;
      for (int i = 0; i < connections; i++) {
        Path body = session(ticks / connections, i, connections);
        bodies.add(body);
        bytes += Files.size(body);
      }
      long rows = number("SELECT count(*) FROM market.ticks");
      long inMinutes = number("SELECT coalesce(sum(ticks), 0) FROM market.tick_minutes");
      long began = System.nanoTime();
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (Path body : bodies) {
        answers.add(
            client.sendAsync(
                request()
                    .header("Content-Encoding", "gzip")
                    .timeout(Duration.ofMinutes(10))
                    .POST(HttpRequest.BodyPublishers.ofFile(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString()));
      }
      long[] report = new long[3];
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        HttpResponse<String> response = answer.join();
        if (response.statusCode() != 200) {
          throw new IOException("ticks: " + response.statusCode() + " " + response.body());
        }
        JsonNode said = JSON.readTree(response.body());
        report[0] += said.get("accepted").asLong();
        report[1] += said.get("duplicates").asLong();
        report[2] += said.get("rejected").asLong();
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      return new Bulk(
          connections,
          (long) ticks / connections * connections,
          bytes,
          report[0],
          report[1],
          report[2],
          seconds,
          number("SELECT count(*) FROM market.ticks") - rows,
          number("SELECT coalesce(sum(ticks), 0) FROM market.tick_minutes") - inMinutes);
    } finally {
      for (Path body : bodies) {
        Files.deleteIfExists(body);
      }
    }
  }

  private Path session(int ticks, int part, int parts) throws IOException {
    Path file = Files.createTempFile(folder, "ticks", ".ndjson.gz");
    LocalDate yesterday = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(1);
    long open = yesterday.atTime(3, 45).toInstant(ZoneOffset.UTC).toEpochMilli();
    try (OutputStream out =
        new BufferedOutputStream(
            new GZIPOutputStream(Files.newOutputStream(file), 65_536), 65_536)) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < ticks; i++) {
        line.setLength(0);
        int symbol = random.nextInt((symbols.size() - part + parts - 1) / parts) * parts + part;
        tick(
            line,
            symbol,
            open + (long) i * SESSION_SECONDS * 1_000 / ticks,
            1 + random.nextInt(500));
        out.write(line.toString().getBytes(StandardCharsets.US_ASCII));
      }
    }
    return file;
  }

  private void tick(StringBuilder line, int symbol, long millis, int volume) {
    prices[symbol] = Math.max(2_000, prices[symbol] + random.nextInt(5) - 2);
    line.append("{\"symbol\":\"")
        .append(symbols.get(symbol))
        .append("\",\"timestamp\":\"")
        .append(Instant.ofEpochMilli(millis))
        .append("\",\"price\":")
        .append(rupees(prices[symbol]))
        .append(",\"volume\":")
        .append(volume)
        .append(",\"sequence\":")
        .append(++sequence)
        .append("}\n");
  }

  /** From ticks of 5 paise. */
  private static String rupees(long price) {
    long paise = price * 5 % 100;
    return price * 5 / 100 + (paise < 10 ? ".0" : ".") + paise;
  }

  /**
   * A live load. Times in microseconds, from the moment a body was due to its answer.
   *
   * @param lost ticks that were not acknowledged, or refused
   * @param late ticks acknowledged later than {@link #LATE_MILLIS} after they were due
   * @param minutes bars compared with the own count
   * @param differing of those
   */
  record Live(
      long sent,
      long acknowledged,
      long lost,
      long late,
      long p50,
      long p99,
      long max,
      long rows,
      int minutes,
      int differing) {

    boolean isOk() {
      return lost == 0 && late == 0 && rows == sent && differing == 0;
    }
  }

  /** Sends ticks of now at a fixed rate, ten bodies a second, whether or not the answers keep up. */
  Live live(int rate, int seconds) throws SQLException, InterruptedException {
    long rows = number("SELECT count(*) FROM market.ticks");
    int bodies = seconds * BODIES_PER_SECOND;
    int size = rate / BODIES_PER_SECOND;
    long stepNanos = 1_000_000_000L / BODIES_PER_SECOND;
    ConcurrentHistogram histogram = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(1), 3);
    AtomicLong acknowledged = new AtomicLong();
    AtomicLong late = new AtomicLong();
    CountDownLatch answers = new CountDownLatch(bodies);
    long startMillis = clock.millis();
    long start = System.nanoTime();
    for (int i = 0; i < bodies; i++) {
      String body =
          liveBody(startMillis + (i - 1) * stepNanos / 1_000_000, size, stepNanos / 1_000_000);
      long due = start + i * stepNanos;
      for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
        LockSupport.parkNanos(wait);
      }
      client
          .sendAsync(
              request()
                  .timeout(Duration.ofSeconds(30))
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .whenComplete(
              (response, fault) -> {
                long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - due);
                histogram.recordValue(Math.min(TimeUnit.MINUTES.toMicros(1), micros));
                long accepted = fault == null ? accepted(response) : 0;
                acknowledged.addAndGet(accepted);
                if (micros > LATE_MILLIS * 1_000L) {
                  late.addAndGet(accepted);
                }
                answers.countDown();
              });
    }
    answers.await(60, TimeUnit.SECONDS);
    long sent = (long) bodies * size;
    int differing = differing();
    return new Live(
        sent,
        acknowledged.get(),
        sent - acknowledged.get(),
        late.get(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(99),
        histogram.getMaxValue(),
        number("SELECT count(*) FROM market.ticks") - rows,
        expected.size(),
        differing);
  }

  private static long accepted(HttpResponse<String> response) {
    if (response.statusCode() != 200) {
      return 0;
    }
    try {
      JsonNode said = JSON.readTree(response.body());
      return said.get("accepted").asLong() - said.get("duplicates").asLong();
    } catch (IOException e) {
      return 0;
    }
  }

  private String liveBody(long fromMillis, int size, long lengthMillis) {
    StringBuilder body = new StringBuilder(size * 110);
    for (int i = 0; i < size; i++) {
      int symbol = random.nextInt(symbols.size());
      long millis = fromMillis + i * lengthMillis / size;
      int volume = 1 + random.nextInt(500);
      tick(body, symbol, millis, volume);
      Instant minute = Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.MINUTES);
      expected
          .computeIfAbsent(new Minute(symbols.get(symbol), minute), m -> new Candle(prices[symbol]))
          .take(prices[symbol], volume);
    }
    return body.toString();
  }

  private record Minute(String symbol, Instant start) {}

  /** What a bar must be; ticks come in their order. */
  private static final class Candle {
    private final long open;
    private long high;
    private long low;
    private long close;
    private long volume;

    private Candle(long open) {
      this.open = open;
      this.high = open;
      this.low = open;
    }

    private void take(long price, int traded) {
      high = Math.max(high, price);
      low = Math.min(low, price);
      close = price;
      volume += traded;
    }

    private boolean is(ResultSet row) throws SQLException {
      return is(row.getBigDecimal("open"), open)
          && is(row.getBigDecimal("high"), high)
          && is(row.getBigDecimal("low"), low)
          && is(row.getBigDecimal("close"), close)
          && row.getLong("volume") == volume;
    }

    private static boolean is(BigDecimal stored, long price) {
      return stored.compareTo(new BigDecimal(rupees(price))) == 0;
    }
  }

  /** How many of the minutes that were sent have another bar than their ticks make, or none. */
  private int differing() throws SQLException {
    int same = 0;
    Instant first =
        expected.keySet().stream().map(Minute::start).min(Instant::compareTo).orElse(Instant.EPOCH);
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                "SELECT symbol, start_at, open, high, low, close, volume FROM market.ohlc_data"
                    + " WHERE interval = '1m' AND source = 'TICKS' AND start_at >= ?")) {
      statement.setObject(1, first.atOffset(ZoneOffset.UTC));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          Instant start = rows.getObject("start_at", OffsetDateTime.class).toInstant();
          Candle candle = expected.get(new Minute(rows.getString("symbol"), start));
          if (candle != null && candle.is(rows)) {
            same++;
          }
        }
      }
    }
    return expected.size() - same;
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(target)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/x-ndjson");
  }

  private long number(String sql) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
