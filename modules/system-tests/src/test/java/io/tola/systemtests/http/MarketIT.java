package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ticks in bulk and the bars made of them, over the real door: what the container does to a body on
 * its way (unpacking, limits, breaks) is part of it. Each test has a share and a month of its own,
 * long before the simulated past.
 */
@ExtendWith(SharedPlatform.class)
class MarketIT {

  private static final String TICKS = "/api/v1/market/ticks";
  private static final String CSV = "text/csv";
  private static final String NDJSON = "application/x-ndjson";

  private final TestPlatform platform;
  private final Api api;
  private final Caller feed;

  MarketIT(TestPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
    this.feed = api.as("feed");
  }

  private Answer send(String type, String body) {
    return feed.send("POST", TICKS, type, BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder packed(byte[] body) {
    return feed.request(TICKS)
        .header("Content-Type", CSV)
        .header("Content-Encoding", "gzip")
        .POST(BodyPublishers.ofByteArray(body));
  }

  private static byte[] gzip(String plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  /** As many ticks, one a second, numbered; prices vary so that gzip has something to keep. */
  private static String lines(String symbol, String day, int count) {
    StringBuilder text = new StringBuilder("symbol,timestamp,price,volume,sequence\n");
    for (int i = 1; i <= count; i++) {
      int second = 33_300 + i % 22_000;
      text.append(symbol).append(',').append(day);
      text.append(" %02d:%02d:%02d".formatted(second / 3_600, second / 60 % 60, second % 60));
      text.append(',').append(1_000 + i * 7919L % 500).append('.').append(i * 104_729L % 90 + 10);
      text.append(',').append(i * 31L % 97).append(',').append(i).append('\n');
    }
    return text.toString();
  }

  private long stored(String symbol, String month) {
    LocalDate first = LocalDate.parse(month + "-01");
    return platform
        .sql()
        .count(
            "SELECT count(*) FROM ticks WHERE symbol = ? AND at >= ?::date AND at < ?::date",
            symbol,
            first.toString(),
            first.plusMonths(1).toString());
  }

  /** Ticks in the minutes; as many as are stored, or something is half-stored. */
  private long counted(String symbol, String month) {
    LocalDate first = LocalDate.parse(month + "-01");
    return platform
        .sql()
        .count(
            "SELECT coalesce(sum(ticks), 0) FROM tick_minutes"
                + " WHERE symbol = ? AND start_at >= ?::date AND start_at < ?::date",
            symbol,
            first.toString(),
            first.plusMonths(1).toString());
  }

  private void expectStored(String symbol, String month, long count) {
    assertThat(stored(symbol, month)).isEqualTo(count);
    assertThat(counted(symbol, month)).isEqualTo(count);
  }

  private static void expectCounts(Answer answer, long accepted, long duplicates, long rejected) {
    JsonNode report = answer.expect(200).json();
    assertThat(report.get("accepted").asLong()).as(answer.toString()).isEqualTo(accepted);
    assertThat(report.get("duplicates").asLong()).as(answer.toString()).isEqualTo(duplicates);
    assertThat(report.get("rejected").asLong()).as(answer.toString()).isEqualTo(rejected);
  }

  private List<String> bars(String symbol, String interval, String from, String to) {
    return feed
        .get(
            "/api/v1/historical?symbol=%s&interval=%s&from=%s&to=%s"
                .formatted(symbol, interval, from, to))
        .expect(200)
        .items()
        .stream()
        .map(
            b ->
                OffsetDateTime.parse(b.get("start").asText()).toInstant()
                    + " "
                    + b.get("open").decimalValue().stripTrailingZeros().toPlainString()
                    + " "
                    + b.get("high").decimalValue().stripTrailingZeros().toPlainString()
                    + " "
                    + b.get("low").decimalValue().stripTrailingZeros().toPlainString()
                    + " "
                    + b.get("close").decimalValue().stripTrailingZeros().toPlainString()
                    + " "
                    + b.get("volume").asLong())
        .toList();
  }

  @Test
  void ticksBecomeBarsOfEveryIntervalInWhateverOrderTheyCome() {
    String header = "symbol,timestamp,price,volume,sequence\n";
    expectCounts(
        send(
            CSV,
            header
                + "WIPRO,2021-01-04 09:15:01,400,10,1\n"
                + "WIPRO,2021-01-04 09:15:59,401.5,20,3\n"
                + "WIPRO,2021-01-04 09:16:00,399.25,5,4\n"
                + "WIPRO,2021-01-04 09:21:00,402,1,5\n"),
        4,
        0,
        0);
    // One late tick that was the highest, one that was there before.
    expectCounts(
        send(
            CSV,
            header
                + "WIPRO,2021-01-04 09:15:30,405,7,2\n"
                + "WIPRO,2021-01-04 09:16:00,399.25,5,4\n"),
        2,
        1,
        0);
    String from = "2021-01-04T00:00:00Z";
    String to = "2021-01-05T00:00:00Z";
    assertThat(bars("WIPRO", "1m", from, to))
        .containsExactly(
            "2021-01-04T03:45:00Z 400 405 400 401.5 37",
            "2021-01-04T03:46:00Z 399.25 399.25 399.25 399.25 5",
            "2021-01-04T03:51:00Z 402 402 402 402 1");
    assertThat(bars("WIPRO", "5m", from, to))
        .containsExactly(
            "2021-01-04T03:45:00Z 400 405 399.25 399.25 42",
            "2021-01-04T03:50:00Z 402 402 402 402 1");
    assertThat(bars("WIPRO", "15m", from, to))
        .containsExactly("2021-01-04T03:45:00Z 400 405 399.25 402 43");
    assertThat(bars("WIPRO", "1h", from, to)).hasSize(1);
    assertThat(bars("WIPRO", "1d", "2021-01-03T00:00:00Z", to))
        .containsExactly("2021-01-03T18:30:00Z 400 405 399.25 402 43");
    expectStored("WIPRO", "2021-01", 5);
  }

  @Test
  void sendingABodyAgainChangesNothing() {
    String body = lines("TITAN", "2021-02-01", 500);
    expectCounts(send(CSV, body), 500, 0, 0);
    List<String> before = bars("TITAN", "1m", "2021-02-01T00:00:00Z", "2021-02-02T00:00:00Z");
    expectCounts(send(CSV, body), 500, 500, 0);
    expectStored("TITAN", "2021-02", 500);
    assertThat(bars("TITAN", "1m", "2021-02-01T00:00:00Z", "2021-02-02T00:00:00Z"))
        .isEqualTo(before)
        .isNotEmpty();
  }

  @Test
  void aPackedBodyIsTakenWithAndWithoutItsHeader() {
    byte[] body = gzip(lines("TITAN", "2021-03-01", 60_000));
    expectCounts(feed.send(packed(body)), 60_000, 0, 0);
    expectCounts(
        feed.send("POST", TICKS, CSV, BodyPublishers.ofByteArray(body)), 60_000, 60_000, 0);
    expectStored("TITAN", "2021-03", 60_000);
  }

  @Test
  void aBodyOfUnknownLengthIsTaken() {
    byte[] body = lines("TITAN", "2021-04-01", 30_000).getBytes(StandardCharsets.UTF_8);
    expectCounts(
        feed.send(
            "POST", TICKS, CSV, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))),
        30_000,
        0,
        0);
    expectStored("TITAN", "2021-04", 30_000);
  }

  @Test
  void badTicksAreCountedWithTheirReasonAndGoodOnesKept() {
    Instant now = Instant.now(java.time.Clock.systemUTC());
    String good = "{\"symbol\":\"NTPC\",\"timestamp\":\"2021-05-03T04:00:%02dZ\",\"price\":100}\n";
    Answer answer =
        send(
            NDJSON,
            good.formatted(1)
                + "{\"symbol\":\"NTPC\",\"timestamp\":\"%s\",\"price\":100}\n"
                    .formatted(now.plus(Duration.ofMinutes(5)))
                + "{\"symbol\":\"NOSUCH\",\"timestamp\":\"2021-05-03T04:00:02Z\",\"price\":100}\n"
                + "{\"symbol\":\"NTPC\",\"timestamp\":\"2021-05-03T04:00:02Z\",\"price\":100,"
                + "\"bid\":100.05,\"ask\":100}\n"
                + "{\"symbol\":\"NTPC\",\"timestamp\":\"2021-05-03T04:00:02Z\",\"price\":100,"
                + "\"volume\":-1}\n"
                + "{\"symbol\":\"NTPC\",\"timestamp\":\"2021-05-03T04:00:02Z\",\"price\":-100}\n"
                + "{\"symbol\":\"NTPC'; DROP TABLE ticks; --\",\"price\":1}\n"
                + "half a line\n"
                + good.formatted(3));
    expectCounts(answer, 2, 0, 7);
    assertThat(answer.json().get("complete").asBoolean()).isTrue();
    assertThat(answer.json().get("first_errors").valueStream())
        .extracting(e -> e.get("line").asInt() + " " + e.get("field").asText())
        .containsExactly(
            "2 timestamp", "3 symbol", "4 bid", "5 volume", "6 price", "7 timestamp", "8 line");
    expectStored("NTPC", "2021-05", 2);
  }

  @Test
  void ofManyBadLinesAllAreCountedAndSomeAreSaid() {
    Answer answer =
        send(CSV, "symbol,timestamp,price\n" + "NTPC,2021-06-01 10:00:00,0\n".repeat(5_000));
    expectCounts(answer, 0, 0, 5_000);
    assertThat(answer.json().get("first_errors").size()).isEqualTo(100);
    expectStored("NTPC", "2021-06", 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPackedBodyThatIsCutOffKeepsTheTicksBeforeTheCut(boolean said) {
    String symbol = said ? "ONGC" : "HINDALCO";
    byte[] body = gzip(lines(symbol, "2021-03-01", 50_000));
    long kept = expectBefore(symbol, "2021-03", Arrays.copyOf(body, body.length * 2 / 3), said);
    assertThat(kept).isBetween(25_000L, 40_000L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPackedBodyThatIsDamagedKeepsPiecesBeforeTheDamage(boolean said) {
    String symbol = said ? "ONGC" : "HINDALCO";
    byte[] body = gzip(lines(symbol, "2021-04-01", 50_000));
    Arrays.fill(body, body.length / 2, body.length / 2 + 64, (byte) 0x5a);
    assertThat(expectBefore(symbol, "2021-04", body, said)).isBetween(15_000L, 26_000L);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void nothingOfAPieceWhoseChecksumIsWrongIsKept(boolean said) {
    String symbol = said ? "ONGC" : "HINDALCO";
    byte[] body = gzip(lines(symbol, "2021-05-03", 1_000));
    body[body.length - 6] ^= 1;
    assertThat(expectBefore(symbol, "2021-05", body, said)).isZero();
  }

  /** How many are kept. */
  private long expectBefore(String symbol, String month, byte[] body, boolean said) {
    Answer answer =
        said
            ? feed.send(packed(body))
            : feed.send("POST", TICKS, CSV, BodyPublishers.ofByteArray(body));
    JsonNode report = answer.expect(200).json();
    assertThat(report.get("complete").asBoolean()).as(answer.toString()).isFalse();
    assertThat(report.at("/first_errors/0/field").asText()).isEqualTo("body");
    long accepted = report.get("accepted").asLong();
    expectStored(symbol, month, accepted);
    assertThat(newest(symbol, month)).isEqualTo(accepted);
    return accepted;
  }

  /** The ticks are numbered: as high as there are many, if they are those before a break. */
  private long newest(String symbol, String month) {
    return platform
        .sql()
        .count(
            "SELECT coalesce(max(sequence), 0) FROM ticks WHERE symbol = ? AND at >= ?::date"
                + " AND at < ?::date + interval '1 month'",
            symbol,
            month + "-01",
            month + "-01");
  }

  @Test
  void whatIsNeitherPackedNorTextIsRefused() {
    byte[] body = gzip(lines("HINDALCO", "2021-06-01", 10));
    body[0] ^= 1;
    Problems.expect(feed.send(packed(body)), 400);
    expectStored("HINDALCO", "2021-06", 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConnectionThatBreaksKeepsTheWholeTicksThatArrived(boolean chunked) throws Exception {
    String symbol = chunked ? "CIPLA" : "LT";
    byte[] body = lines(symbol, "2021-03-01", 30_000).getBytes(StandardCharsets.UTF_8);
    // Half a line is no tick: the last one ends before its price does.
    byte[] sent = Arrays.copyOf(body, lastNewline(body, body.length * 9 / 10) - 12);
    URI uri = URI.create(api.url());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(60_000);
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST "
                  + TICKS
                  + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nAuthorization: Bearer "
                  + api.token("feed")
                  + "\r\n"
                  + (chunked
                      ? "Transfer-Encoding: chunked\r\n\r\n"
                          + Integer.toHexString(sent.length + 1000)
                          + "\r\n"
                      : "Content-Length: " + body.length + "\r\n\r\n"))
              .getBytes(StandardCharsets.US_ASCII));
      out.write(sent);
      out.flush();
      socket.shutdownOutput();
      // Whatever the server still says, it isn't heard: the client is gone.
      InputStream in = socket.getInputStream();
      in.readNBytes(1);
    }
    long whole = new String(sent, StandardCharsets.UTF_8).lines().count() - 2;
    // The listener keeps its last buffer to itself; what it handed on is stored after one piece.
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (stored(symbol, "2021-03") <= 20_000 && System.nanoTime() < deadline) {
      Thread.sleep(100);
    }
    long kept = stored(symbol, "2021-03");
    assertThat(kept).isBetween(whole - 2_000, whole);
    assertThat(newest(symbol, "2021-03")).isEqualTo(kept);
    expectStored(symbol, "2021-03", kept);
    // Sent again as a whole, the rest is stored.
    expectCounts(feed.send("POST", TICKS, CSV, BodyPublishers.ofByteArray(body)), 30_000, kept, 0);
    expectStored(symbol, "2021-03", 30_000);
  }

  private static int lastNewline(byte[] body, int before) {
    int at = before;
    while (body[at] != '\n') {
      at--;
    }
    return at;
  }

  @Test
  void aBodyThatIsNoTicksIsRefused() {
    Problems.expect(send(CSV, "a,b,c\n1,2,3\n"), 400);
    expectCounts(send(CSV, ""), 0, 0, 0);
    expectCounts(send(NDJSON, ""), 0, 0, 0);
    Problems.expect(send("application/json", "{}"), 415);
    Problems.expect(send("text/csv;charset=utf-16", "symbol,timestamp,price\n"), 415);
    Problems.expect(
        feed.send(
            feed.request(TICKS)
                .header("Content-Type", CSV)
                .header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString("symbol,timestamp,price\n"))),
        415);
  }

  @Test
  void aBodyWithoutAnyLineEndTakesNoMemory() {
    Answer answer =
        send(
            CSV,
            "symbol,timestamp,price\n" + "x".repeat(8_000_000) + "\nTCS,2021-06-01 10:00:00,1");
    expectCounts(answer, 1, 0, 1);
  }

  @Test
  void aBombIsLeftAsSoonAsItIsSeen() {
    String bomb = "symbol,timestamp,price\n" + ("x".repeat(1_000) + "\n").repeat(40_000);
    JsonNode report = feed.send(packed(gzip(bomb))).expect(200).json();
    assertThat(report.get("complete").asBoolean()).isFalse();
    assertThat(report.get("accepted").asLong()).isZero();
    assertThat(report.get("rejected").asLong()).isBetween(15_000L, 18_000L);
    feed.get("/api/v1/status").expect(200);
  }

  @Test
  void manyFeedsMayLoadAtOnceTheSameTicksToo() throws Exception {
    String body = lines("GRASIM", "2021-03-01", 20_000);
    List<Thread> threads = new ArrayList<>();
    List<Answer> answers = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 8; i++) {
      Thread thread = new Thread(() -> answers.add(send(CSV, body)));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(answers).hasSize(8);
    long added = 0;
    for (Answer answer : answers) {
      JsonNode report = answer.expect(200).json();
      added += report.get("accepted").asLong() - report.get("duplicates").asLong();
    }
    assertThat(added).isEqualTo(20_000);
    expectStored("GRASIM", "2021-03", 20_000);
  }

  @Test
  void aLongHistoryIsTheSameInOneStreamAsInPages() {
    StringBuilder body = new StringBuilder("symbol,timestamp,price,volume\n");
    Instant start = Instant.parse("2020-01-06T00:00:00Z");
    for (int i = 0; i < 12_345; i++) {
      body.append("MARUTI,").append(start.plus(Duration.ofMinutes(i)));
      body.append(',').append(5_000 + i % 1_000).append(",1\n");
    }
    expectCounts(send(CSV, body.toString()), 12_345, 0, 0);
    String path =
        "/api/v1/historical?symbol=MARUTI&interval=1m&from=2020-01-01T00:00:00Z"
            + "&to=2020-02-01T00:00:00Z";
    Answer whole = feed.get(path + "&limit=1000000").expect(200);
    assertThat(whole.items()).hasSize(12_345);
    assertThat(whole.text("next_cursor")).isNull();
    List<JsonNode> paged = new ArrayList<>();
    String cursor = null;
    do {
      Answer page =
          feed.get(path + "&limit=5000" + (cursor == null ? "" : "&cursor=" + Api.encode(cursor)))
              .expect(200);
      paged.addAll(page.items());
      cursor = page.text("next_cursor");
    } while (cursor != null);
    assertThat(paged).isEqualTo(whole.items());
    Answer part = feed.get(path + "&limit=7000").expect(200);
    assertThat(part.items()).isEqualTo(paged.subList(0, 7_000));
    Answer rest =
        feed.get(path + "&limit=7000&cursor=" + Api.encode(part.text("next_cursor"))).expect(200);
    assertThat(rest.items()).isEqualTo(paged.subList(7_000, 12_345));
  }

  @Test
  void monthsAreMadeAhead() {
    LocalDate next = LocalDate.now(java.time.Clock.systemUTC()).plusMonths(1);
    String suffix = "_y%04dm%02d".formatted(next.getYear(), next.getMonthValue());
    for (String table : List.of("ticks", "tick_minutes", "ohlc_data")) {
      assertThat(
              platform
                  .sql()
                  .count("SELECT count(*) FROM pg_class WHERE relname = ?", table + suffix))
          .as(table)
          .isEqualTo(1);
    }
  }
}
