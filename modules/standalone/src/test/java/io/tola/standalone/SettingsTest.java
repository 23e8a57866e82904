package io.tola.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {

  @TempDir private Path directory;

  @Test
  void onlyTolaPropertiesAreTaken() {
    Properties system = new Properties();
    system.setProperty("tola.feed", "replay");
    system.setProperty("java.home", "/jdk");
    assertThat(Settings.of(system, Map.of(), directory).forServer())
        .isEqualTo(Map.of("tola.feed", "replay"));
  }

  @Test
  void aPropertyGoesBeforeTheEnvironmentAndBothBeforeTheDefault() {
    Settings settings =
        new Settings(
            Map.of("tola.a", "property"),
            Map.of("TOLA_A", "environment", "TOLA_B", "environment"),
            directory);
    assertThat(settings.text("tola.a", "default")).isEqualTo("property");
    assertThat(settings.text("tola.b", "default")).isEqualTo("environment");
    assertThat(settings.text("tola.c", "default")).isEqualTo("default");
  }

  @Test
  void thereIsOneServerUnlessMoreAreAskedFor() throws Exception {
    assertThat(new Settings(Map.of(), Map.of(), directory).nodes()).isEqualTo(1);
    assertThat(new Settings(Map.of("tola.nodes", "3"), Map.of(), directory).nodes()).isEqualTo(3);
    for (String wrong : new String[] {"0", "7", "-1", "two", "1.5"}) {
      Settings settings = new Settings(Map.of("tola.nodes", wrong), Map.of(), directory);
      assertThatThrownBy(settings::nodes)
          .isInstanceOf(StartRefused.class)
          .hasMessageContaining(wrong);
    }
  }

  @Test
  void anEmptyValueCountsAsNotSet() {
    Settings settings = new Settings(Map.of("tola.a", " "), Map.of("TOLA_A", ""), directory);
    assertThat(settings.text("tola.a", "default")).isEqualTo("default");
  }

  @Test
  void aFlagNeedsNoValueAndFalseIsFalse() {
    Settings settings =
        new Settings(
            Map.of("tola.fresh", "", "tola.maven", "true", "tola.not", "false"),
            Map.of(),
            directory);
    assertThat(settings.flag("tola.fresh")).isTrue();
    assertThat(settings.flag("tola.maven")).isTrue();
    assertThat(settings.flag("tola.not")).isFalse();
    assertThat(settings.flag("tola.unheard")).isFalse();
  }

  @Test
  void aPortThatIsNoneIsRefusedByName() {
    for (String wrong : new String[] {"x", "0", "65536", "-1", "80 80"}) {
      Settings settings = new Settings(Map.of(), Map.of("TOLA_HTTP_PORT", wrong), directory);
      assertThatThrownBy(() -> settings.port("tola.http.port", 9080))
          .isInstanceOf(StartRefused.class)
          .hasMessageContaining("TOLA_HTTP_PORT")
          .hasMessageContaining(wrong);
    }
  }

  @Test
  void aFileGivenRelativelyReachesTheServerAsAnAbsolutePath() throws Exception {
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(directory.resolve("data/ticks.csv"), "");
    Settings settings =
        new Settings(
            Map.of(
                "tola.feed.file",
                "data/ticks.csv",
                "tola.feed",
                "replay",
                "tola.url",
                "http://x/y",
                "tola.not.there",
                "a/b"),
            Map.of(),
            directory);
    assertThat(settings.forServer())
        .containsEntry("tola.feed.file", directory.resolve("data/ticks.csv").toString())
        .containsEntry("tola.feed", "replay")
        .containsEntry("tola.url", "http://x/y")
        .containsEntry("tola.not.there", "a/b");
  }
}
