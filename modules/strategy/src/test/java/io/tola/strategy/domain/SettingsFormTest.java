package io.tola.strategy.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.problem.FieldError;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsFormTest {

  private final Momentum momentum = new Momentum();

  @Test
  void whatIsMissingHasItsDefault() {
    SettingsForm.Read read = SettingsForm.of(momentum, Map.of("fast", new BigDecimal("5")));
    assertThat(read.errors()).isEmpty();
    assertThat(read.settings().whole("fast")).isEqualTo(5);
    assertThat(read.settings().whole("slow")).isEqualTo(50);
    assertThat(read.settings().choice("average")).isEqualTo("SMA");
  }

  @Test
  void everyWrongParameterIsNamed() {
    SettingsForm.Read read =
        SettingsForm.of(
            momentum,
            Map.of(
                "fast",
                new BigDecimal("2.5"),
                "slow",
                "fifty",
                "average",
                "WMA",
                "full_confidence_pct",
                new BigDecimal("101"),
                "speed",
                BigDecimal.ONE));
    assertThat(read.settings()).isNull();
    assertThat(read.errors())
        .extracting(FieldError::field)
        .containsExactlyInAnyOrder(
            "parameters.fast",
            "parameters.slow",
            "parameters.average",
            "parameters.full_confidence_pct",
            "parameters.speed");
  }

  @Test
  void valuesThatDontGoTogetherAreRefused() {
    SettingsForm.Read read =
        SettingsForm.of(
            momentum, Map.of("fast", new BigDecimal("50"), "slow", new BigDecimal("50")));
    assertThat(read.settings()).isNull();
    assertThat(read.errors())
        .containsExactly(new FieldError("parameters.fast", "must be less than slow"));
  }

  @Test
  void hugeNumbersAreRefusedAndNotComputedWith() {
    for (String huge : List.of("1e900000000", "-1e40", "1e-900000000")) {
      assertThat(SettingsForm.of(momentum, Map.of("fast", new BigDecimal(huge))).settings())
          .as(huge)
          .isNull();
    }
  }

  @Test
  void aTablesTextsAreReadAsTheyWereWritten() {
    SettingsForm.Read read =
        SettingsForm.ofText(
            momentum, Map.of("fast", "7", "average", "EMA", "full_confidence_pct", "2.500"));
    assertThat(read.settings().whole("fast")).isEqualTo(7);
    assertThat(read.settings().decimal("full_confidence_pct")).isEqualTo(new BigDecimal("2.5"));
    assertThat(SettingsForm.ofText(momentum, Map.of("fast", "seven")).settings()).isNull();
  }

  @Test
  void everyShippedStrategyHasDefaultsThatItAccepts() {
    for (TradingStrategy strategy :
        List.of(new Momentum(), new MeanReversion(), new Rsi(), new Breakout())) {
      assertThat(SettingsForm.of(strategy, Map.of()).errors()).as(strategy.name()).isEmpty();
      assertThat(strategy.barsNeeded(SettingsForm.defaults(strategy))).isPositive();
    }
  }
}
