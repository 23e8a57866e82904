package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedSettingsTest {

  private static FeedSettings read(Map<String, String> config) {
    return FeedSettings.read(name -> Optional.ofNullable(config.get(name)), "host-1");
  }

  @Test
  void nothingSetMeansASimulatedMarketThatIsAlwaysOpenOnANodeAlone() {
    FeedSettings settings = read(Map.of());

    assertThat(settings.feed()).isEqualTo(FeedSettings.Kind.SIMULATED);
    assertThat(settings.rate()).isEqualTo(4);
    assertThat(settings.calendar()).isEqualTo("always-open");
    assertThat(settings.node()).isEqualTo("host-1");
    assertThat(settings.cluster().members()).isEmpty();
    assertThat(settings.cluster().address()).isEqualTo("127.0.0.1");
  }

  @Test
  void aReplayKnowsWhereToBegin() {
    Map<String, String> config = new HashMap<>();
    config.put("tola.feed", "replay");
    config.put("tola.feed.file", "/data/ticks.csv.gz");
    config.put("tola.feed.speed", "10");
    Instant recorded = Instant.parse("2021-04-28T03:45:12Z");

    assertThat(read(config).from(recorded)).isEqualTo(recorded);
    config.put("tola.feed.from", "10:30");
    assertThat(read(config).from(recorded)).isEqualTo(Instant.parse("2021-04-28T05:00:00Z"));
    config.put("tola.feed.from", "2021-04-29 10:30:00");
    assertThat(read(config).from(recorded)).isEqualTo(Instant.parse("2021-04-29T05:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "tola.feed, live",
    "tola.feed, replay",
    "tola.feed.rate, 0",
    "tola.feed.rate, fast",
    "tola.feed.rate, NaN",
    "tola.feed.rate, 100000",
    "tola.feed.speed, -1",
    "tola.feed.seed, x",
    "tola.feed.from, noon",
    "tola.feed.from, 2021-04-28",
    "tola.market.calendar, bse",
    "tola.market.hours, all day",
    "tola.cluster.port, 70000",
  })
  void aSettingThatCannotBeUsedIsNamed(String name, String value) {
    assertThatThrownBy(() -> read(Map.of(name, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tola.");
  }

  @Test
  void membersAreACommaList() {
    FeedSettings settings = read(Map.of("tola.cluster.members", " 10.0.0.1:5701, ,10.0.0.2:5702 "));

    assertThat(settings.cluster().members()).containsExactly("10.0.0.1:5701", "10.0.0.2:5702");
    assertThat(settings.cluster().file()).isNull();
  }

  @Test
  void membersDontCountWhileTheClusterIsSwitchedOff() {
    FeedSettings settings =
        read(Map.of("tola.cluster.members", "a:1,b:2", "tola.cluster.enabled", "false"));

    assertThat(settings.cluster().members()).isEmpty();
  }
}
