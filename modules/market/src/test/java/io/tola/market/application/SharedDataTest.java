package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.market.domain.TickCount;
import io.tola.market.domain.TickCount.Kind;
import io.tola.market.store.InstrumentStore;
import io.tola.market.store.TickFile;
import io.tola.schema.TestDatabase;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Holds what is shipped and built against real market data, where it is at hand: set {@code
 * TOLA_SHARED_DATA} to a folder with {@code nse/instruments.csv} and {@code nse/intraday}. Skipped
 * with one line otherwise.
 */
class SharedDataTest {

  private static final String VARIABLE = "TOLA_SHARED_DATA";

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
              io.tola.kernel.time.PlatformClock.system());
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

  private static void assertDayRange(Quote quote, String low, String high) {
    BigDecimal lowest = new BigDecimal(low);
    BigDecimal highest = new BigDecimal(high);
    // The recording begins twelve seconds into the session: half a per cent.
    BigDecimal tolerance = lowest.multiply(new BigDecimal("0.005"));
    assertThat(quote.low().value()).isBetween(lowest, lowest.add(tolerance));
    assertThat(quote.high().value()).isBetween(highest.subtract(tolerance), highest);
  }
}
