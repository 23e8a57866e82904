package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Filtered history: returns at tomorrow's volatility, and what a long calm must not do to them. */
class WeightsTest {

  private static final double LAMBDA = 0.94;

  private static double[] filtered(double... returns) {
    ReturnMatrix out = Weights.filtered(ReturnMatrix.of(new double[][] {returns}), LAMBDA);
    return out.of(0);
  }

  @Test
  void theReturnThatEndsALongCalmStaysOneThatAShareCanHave() {
    double[] returns = new double[250];
    returns[200] = -0.05;
    double[] scaled = filtered(returns);
    // Tomorrow's forecast: what the mean square left after 250 days, and the shock after 49.
    double mean = 0.05 * 0.05 / 250;
    double tomorrow = Math.pow(LAMBDA, 250) * mean + Math.pow(LAMBDA, 49) * 0.06 * 0.05 * 0.05;
    assertThat(scaled[200]).isCloseTo(-0.05 * Math.sqrt(tomorrow / (0.1 * mean)), within(1e-9));
    assertThat(scaled[200]).isBetween(-0.2, -0.1);
  }

  @Test
  void noReturnIsLessThanTheWholePrice() {
    double[] returns = new double[250];
    Arrays.fill(returns, 0, 240, 0.001);
    Arrays.fill(returns, 240, 250, 0.3);
    returns[100] = -0.5;
    assertThat(filtered(returns)[100]).isEqualTo(-1);
  }

  /** As Hull and White say it, where no day's forecast is below the floor. */
  @Property(tries = 50)
  void whereNothingIsCalmTheFloorChangesNothing(@ForAll long seed) {
    Random random = new Random(seed);
    double[] returns = new double[120];
    Arrays.setAll(returns, i -> 0.01 * (random.nextBoolean() ? 1 : -1) * (1 + random.nextDouble()));
    double[] variances = Weights.forecastVariances(returns, LAMBDA);
    double[] scaled = filtered(returns);
    for (int t = 0; t < returns.length; t++) {
      assertThat(scaled[t])
          .isCloseTo(returns[t] * Math.sqrt(variances[120] / variances[t]), within(1e-12));
    }
  }

  @Test
  void whatNeverMovedStaysStill() {
    assertThat(filtered(new double[40])).containsOnly(0);
  }
}
