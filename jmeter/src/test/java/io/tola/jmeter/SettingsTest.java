package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

  private static Settings given(String name, String value) {
    Properties properties = new Properties();
    properties.setProperty(name, value);
    return Settings.of(properties, Path.of("."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "host",
        "port",
        "protocol",
        "password.file",
        "users.file",
        "run.id",
        "accounts",
        "ramp",
        "duration",
        "users.trading",
        "rate.buy",
        "wave.delay",
        "ticks.file",
        "sample_variables",
        "thnik.hft.min"
      })
  void whatTheRunnerOrTheScenarioSaysCannotBeGiven(String name) {
    assertThatThrownBy(() -> given("plan." + name, "prod.example.com"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("-Dplan." + name);
  }

  @Test
  void thinkTimesAndPatienceCan() {
    assertThat(given("plan.think.trading.min", "500").planProperties())
        .containsEntry("think.trading.min", "500");
    assertThat(given("plan.response.timeout", "9").planProperties())
        .containsEntry("response.timeout", "9");
  }

  @Test
  void whatIsFreeIsReadByAPlan() throws IOException {
    String plans;
    try (Stream<Path> files = Files.walk(Path.of("plans"))) {
      plans =
          files
              .filter(f -> f.toString().endsWith(".jmx"))
              .map(SettingsTest::text)
              .collect(Collectors.joining());
    }
    assertThat(Settings.FREE).allSatisfy(name -> assertThat(plans).contains("__P(" + name + ","));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
