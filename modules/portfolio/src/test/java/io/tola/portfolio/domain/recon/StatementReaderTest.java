package io.tola.portfolio.domain.recon;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.portfolio.api.StatementFormat;
import io.tola.portfolio.api.StatementKind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementReaderTest {

  private static final String TRADES =
      "trade_id,symbol,side,quantity,price,traded_at\n"
          + "t1,SBIN,BUY,10,420.65,2026-11-20 09:16:39\n";

  // CSV

  @Test
  void columnsComeInAnyOrderUnderTheirBrokersNamesAndOthersArePassedOver() {
    StatementReader.Statement read =
        csv(
            StatementKind.TRADES,
            "\uFEFFPrice,whatever,TRANSACTION_TYPE,tradingsymbol,Quantity,fill_timestamp,charges\r\n"
                + "\"420.65\",\"a \"\"b\"\", c\",sell,M&M,10.0,2026-11-20 09:16:39,12.5\r\n"
                + "\r\n"
                + "1,,BUY,TCS,1,2026-11-20T09:16:39.123456789Z,");
    assertThat(read.firstErrors()).isEmpty();
    assertThat(read.lines())
        .containsExactly(
            new StatementLine(
                2,
                "M&M",
                null,
                null,
                null,
                "SELL",
                10,
                new BigDecimal("420.65"),
                new BigDecimal("12.5"),
                null,
                Instant.parse("2026-11-20T03:46:39Z")),
            new StatementLine(
                4,
                "TCS",
                null,
                null,
                null,
                "BUY",
                1,
                new BigDecimal("1"),
                null,
                null,
                Instant.parse("2026-11-20T09:16:39.123456Z")));
  }

  @Test
  void eachLineThatCantBeUnderstoodIsNamedOnceAndCounted() {
    StatementReader.Statement read =
        csv(
            StatementKind.TRADES,
            TRADES
                + "t2,sbin,HOLD,-1,0,yesterday\n"
                + "t3,SBIN,BUY,1.5,1,2026-11-20 09:16:39\n"
                + "t4,SBIN,BUY,1,1\n"
                + "t5,SBIN,BUY,1,1e99999999,2026-11-20 09:16:39\n"
                + "t6,SBIN,BUY,99999999999999,1,2026-13-20 09:16:39\n"
                + "t7,\"SBIN,BUY,1,1,2026-11-20 09:16:39\n");
    assertThat(read.errors()).isEqualTo(6);
    assertThat(read.firstErrors().stream().map(e -> e.line() + " " + e.field()))
        .containsExactly(
            "3 symbol",
            "3 quantity",
            "3 side",
            "3 traded_at",
            "3 price",
            "4 quantity",
            "5 line",
            "6 price",
            "6 price",
            "7 quantity",
            "7 traded_at",
            "8 line");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "symbol,side,quantity,price|traded_at",
        "side,quantity,price,traded_at|symbol",
        "symbol,side,quantity,traded_at|price",
        "symbol,quantity,price,traded_at|side"
      })
  void missingColumnIsNamedAndNothingIsRead(String header, String missing) {
    StatementReader.Statement read = csv(StatementKind.TRADES, header + "\nSBIN,BUY,1,1\n");
    assertThat(read.errors()).isEqualTo(1);
    assertThat(read.firstErrors().get(0).line()).isEqualTo(1);
    assertThat(read.firstErrors().get(0).field()).isEqualTo(missing);
    assertThat(read.lines()).isEmpty();
  }

  @Test
  void columnThatIsThereTwiceIsRefusedAlsoUnderTwoNames() {
    for (String header : new String[] {"symbol,quantity,Symbol", "symbol,quantity,tradingsymbol"}) {
      StatementReader.Statement read = csv(StatementKind.HOLDINGS, header + "\nSBIN,1,TCS\n");
      assertThat(read.firstErrors())
          .containsExactly(
              new LineError(1, "symbol", "is there twice: two columns have that name"));
    }
  }

  @Test
  void headerWithinTheLinesIsNamed() {
    StatementReader.Statement read =
        csv(StatementKind.HOLDINGS, "symbol,quantity\nSBIN,1\nsymbol,quantity\nTCS,1\n");
    assertThat(read.firstErrors()).containsExactly(new LineError(3, "line", "is the header again"));
  }

  @Test
  void anotherEncodingIsNamedWithItsLine() {
    assertThat(
            read(
                StatementKind.HOLDINGS,
                "symbol,quantity\nSBIN,1".getBytes(StandardCharsets.UTF_16)))
        .extracting(s -> s.firstErrors().get(0).message())
        .isEqualTo("is UTF-16: a statement must be UTF-8");
    assertThat(
            read(
                StatementKind.HOLDINGS,
                "symbol,quantity\nSBIN,1".getBytes(StandardCharsets.UTF_16LE)))
        .extracting(s -> s.firstErrors().get(0).message())
        .isEqualTo("is UTF-16: a statement must be UTF-8");
    StatementReader.Statement latin =
        read(
            StatementKind.HOLDINGS,
            "symbol,quantity,note\nSBIN,1,a\nTCS,1,\u00e9\nITC,1,b\n"
                .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(latin.firstErrors()).containsExactly(new LineError(3, "line", "is not UTF-8"));
    assertThat(latin.lines()).hasSize(2);
  }

  @Test
  void lineBeyondTheMostIsWhereReadingEnds() {
    int[] served = new int[1];
    InputStream endless =
        new InputStream() {
          private final byte[] header = "symbol,quantity\n".getBytes(StandardCharsets.UTF_8);
          private final byte[] row = "SBIN,1\n".getBytes(StandardCharsets.UTF_8);

          @Override
          public int read() {
            int i = served[0]++;
            return i < header.length ? header[i] : row[(i - header.length) % row.length];
          }
        };
    StatementReader.Statement read;
    try {
      read = new StatementReader(StatementKind.HOLDINGS, StatementFormat.CSV, 1_000).read(endless);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(read.firstErrors())
        .containsExactly(
            new LineError(1_002, "line", "is one too many: a statement has at most 1000 lines"));
    assertThat(served[0]).isLessThan(200_000);
  }

  @Test
  void millionWrongLinesAreCountedAndTheFirstHundredNamed() {
    StringBuilder body = new StringBuilder("symbol,quantity\n");
    for (int i = 0; i < 1_000_000; i++) {
      body.append("SBIN,x\n");
    }
    StatementReader.Statement read;
    try {
      read =
          new StatementReader(StatementKind.HOLDINGS, StatementFormat.CSV, 1_000_000)
              .read(new ByteArrayInputStream(body.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(read.errors()).isEqualTo(1_000_000);
    assertThat(read.firstErrors()).hasSize(StatementReader.MOST_ERRORS);
  }

  @Test
  void emptyBodyIsNoStatement() {
    assertThat(csv(StatementKind.HOLDINGS, "").errors()).isEqualTo(1);
    assertThat(json(StatementKind.HOLDINGS, "").errors()).isEqualTo(1);
  }

  // JSON

  @Test
  void holdingsAreWhatTheBrokerOwesDeliveredPledgedOrNot() {
    StatementReader.Statement read =
        json(
            StatementKind.HOLDINGS,
            "{\"status\":\"success\",\"data\":[{\"tradingsymbol\":\"SBIN\",\"exchange\":\"BSE\","
                + "\"isin\":\"INE062A01020\",\"price\":0,\"quantity\":16,\"t1_quantity\":4,"
                + "\"collateral_quantity\":2,\"used_quantity\":5,\"average_price\":801.78125,"
                + "\"mtf\":{\"quantity\":7}}]}");
    assertThat(read.firstErrors()).isEmpty();
    assertThat(read.lines())
        .containsExactly(
            new StatementLine(
                1,
                "SBIN",
                "BSE",
                "INE062A01020",
                "CNC",
                null,
                17,
                new BigDecimal("801.78125"),
                null,
                null,
                null));
  }

  @Test
  void ofPositionsTheNetOnesCountAndDeliverySharesOfTheDayDoNot() {
    StatementReader.Statement read =
        json(
            StatementKind.POSITIONS,
            "{\"data\":{\"day\":[{\"tradingsymbol\":\"X\"}],\"net\":["
                + "{\"tradingsymbol\":\"SBIN\",\"product\":\"MIS\",\"quantity\":-3,\"average_price\":1.5},"
                + "{\"tradingsymbol\":\"TCS\",\"product\":\"CNC\",\"quantity\":1,\"average_price\":2}]}}");
    assertThat(read.firstErrors()).isEmpty();
    assertThat(read.ignored()).isEqualTo(1);
    assertThat(read.lines())
        .singleElement()
        .satisfies(
            line -> {
              assertThat(line.symbol()).isEqualTo("SBIN");
              assertThat(line.quantity()).isEqualTo(-3);
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"data\":[{\"tradingsymbol\":\"SBIN\",\"quantity\":1}",
        "{\"data\":[{\"tradingsymbol\":\"SBIN\",\"quantity\":NaN}]}",
        "{\"data\":[{\"tradingsymbol\":\"SBIN\" \"quantity\":1}]}",
        "{\"data\":[1]}",
        "{\"data\":[]} trailing",
        "{\"data\":[],\"data\":[]}",
        "{\"nothing\":1}",
        "\"text\"",
        "[{\"tradingsymbol\":\"SBIN\",\"quantity\":1,\"a\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}]",
        "[{\"tradingsymbol\":\"SBIN\",\"quantity\":1,\"quantity\":2}]"
      })
  void whatIsNoStatementIsNamed(String body) {
    assertThat(json(StatementKind.HOLDINGS, body).errors()).isEqualTo(1);
  }

  @Test
  void jsonInAnotherEncodingIsNamed() throws IOException {
    StatementReader.Statement read =
        new StatementReader(StatementKind.HOLDINGS, StatementFormat.JSON, 10)
            .read(
                new ByteArrayInputStream(
                    "[{\"tradingsymbol\":\"SBIN\",\"quantity\":1,\"n\":\"\u00e9\"}]"
                        .getBytes(StandardCharsets.ISO_8859_1)));
    assertThat(read.errors()).isEqualTo(1);
    assertThat(read.firstErrors().get(0).message()).contains("not UTF-8");
  }

  /** A real broker's answers, where they are at hand. */
  @Test
  void realBrokersAnswersAreUnderstood() throws IOException {
    String shared = System.getenv("TOLA_SHARED_DATA");
    if (shared == null) {
      System.err.println(
          "SKIPPED: broker-json is not at hand; set TOLA_SHARED_DATA to try real brokers' answers");
      Assumptions.abort("broker-json is not at hand");
    }
    Path folder = Path.of(shared, "broker-json");
    record Sample(String file, StatementKind kind, int lines) {}
    for (Sample sample :
        new Sample[] {
          new Sample("holdings.json", StatementKind.HOLDINGS, 2),
          new Sample("positions.json", StatementKind.POSITIONS, 3),
          new Sample("trades.json", StatementKind.TRADES, 4),
          new Sample("order_trades.json", StatementKind.TRADES, 1)
        }) {
      try (InputStream in = Files.newInputStream(folder.resolve(sample.file))) {
        StatementReader.Statement read =
            new StatementReader(sample.kind, StatementFormat.JSON, 1_000).read(in);
        assertThat(read.firstErrors()).as(sample.file).isEmpty();
        assertThat(read.lines()).as(sample.file).hasSize(sample.lines);
      }
    }
    try (InputStream in = Files.newInputStream(folder.resolve("holdings_compact.json"))) {
      StatementReader.Statement read =
          new StatementReader(StatementKind.HOLDINGS, StatementFormat.JSON, 1_000).read(in);
      assertThat(read.firstErrors()).isEmpty();
      assertThat(read.lines()).hasSizeGreaterThan(10);
    }
  }

  private static StatementReader.Statement csv(StatementKind kind, String body) {
    return read(kind, body.getBytes(StandardCharsets.UTF_8));
  }

  private static StatementReader.Statement json(StatementKind kind, String body) {
    return read(kind, StatementFormat.JSON, body.getBytes(StandardCharsets.UTF_8));
  }

  private static StatementReader.Statement read(StatementKind kind, byte[] body) {
    return read(kind, StatementFormat.CSV, body);
  }

  private static StatementReader.Statement read(
      StatementKind kind, StatementFormat format, byte[] body) {
    try {
      return new StatementReader(kind, format, 1_000).read(new ByteArrayInputStream(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
