package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Price;
import io.tola.market.Samples;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.market.domain.Units;
import io.tola.market.store.TickFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayFeedTest {

  private static final long SECOND = 1_000_000_000L;
  private static final Clock CLOCK = Clock.fixed(Samples.MORNING, ZoneOffset.UTC);

  @TempDir Path folder;

  private final List<String> heard = new ArrayList<>();
  private final List<Quote> quotes = new ArrayList<>();

  private ReplayFeed replay(double speed, String from, Map<String, Long> closes, String... lines)
      throws IOException {
    Path path = Files.writeString(folder.resolve("t.csv"), String.join("\n", lines));
    TickFile file = TickFile.open(path, Samples.instruments("SBIN", "INFY"));
    Instant start = from == null ? Instant.ofEpochMilli(file.earliest()) : Instant.parse(from);
    return new ReplayFeed(file, speed, start, closes, CLOCK);
  }

  private long play(ReplayFeed feed, double atSeconds) throws IOException {
    return feed.play(
        (long) (atSeconds * SECOND),
        round -> {
          StringBuilder text = new StringBuilder();
          for (Quote quote : round) {
            quotes.add(quote);
            text.append(quote.symbol()).append(' ').append(quote.last()).append(' ');
          }
          heard.add(text.toString().trim());
        });
  }

  private static final String[] TWO_SYMBOLS = {
    "SBIN,2021-04-28 09:15:00,357.00,100",
    "SBIN,2021-04-28 09:15:10,357.50,200",
    "SBIN,2021-04-28 09:15:10,357.55,210",
    "INFY,2021-04-28 09:15:05,1300.00,10",
    "INFY,2021-04-28 09:15:10,1301.00,20",
  };

  @Test
  void ticksComeAtTheMarketsPaceTimesTheSpeed() throws IOException {
    ReplayFeed feed = replay(10, null, Map.of(), TWO_SYMBOLS);

    assertThat(feed.phase()).isEqualTo(SessionPhase.CLOSED);
    assertThat(play(feed, 100)).isEqualTo(SECOND / 2);
    assertThat(heard).containsExactly("SBIN 357.00");
    assertThat(feed.phase()).isEqualTo(SessionPhase.OPEN);
    play(feed, 100.4);
    assertThat(heard).hasSize(1);
    play(feed, 100.5);
    assertThat(heard).hasSize(2).last().isEqualTo("INFY 1300.00");
    play(feed, 101);
    assertThat(heard).hasSize(3);
    assertThat(heard.get(2).split(" ")).contains("357.55", "1301.00");
    assertThat(feed.phase()).isEqualTo(SessionPhase.CLOSED);
    assertThat(feed.hasEnded()).isTrue();
    assertThat(feed.position()).isEqualTo(Instant.parse("2021-04-28T03:45:10Z"));
    play(feed, 200);
    assertThat(heard).hasSize(3);
    feed.close();
  }

  @Test
  void quotesCarryTheRecordedTimeAndTheTimeOfReceipt() throws IOException {
    ReplayFeed feed = replay(1, null, Map.of(), TWO_SYMBOLS);
    play(feed, 0);

    assertThat(quotes.get(0).timestamp()).isEqualTo(Instant.parse("2021-04-28T03:45:00Z"));
    assertThat(quotes.get(0).receivedAt()).isEqualTo(Samples.MORNING);
    assertThat(quotes.get(0).source()).isEqualTo(Quote.Source.REPLAY);
    feed.close();
  }

  @Test
  void whatCameBeforeTheStartShapesTheDayUnseen() throws IOException {
    ReplayFeed feed =
        replay(
            1,
            "2021-04-28T03:46:00Z",
            Map.of("SBIN", 353 * Units.PER_RUPEE),
            "SBIN,2021-04-28 09:15:00,357.00,100",
            "SBIN,2021-04-28 09:15:10,350.00,200",
            "SBIN,2021-04-28 09:15:50,355.00,300",
            "SBIN,2021-04-28 09:16:05,356.00,400");
    play(feed, 0);

    assertThat(heard).containsExactly("SBIN 355.00");
    Quote quote = quotes.get(0);
    assertThat(quote.open()).isEqualTo(Price.of("357"));
    assertThat(quote.low()).isEqualTo(Price.of("350"));
    assertThat(quote.previousClose()).as("known from a recorded bar").isEqualTo(Price.of("353"));
    play(feed, 4.9);
    assertThat(heard).hasSize(1);
    play(feed, 5);
    assertThat(heard).hasSize(2);
    feed.close();
  }

  @Test
  void quietStretchesAreJumpedOver() throws IOException {
    ReplayFeed feed =
        replay(
            1,
            null,
            Map.of(),
            "SBIN,2021-04-28 15:29:59,357.00,100",
            "SBIN,2021-04-29 09:15:00,360.00,10",
            "SBIN,2021-04-29 09:15:59,361.00,20");
    play(feed, 0);
    play(feed, 0.1);

    assertThat(heard).containsExactly("SBIN 357.00", "SBIN 360.00");
    assertThat(quotes.get(1).previousClose()).isEqualTo(Price.of("357"));
    play(feed, 58);
    assertThat(heard).as("a minute is not quiet").hasSize(2);
    play(feed, 59.2);
    assertThat(heard).hasSize(3);
    feed.close();
  }

  @Test
  void aStartBehindTheEndShowsTheLastQuotesAndIsClosed() throws IOException {
    ReplayFeed feed = replay(1, "2021-04-30T00:00:00Z", Map.of(), TWO_SYMBOLS);
    play(feed, 0);

    assertThat(quotes).hasSize(2);
    assertThat(feed.hasEnded()).isTrue();
    assertThat(feed.phase()).isEqualTo(SessionPhase.CLOSED);
    feed.close();
  }
}
