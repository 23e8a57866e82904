package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.Samples;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.Quote;
import io.tola.market.domain.BarBuilder;
import io.tola.market.domain.MarketTime;
import io.tola.market.domain.Units;
import io.tola.market.store.TickFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file of bars as the market: the bars made of what it plays are those of the file. */
class ReplayBarsTest {

  private static final Clock CLOCK = Clock.fixed(Samples.MORNING, ZoneOffset.UTC);
  private static final List<Instrument> INSTRUMENTS = Samples.instruments("SBIN", "INFY", "TCS");
  private static final String HEADER = "symbol,minute,open,high,low,close,ticks,volume";
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path folder;

  private static List<Bar> replayed(Path path, double speed, long stepNanos) throws IOException {
    try (TickFile file = TickFile.open(path, INSTRUMENTS)) {
      ReplayFeed feed =
          new ReplayFeed(file, speed, Instant.ofEpochMilli(file.earliest()), Map.of(), CLOCK);
      BarBuilder builder = feed.bars();
      for (long now = 0; !feed.hasEnded(); now += stepNanos) {
        feed.play(now, builder::take);
      }
      return builder.close();
    }
  }

  private static List<Bar> of(List<Bar> bars, Interval interval) {
    return bars.stream().filter(bar -> bar.interval() == interval).toList();
  }

  private static Bar bar(String symbol, Interval interval, Instant start, Random random) {
    long low = 1_000L + random.nextInt(1_000);
    long high = low + random.nextInt(100);
    long open = low + random.nextInt((int) (high - low + 1));
    long close = low + random.nextInt((int) (high - low + 1));
    return new Bar(
        new Symbol(symbol),
        interval,
        start,
        tick(open),
        tick(high),
        tick(low),
        tick(close),
        random.nextInt(4) == 0 ? random.nextInt(4) : random.nextInt(1_000_000));
  }

  private static Price tick(long ticks) {
    return Units.price(ticks * Units.PER_RUPEE / 20);
  }

  private static String row(Bar bar, String start) {
    return bar.symbol()
        + ","
        + start
        + ","
        + bar.open()
        + ","
        + bar.high()
        + ","
        + bar.low()
        + ","
        + bar.close()
        + ",7,"
        + bar.volume();
  }

  @Property(tries = 60)
  void theMinutesMadeOfWhatIsPlayedAreThoseOfTheFile(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<Bar> bars = new ArrayList<>();
    List<String> rows = new ArrayList<>(List.of(HEADER));
    for (String symbol : List.of("SBIN", "INFY", "TCS")) {
      for (int day = 0; day < 3; day++) {
        for (int minute = 0; minute < 20; minute++) {
          if (random.nextInt(5) > 0) {
            Instant start = Instant.parse("2021-03-30T03:45:00Z");
            start = start.plusSeconds(86_400L * day + 60L * minute);
            Bar bar = bar(symbol, Interval.ONE_MINUTE, start, random);
            bars.add(bar);
            rows.add(row(bar, start.atOffset(ZoneOffset.ofHoursMinutes(5, 30)).toString()));
          }
        }
      }
    }
    Path path = Files.createTempFile("tola-bars", ".csv");
    try {
      Files.write(path, rows);
      double speed = random.nextBoolean() ? 10_000 : 60;
      List<Bar> replayed = replayed(path, speed, 1 + random.nextInt(500_000_000));
      assertThat(of(replayed, Interval.ONE_MINUTE)).containsExactlyInAnyOrderElementsOf(bars);
      for (Bar day : of(replayed, Interval.ONE_DAY)) {
        List<Bar> itsMinutes =
            bars.stream()
                .filter(b -> b.symbol().equals(day.symbol()))
                .filter(b -> MarketTime.startOf(MarketTime.dateOf(b.start())).equals(day.start()))
                .toList();
        assertThat(day.volume()).isEqualTo(itsMinutes.stream().mapToLong(Bar::volume).sum());
        assertThat(day.open()).isEqualTo(itsMinutes.get(0).open());
        assertThat(day.close()).isEqualTo(itsMinutes.get(itsMinutes.size() - 1).close());
      }
    } finally {
      Files.delete(path);
    }
  }

  @Property(tries = 20)
  void theDaysMadeOfWhatIsPlayedAreThoseOfTheFileAndThereAreNoMinutes(@ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    List<Bar> bars = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    for (String symbol : List.of("SBIN", "INFY")) {
      for (int day = 0; day < 30; day++) {
        LocalDate date = LocalDate.of(2007, 11, 27).plusDays(day);
        Bar bar = bar(symbol, Interval.ONE_DAY, MarketTime.startOf(date), random);
        bars.add(bar);
        rows.add(row(bar, date.toString()));
      }
    }
    Path path = Files.createTempFile("tola-bars", ".csv");
    try {
      rows.add(0, HEADER.replace("minute", "date"));
      Files.write(path, rows);
      assertThat(replayed(path, 10_000, 50_000_000)).containsExactlyInAnyOrderElementsOf(bars);
    } finally {
      Files.delete(path);
    }
  }

  @Test
  void fiveMinutesAddUpFromTheMinutesThatArePlayed() throws IOException {
    Random random = new Random(3);
    List<String> rows = new ArrayList<>(List.of(HEADER));
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      Instant start = Instant.parse("2021-03-30T03:45:00Z").plusSeconds(300L * i);
      Bar bar = bar("SBIN", Interval.FIVE_MINUTES, start, random);
      bars.add(bar);
      rows.add(row(bar, start.toString()));
    }
    List<Bar> minutes =
        of(
            replayed(Files.write(folder.resolve("5.csv"), rows), 600, SECOND / 3),
            Interval.ONE_MINUTE);

    for (Bar bar : bars) {
      List<Bar> parts =
          minutes.stream()
              .filter(m -> !m.start().isBefore(bar.start()))
              .filter(m -> m.start().isBefore(bar.start().plusSeconds(300)))
              .toList();
      assertThat(parts.get(0).open()).isEqualTo(bar.open());
      assertThat(parts.get(parts.size() - 1).close()).isEqualTo(bar.close());
      assertThat(Collections.max(parts.stream().map(Bar::high).toList())).isEqualTo(bar.high());
      assertThat(Collections.min(parts.stream().map(Bar::low).toList())).isEqualTo(bar.low());
      assertThat(parts.stream().mapToLong(Bar::volume).sum()).isEqualTo(bar.volume());
    }
  }

  @Test
  void aBarTakesItsTimeAtTheSpeedAndItsQuoteIsSaidEverySecondMeanwhile() throws IOException {
    Path path =
        Files.writeString(
            folder.resolve("b.csv"),
            HEADER
                + "\nSBIN,2021-03-30T09:15:00+05:30,357,358,356,357.5,1,8"
                + "\nINFY,2021-03-30T09:15:00+05:30,1300,1301,1299,1300,1,8"
                + "\nINFY,2021-03-30T09:16:00+05:30,1300,1301,1299,1300,1,8"
                + "\nINFY,2021-03-30T09:17:00+05:30,1300,1301,1299,1300,1,8");
    try (TickFile file = TickFile.open(path, INSTRUMENTS)) {
      ReplayFeed feed =
          new ReplayFeed(file, 2, Instant.ofEpochMilli(file.earliest()), Map.of(), CLOCK);
      List<Quote> heard = new ArrayList<>();
      List<String> sbin = new ArrayList<>();
      long sequence = 0;
      for (long tenth = 0; tenth <= 700; tenth++) {
        feed.play(tenth * SECOND / 10, heard::addAll);
        for (Quote quote : heard) {
          if (quote.symbol().value().equals("SBIN")) {
            assertThat(quote.sequence()).isGreaterThan(sequence);
            sequence = quote.sequence();
            String said = quote.timestamp() + " " + quote.last() + " " + quote.volume();
            if (sbin.isEmpty() || !sbin.get(sbin.size() - 1).endsWith(said)) {
              sbin.add(tenth + " " + said);
            }
          }
        }
        boolean under = tenth < 590;
        boolean whole = tenth % 10 == 0 && tenth > 0;
        if (under && whole) {
          assertThat(heard).extracting(q -> q.symbol().value()).contains("SBIN", "INFY");
        }
        if (tenth > 600) {
          assertThat(heard).extracting(q -> q.symbol().value()).doesNotContain("SBIN");
        }
        assertThat(feed.lagSeconds()).isZero();
        heard.clear();
      }
      assertThat(sbin)
          .containsExactly(
              "0 2021-03-30T03:45:00Z 357.00 2",
              "100 2021-03-30T03:45:20Z 356.00 4",
              "200 2021-03-30T03:45:40Z 358.00 6",
              "295 2021-03-30T03:45:59Z 357.50 8");
      assertThat(feed.figures()).containsEntry("recorded", "1m bars");
    }
  }

  @Test
  void gzipAndAByteOrderMarkAreReadAndACutIsPlayedUpToTheBreak() throws IOException {
    StringBuilder text = new StringBuilder("\uFEFF" + HEADER + "\r\n");
    Random random = new Random(9);
    List<Bar> bars = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Instant start = Instant.parse("2021-03-30T03:45:00Z").plusSeconds(60L * i);
      bars.add(bar("SBIN", Interval.ONE_MINUTE, start, random));
      text.append(row(bars.get(i), start.toString())).append("\r\n");
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
    }
    byte[] whole = bytes.toByteArray();
    List<Bar> all = of(replayed(write("w.gz", whole), 1_000, SECOND), Interval.ONE_MINUTE);
    assertThat(all).containsExactlyElementsOf(bars);
    byte[] half = java.util.Arrays.copyOf(whole, whole.length / 2);
    List<Bar> some = of(replayed(write("h.gz", half), 1_000, SECOND), Interval.ONE_MINUTE);
    assertThat(some).hasSizeBetween(20, 299).isSubsetOf(bars);
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  @Test
  void aFileThatCannotBePlayedIsSaidInOneSentence() throws IOException {
    Path noVolume =
        write("v.csv", "symbol,minute,open,high,low,close\n".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> TickFile.open(noVolume, INSTRUMENTS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no column for volume");
    Path none = write("n.csv", (HEADER + "\n").getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> TickFile.open(none, INSTRUMENTS)).hasMessageContaining("no bar of a");
  }
}
