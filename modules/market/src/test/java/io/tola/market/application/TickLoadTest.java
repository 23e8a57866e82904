package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.market.api.TickFormat;
import io.tola.market.api.TickReport;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TickLoadTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-20T04:00:00Z"), ZoneOffset.UTC);
  private static final KeepSettings SETTINGS = KeepSettings.read(name -> Optional.empty());

  private final List<String> stored = new ArrayList<>();
  private final Set<String> known = new HashSet<>();

  private TickLoad load(TickFormat format) {
    return new TickLoad(
        List.of("SBIN", "INFY", "M&M"),
        format,
        SETTINGS,
        CLOCK,
        batch -> {
          long added = 0;
          for (int i = 0; i < batch.size(); i++) {
            String tick =
                batch.symbol(i)
                    + " "
                    + Instant.EPOCH.plus(batch.micros(i), java.time.temporal.ChronoUnit.MICROS)
                    + " "
                    + batch.price(i)
                    + " "
                    + batch.quantity(i)
                    + " "
                    + batch.dayVolume(i)
                    + " "
                    + batch.sequence(i);
            stored.add(tick);
            added += known.add(tick) ? 1 : 0;
          }
          return added;
        });
  }

  private TickReport take(TickFormat format, byte[] body) throws Exception {
    return load(format).run(new ByteArrayInputStream(body));
  }

  private TickReport csv(String... lines) throws Exception {
    return take(TickFormat.CSV, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private TickReport json(String... lines) throws Exception {
    return take(TickFormat.NDJSON, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  @Test
  void goodLinesOfBothFormatsAreRead() throws Exception {
    csv(
        "symbol,timestamp,ltp,cum_volume\r",
        "SBIN,2021-04-28 09:15:15,357.05,1000\r",
        "M&M, 2021-04-28T09:15:15.25+05:30 ,1.0000000,20.0\r");
    json(
        "{\"symbol\":\"INFY\",\"timestamp\":\"2021-04-28T03:45:15.1234567Z\",\"price\":1300}",
        " { \"price\" : 0.05 , \"volume\":7,\"sequence\":3, \"timestamp\":\"2021-04-27T22:45:15-0500\","
            + " \"symbol\": \"INFY\", \"bid\": 0.05, \"ask\": 0.05 } ",
        "");
    assertThat(stored)
        .containsExactly(
            "SBIN 2021-04-28T03:45:15Z 3570500 0 1000 0",
            "M&M 2021-04-28T03:45:15.250Z 10000 0 20 0",
            "INFY 2021-04-28T03:45:15.123456Z 13000000 0 0 0",
            "INFY 2021-04-28T03:45:15Z 500 7 0 3");
  }

  @Test
  void eachKindOfBadLineIsRefusedWithItsFieldAndGoodOnesAreKept() throws Exception {
    TickReport report =
        csv(
            "symbol,timestamp,price,volume,cum_volume,bid,ask,sequence",
            "SBIN,2026-11-20 09:30:00,100,5,,,,",
            "NIFTY 50,2026-11-20 09:30:00,100,5,,,,",
            "SBIN,2026-11-20 09:30:06,100,5,,,,",
            "SBIN,2016-11-01 09:30:06,100,5,,,,",
            "SBIN,2026-02-30 09:30:06,100,5,,,,",
            "SBIN,2026-11-20 09:30:00,0,5,,,,",
            "SBIN,2026-11-20 09:30:00,1.00001,5,,,,",
            "SBIN,2026-11-20 09:30:00,NaN,5,,,,",
            "SBIN,2026-11-20 09:30:00,100,-5,,,,",
            "SBIN,2026-11-20 09:30:00,100,,-5,,,",
            "SBIN,2026-11-20 09:30:00,100,5,5,,,",
            "SBIN,2026-11-20 09:30:00,100,5,,100.1,100,",
            "SBIN,2026-11-20 09:30:00,100,5,,100,100,x",
            "SBIN,2026-11-20 09:30:00,100",
            ",2026-11-20 09:30:00,100,5,,,,",
            "\u0000\u0001",
            "x".repeat(3_000),
            "SBIN,2026-11-20 09:30:05,100,5,,,,");
    assertThat(report.accepted()).isEqualTo(2);
    assertThat(report.rejected()).isEqualTo(16);
    assertThat(report.complete()).isTrue();
    assertThat(report.firstErrors())
        .extracting(TickReport.Rejected::line)
        .containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L, 16L, 17L, 18L);
    assertThat(report.firstErrors())
        .extracting(TickReport.Rejected::field)
        .containsExactly(
            "symbol",
            "timestamp",
            "timestamp",
            "timestamp",
            "price",
            "price",
            "price",
            "volume",
            "cum_volume",
            "volume",
            "bid",
            "sequence",
            "line",
            "symbol",
            "line",
            "line");
  }

  @Test
  void jsonThatIsNoTickIsRefused() throws Exception {
    String[] bad = {
      "[]",
      "{",
      "{\"symbol\":\"SBIN\"",
      "{\"symbol\":\"SBIN\"}x",
      "{\"symbol\":\"SBIN\",\"symbol\":\"SBIN\"}",
      "{\"symbol\":5}",
      "{\"price\":\"5\"}",
      "{\"colour\":1}",
      "{\"price\":{}}",
      "{\"price\":1e3,\"symbol\":\"SBIN\",\"timestamp\":\"2026-11-20T09:30:00Z\"}",
      "{\"symbol\":\"SBIN\",\"timestamp\":null,\"price\":1}",
      "null",
      "{}"
    };
    TickReport report = json(bad);
    assertThat(report.rejected()).isEqualTo(bad.length);
    assertThat(report.accepted()).isZero();
  }

  @Test
  void aCsvThatNamesOtherColumnsIsRefusedAsAWhole() {
    for (String header : new String[] {"symbol,timestamp", "a,b,c", "symbol,symbol,price", ""}) {
      assertThatThrownBy(() -> csv(header, "SBIN,2026-11-20 09:30:00,100"))
          .isInstanceOf(TickLoad.UnknownColumnsException.class);
    }
  }

  private static String lines(int count) {
    StringBuilder text = new StringBuilder("symbol,timestamp,price,sequence\n");
    for (int i = 1; i <= count; i++) {
      text.append("SBIN,2026-11-20 09:15:00,100.05,").append(i).append('\n');
    }
    return text.toString();
  }

  @Property(tries = 60)
  void aBodyCutAnywhereKeepsTheWholeTicksBeforeTheCut(
      @ForAll @IntRange(max = 100) int perCent, @ForAll boolean packed) throws Exception {
    stored.clear();
    byte[] plain = lines(3_000).getBytes(StandardCharsets.UTF_8);
    byte[] body = packed ? gzip(plain) : plain;
    byte[] cut = Arrays.copyOf(body, (body.length - 1) * perCent / 100);
    InputStream breaking =
        new InputStream() {
          private final ByteArrayInputStream in = new ByteArrayInputStream(cut);

          private final IOException reset = new IOException("connection reset");

          @Override
          public int read() throws IOException {
            int b = in.read();
            if (b < 0 && !packed) {
              throw reset;
            }
            return b;
          }

          // As a container does: what failed once fails the same way for ever.
          @Override
          public void close() throws IOException {
            throw reset;
          }
        };
    if (cut.length == 0 && packed) {
      return;
    }
    TickReport report;
    try {
      report = load(TickFormat.CSV).run(breaking);
    } catch (TickLoad.UnknownColumnsException e) {
      // One byte of a gzip is no gzip.
      assertThat(cut.length).isEqualTo(1);
      return;
    }
    assertThat(report.complete()).isFalse();
    assertThat(report.firstErrors()).extracting(TickReport.Rejected::field).containsExactly("body");
    assertThat(stored).hasSize((int) report.accepted());
    for (int i = 0; i < stored.size(); i++) {
      assertThat(stored.get(i)).isEqualTo("SBIN 2026-11-20T03:45:00Z 1000500 0 0 " + (i + 1));
    }
    if (!packed) {
      long whole = new String(cut, StandardCharsets.UTF_8).lines().count();
      assertThat((long) stored.size()).isBetween(whole - 2, whole - 1 < 0 ? 0 : whole - 1);
    }
  }

  @Test
  void gzipThatIsDamagedInTheMiddleIsSaidAndWhatWasBeforeIsKept() throws Exception {
    byte[] body = gzip(lines(50_000).getBytes(StandardCharsets.UTF_8));
    Arrays.fill(body, body.length / 2, body.length / 2 + 40, (byte) 0x5a);
    TickReport report = take(TickFormat.CSV, body);
    assertThat(report.complete()).isFalse();
    assertThat(report.accepted()).isPositive().isEqualTo(stored.size());
    assertThat(report.firstErrors().get(0).field()).isEqualTo("body");
    for (int i = 0; i < stored.size(); i++) {
      assertThat(stored.get(i)).endsWith(" " + (i + 1));
    }
  }

  @Test
  void aBodyThatUnpacksOutOfAllProportionIsLeft() throws Exception {
    TickReport report =
        take(
            TickFormat.CSV,
            gzip(
                ("symbol,timestamp,price\n" + ("x".repeat(1_000) + "\n").repeat(30_000))
                    .getBytes(StandardCharsets.UTF_8)));
    assertThat(report.complete()).isFalse();
    assertThat(report.rejected()).isBetween(15_000L, 18_000L);
  }

  @Test
  void longBodiesAreStoredInPieces() throws Exception {
    List<Integer> pieces = new ArrayList<>();
    TickLoad load =
        new TickLoad(
            List.of("SBIN"),
            TickFormat.CSV,
            SETTINGS,
            CLOCK,
            batch -> {
              pieces.add(batch.size());
              return 0;
            });
    TickReport report =
        load.run(new ByteArrayInputStream(lines(45_000).getBytes(StandardCharsets.UTF_8)));
    assertThat(report.accepted()).isEqualTo(45_000).isEqualTo(report.duplicates());
    assertThat(pieces).allMatch(size -> size <= TickLoad.PIECE).hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void aPieceTheDatabaseRefusesEndsTheLoadAndSaysWhere() {
    TickLoad load =
        new TickLoad(
            List.of("SBIN"),
            TickFormat.CSV,
            SETTINGS,
            CLOCK,
            batch -> {
              throw new SQLException("gone");
            });
    assertThatThrownBy(
            () -> load.run(new ByteArrayInputStream(lines(3).getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(TickLoad.NotStoredException.class)
        .extracting(e -> ((TickLoad.NotStoredException) e).line())
        .isEqualTo(4L);
  }

  @Test
  void settingsOutOfRangeAreNamed() {
    for (String[] wrong :
        new String[][] {
          {KeepSettings.TICKS, "90"},
          {KeepSettings.TICKS, "P-1D"},
          {KeepSettings.BARS, "P1D"},
          {KeepSettings.AHEAD, "PT2H"}
        }) {
      assertThatThrownBy(
              () ->
                  KeepSettings.read(
                      n -> n.equals(wrong[0]) ? Optional.of(wrong[1]) : Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(wrong[0]);
    }
  }
}
