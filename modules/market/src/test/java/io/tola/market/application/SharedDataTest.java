package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Symbol;
import io.tola.kernel.time.PlatformClock;
import io.tola.market.api.Bar;
import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.api.Quote;
import io.tola.market.api.TickFormat;
import io.tola.market.api.TickReport;
import io.tola.market.domain.BarBuilder;
import io.tola.market.domain.TickCount;
import io.tola.market.domain.TickCount.Kind;
import io.tola.market.store.BarStore;
import io.tola.market.store.InstrumentStore;
import io.tola.market.store.TickFile;
import io.tola.market.store.TickStore;
import io.tola.schema.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Holds what is shipped and built against real market data, where it is at hand: set {@code
 * TOLA_SHARED_DATA} to a folder with {@code nse/instruments.csv} and {@code nse/intraday}. Skipped
 * with one line otherwise.
 */
class SharedDataTest {

  private static final String VARIABLE = "TOLA_SHARED_DATA";

  private static final ZoneOffset INDIA = ZoneOffset.ofHoursMinutes(5, 30);

  private static Path file(String path) {
    String folder = System.getProperty(VARIABLE, System.getenv(VARIABLE));
    Path file = folder == null ? null : Path.of(folder).resolve(path);
    if (file == null || !Files.isReadable(file)) {
      System.err.println(
          "SKIPPED: " + path + " is not at hand; set " + VARIABLE + " to compare with real data");
      Assumptions.abort(path + " is not at hand");
    }
    return file;
  }

  private static List<Instrument> shipped() throws SQLException {
    try (TestDatabase database = TestDatabase.create()) {
      return new InstrumentStore(database.appDataSource()).instruments();
    }
  }

  @Test
  void shippedInstrumentsAgreeWithThePublicList() throws IOException, SQLException {
    List<String> lines = Files.readAllLines(file("nse/instruments.csv"));
    List<String> columns = Arrays.asList(lines.get(0).split(","));
    Map<String, Instrument> shipped = new HashMap<>();
    shipped().forEach(i -> shipped.put(i.symbol().value(), i));
    int compared = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] f = line.split(",", -1);
      if (f[columns.indexOf("in_nifty50_2024")].equals("1")) {
        Instrument instrument = shipped.get(f[columns.indexOf("symbol")]);
        assertThat(instrument).as(line).isNotNull();
        assertThat(instrument.isin()).isEqualTo(f[columns.indexOf("isin")]);
        assertThat(instrument.lotSize().value())
            .isEqualTo(Long.parseLong(f[columns.indexOf("cash_lot")]));
        assertThat(instrument.tickSize())
            .isEqualByComparingTo(new BigDecimal(f[columns.indexOf("cash_tick")]));
        assertThat(instrument.industry()).isEqualTo(f[columns.indexOf("industry")]);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(50).isEqualTo(shipped.size());
    System.err.println("Compared " + compared + " instruments with the public list: all agree");
  }

  @Test
  void realMinuteBarsReplayIntoThemselves() throws IOException, SQLException {
    Path path = file("nse/intraday/bars_1min_derived_25sym_2021-03_04.csv.gz");
    try (TickFile file = TickFile.open(path, shipped())) {
      assertThat(file.interval()).isEqualTo(Interval.ONE_MINUTE);
      assertThat(file.count().lines() - 1).isEqualTo(167_222);
      Map<String, String> recorded = new HashMap<>();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(
                  new GZIPInputStream(Files.newInputStream(path)), StandardCharsets.UTF_8))) {
        lines.readLine();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          String[] f = line.split(",");
          recorded.put(
              f[0] + " " + OffsetDateTime.parse(f[1]).toInstant(),
              plain(f[2]) + " " + plain(f[3]) + " " + plain(f[4]) + " " + plain(f[5]) + " " + f[7]);
        }
      }
      ReplayFeed feed =
          new ReplayFeed(
              file,
              10_000,
              Instant.ofEpochMilli(file.earliest()),
              Map.of(),
              PlatformClock.system());
      BarBuilder builder = feed.bars();
      List<Bar> made = new ArrayList<>();
      long clock = 0;
      while (!feed.hasEnded()) {
        clock += 5_000_000;
        feed.play(clock, builder::take);
        made.addAll(builder.drain());
      }
      made.addAll(builder.close());
      made.removeIf(bar -> bar.interval() != Interval.ONE_MINUTE);
      assertThat(made).hasSize((int) file.count().of(Kind.KEPT));
      for (Bar bar : made) {
        assertThat(
                String.join(
                    " ",
                    plain(bar.open().toString()),
                    plain(bar.high().toString()),
                    plain(bar.low().toString()),
                    plain(bar.close().toString()),
                    Long.toString(bar.volume())))
            .isEqualTo(recorded.get(bar.symbol() + " " + bar.start()));
      }
      System.err.println("Real minute bars: " + file.count() + "; all replay into themselves");
    }
  }

  @Test
  void realDailyBarsReplayIntoThemselves() throws IOException, SQLException {
    Path path = file("nse/daily/nifty50_daily_2000_2021.csv.gz");
    try (TickFile file = TickFile.open(path, shipped())) {
      assertThat(file.interval()).isEqualTo(Interval.ONE_DAY);
      assertThat(file.count().lines() - 1).isEqualTo(237_152);
      ReplayFeed feed =
          new ReplayFeed(
              file,
              10_000,
              Instant.ofEpochMilli(file.earliest()),
              Map.of(),
              PlatformClock.system());
      BarBuilder builder = feed.bars();
      long made = 0;
      long clock = 0;
      while (!feed.hasEnded()) {
        clock += 1_000_000_000;
        feed.play(clock, builder::take);
        made += builder.drain().size();
      }
      made += builder.close().size();
      assertThat(made).isEqualTo(file.count().of(Kind.KEPT));
      System.err.println("Real daily bars: " + file.count() + "; a bar each");
    }
  }

  private static String plain(String decimal) {
    return new BigDecimal(decimal).stripTrailingZeros().toPlainString();
  }

  @Test
  void aRealSessionReplaysInMarketTimeWithEveryLineAccountedFor() throws IOException, SQLException {
    Path path = file("nse/intraday/ticks_1s_25sym_2021-04-28.csv.gz");
    long began = System.nanoTime();
    try (TickFile ticks = TickFile.open(path, shipped())) {
      double opened = (System.nanoTime() - began) / 1e9;
      TickCount count = ticks.count();
      assertThat(count.of(Kind.HEADER)).isEqualTo(1);
      assertThat(count.lines() - 1).isEqualTo(533_355);
      assertThat(count.strangers()).contains("NIFTY 50", "NIFTY BANK");

      ReplayFeed feed =
          new ReplayFeed(
              ticks,
              10_000,
              Instant.ofEpochMilli(ticks.earliest()),
              Map.of(),
              PlatformClock.system());
      Map<String, Quote> last = new HashMap<>();
      Instant[] time = {Instant.MIN};
      long[] figures = {0, 0};
      long clock = 0;
      while (!feed.hasEnded()) {
        clock += 1_000_000;
        feed.play(
            clock,
            round -> {
              figures[0]++;
              Instant at = round.iterator().next().timestamp();
              assertThat(at).isAfter(time[0]);
              time[0] = at;
              for (Quote quote : round) {
                figures[1]++;
                Quote before = last.put(quote.symbol().value(), quote);
                if (quote.ask().compareTo(quote.bid()) <= 0
                    || quote.last().isBelow(quote.bid())
                    || quote.last().isAbove(quote.ask())
                    || (before != null && quote.volume() < before.volume())
                    || (before != null && quote.sequence() <= before.sequence())) {
                  throw new AssertionError(before + " then " + quote);
                }
              }
            });
      }
      double played = (System.nanoTime() - began) / 1e9 - opened;
      assertThat(feed.figures().get("played_ticks")).isEqualTo(count.of(Kind.KEPT));
      // The exchange's own day range (bhavcopy of 2021-04-28): one snapshot a second sees most of
      // it.
      assertDayRange(last.get("SBIN"), "356.05", "364.30");
      assertDayRange(last.get("RELIANCE"), "1980.15", "2008.00");
      System.err.printf(
          "Replayed %s%n  %s%n  symbols %d, rounds %d, quotes %d; read and sorted in %.1f s,"
              + " played in %.1f s%n",
          path.getFileName(), count, last.size(), figures[0], figures[1], opened, played);
      feed.close();
    }
  }

  /**
   * The bars that others made of the same session. Where the two differ, the reason is checked, not
   * only the number of differences: see site/reference/market-data.md.
   */
  @Test
  void minuteBarsOfARealSessionAgreeWithTheOnesOthersMade() throws Exception {
    Path ticksFile = file("nse/intraday/ticks_1s_25sym_2021-04-28.csv.gz");
    Path barsFile = file("nse/intraday/bars_1min_derived_25sym_2021-03_04.csv.gz");
    try (TestDatabase database = TestDatabase.create()) {
      List<String> symbols =
          new InstrumentStore(database.appDataSource())
              .instruments().stream().map(i -> i.symbol().value()).toList();
      TickStore store = new TickStore(database.appDataSource());
      TickReport report;
      long began = System.nanoTime();
      try (InputStream body = Files.newInputStream(ticksFile)) {
        report =
            new TickLoad(
                    symbols,
                    TickFormat.CSV,
                    KeepSettings.read(name -> Optional.empty()),
                    Clock.fixed(Instant.parse("2026-11-20T04:00:00Z"), ZoneOffset.UTC),
                    store::store)
                .run(body);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      assertThat(report.accepted() + report.rejected()).isEqualTo(533_355);
      assertThat(report.complete()).isTrue();

      Map<String, Bar> ours = new HashMap<>();
      BarStore bars = new BarStore(database.appDataSource());
      Instant from = Instant.parse("2021-04-28T00:00:00Z");
      Instant until = Instant.parse("2021-04-29T00:00:00Z");
      for (String symbol : symbols) {
        for (Bar bar :
            bars.history(new Symbol(symbol), Interval.ONE_MINUTE, from, until, null, 1_000)) {
          ours.put(symbol + ' ' + bar.start(), bar);
        }
      }
      Map<String, SortedMap<Long, List<BigDecimal>>> feed = edges(ticksFile);
      int compared = 0;
      int opens = 0;
      int closes = 0;
      int volumes = 0;
      for (String[] f : rows(barsFile)) {
        Instant start = OffsetDateTime.parse(f[1]).toInstant();
        if (!symbols.contains(f[0]) || start.isBefore(from) || !start.isBefore(until)) {
          continue;
        }
        compared++;
        Bar bar = ours.remove(f[0] + ' ' + start);
        assertThat(bar).as(String.join(",", f)).isNotNull();
        assertThat(bar.high().value()).isEqualByComparingTo(f[3]);
        assertThat(bar.low().value()).isEqualByComparingTo(f[4]);
        SortedMap<Long, List<BigDecimal>> minute = feed.get(f[0] + ' ' + start);
        if (bar.open().value().compareTo(new BigDecimal(f[2])) != 0) {
          opens++;
          assertThat(minute.get(minute.firstKey())).hasSizeGreaterThan(1);
        }
        if (bar.close().value().compareTo(new BigDecimal(f[5])) != 0) {
          closes++;
          assertThat(minute.get(minute.lastKey())).hasSizeGreaterThan(1);
        }
        if (bar.volume() != Long.parseLong(f[7])) {
          volumes++;
          assertThat(f[1]).isEqualTo("2021-04-28T09:15:00+05:30");
        }
      }
      assertThat(compared).isEqualTo(8_250);
      assertThat(opens).isEqualTo(32);
      assertThat(closes).isEqualTo(31);
      assertThat(volumes).isEqualTo(22);
      Instant sessionEnd = Instant.parse("2021-04-28T10:00:00Z");
      assertThat(ours.values()).hasSize(361).noneMatch(b -> b.start().isBefore(sessionEnd));
      System.err.printf(
          "Of %d minute bars, opens differ in %d, closes in %d (several prices in the edge's second),"
              + " volumes in %d (all of them the day's first), highs and lows in none; %d ours only,"
              + " after the session. %s of %,d lines accepted, %s stored before, in %.1f s%n",
          compared,
          opens,
          closes,
          volumes,
          ours.size(),
          report.accepted(),
          533_355,
          report.duplicates(),
          seconds);
    }
  }

  /** Distinct prices of each second of a symbol's minute. */
  private static Map<String, SortedMap<Long, List<BigDecimal>>> edges(Path path)
      throws IOException {
    Map<String, SortedMap<Long, List<BigDecimal>>> minutes = new HashMap<>();
    for (String[] f : rows(path)) {
      Instant at = LocalDateTime.parse(f[1].replace(' ', 'T')).atOffset(INDIA).toInstant();
      List<BigDecimal> prices =
          minutes
              .computeIfAbsent(
                  f[0] + ' ' + at.truncatedTo(ChronoUnit.MINUTES), k -> new TreeMap<>())
              .computeIfAbsent(at.getEpochSecond(), k -> new ArrayList<>());
      BigDecimal price = new BigDecimal(f[2]);
      if (!prices.contains(price)) {
        prices.add(price);
      }
    }
    return minutes;
  }

  private static List<String[]> rows(Path path) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(path)), StandardCharsets.UTF_8))) {
      return lines.lines().skip(1).map(line -> line.split(",")).toList();
    }
  }

  private static void assertDayRange(Quote quote, String low, String high) {
    BigDecimal lowest = new BigDecimal(low);
    BigDecimal highest = new BigDecimal(high);
    // The recording begins twelve seconds into the session: half a per cent.
    BigDecimal tolerance = lowest.multiply(new BigDecimal("0.005"));
    assertThat(quote.low().value()).isBetween(lowest, lowest.add(tolerance));
    assertThat(quote.high().value()).isBetween(highest.subtract(tolerance), highest);
  }
}
