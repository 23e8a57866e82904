package io.tola.strategy.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.strategy.Samples;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How sure a strategy is, and what it says for people, worked by hand from features. */
class ConfidenceTest {

  private static Features features(Object... pairs) {
    Map<String, BigDecimal> values = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put((String) pairs[i], new BigDecimal((String) pairs[i + 1]));
    }
    return new Features(values);
  }

  private static Decision decided(TradingStrategy strategy, Features features) {
    return strategy.decide(features, SettingsForm.defaults(strategy));
  }

  @Test
  void momentumIsSureByTheDistanceOfItsAverages() {
    // 0.5 of 200 is 0.25 %, and 1 % would be all.
    Decision decision =
        decided(
            new Momentum(),
            features(
                "fast", "200.5", "slow", "200", "previous_fast", "199", "previous_slow", "200"));
    assertThat(decision.direction()).isEqualTo(Direction.BUY);
    assertThat(decision.confidence()).isEqualByComparingTo("0.25");
    assertThat(decision.reason())
        .isEqualTo("The fast average crossed above the slow one (fast 200.5, slow 200)");
  }

  @Test
  void momentumIsNeverMoreThanSure() {
    assertThat(
            decided(
                    new Momentum(),
                    features(
                        "fast",
                        "150",
                        "slow",
                        "200",
                        "previous_fast",
                        "201",
                        "previous_slow",
                        "200"))
                .confidence())
        .isEqualByComparingTo("1");
  }

  @Test
  void meanReversionIsSureByDeviationsOutsideOfTheBand() {
    Decision decision =
        decided(
            new MeanReversion(),
            features(
                "close",
                "89",
                "middle",
                "100",
                "upper",
                "110",
                "lower",
                "90",
                "deviation",
                "5",
                "previous_close",
                "95",
                "previous_upper",
                "110",
                "previous_lower",
                "90"));
    assertThat(decision.direction()).isEqualTo(Direction.BUY);
    assertThat(decision.confidence()).isEqualByComparingTo("0.2");
  }

  @Test
  void rsiIsSureByHowDeepItWas() {
    Decision bought = decided(new Rsi(), features("rsi", "31", "previous_rsi", "24"));
    assertThat(bought.direction()).isEqualTo(Direction.BUY);
    assertThat(bought.confidence()).isEqualByComparingTo("0.2");
    Decision sold = decided(new Rsi(), features("rsi", "70", "previous_rsi", "85"));
    assertThat(sold.direction()).isEqualTo(Direction.SELL);
    assertThat(sold.confidence()).isEqualByComparingTo("0.5");
  }

  @Test
  void breakoutIsSureByTheChannelsHeight() {
    Decision decision =
        decided(
            new Breakout(),
            features(
                "close",
                "112",
                "highest",
                "110",
                "lowest",
                "100",
                "previous_close",
                "109",
                "previous_highest",
                "110",
                "previous_lowest",
                "100"));
    assertThat(decision.direction()).isEqualTo(Direction.BUY);
    assertThat(decision.confidence()).isEqualByComparingTo("0.2");
  }

  @Test
  void aReasonIsCutAtFiveHundredCharactersAndConfidenceHeldWithinItsRange() {
    Decision decision = new Decision(Direction.BUY, new BigDecimal("1.7"), "x".repeat(600));
    assertThat(decision.confidence()).isEqualByComparingTo("1");
    assertThat(decision.reason()).hasSize(500);
    assertThat(new Decision(Direction.SELL, new BigDecimal("-1"), "").confidence()).isZero();
    assertThat(Samples.settings(new Momentum()).whole("fast")).isEqualTo(20);
  }
}
