package io.tola.strategy.application;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Bar;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.ParameterSpec;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A plug-in as one with a trained model would be: a logistic regression with weights as training would
 * have left them. Features from bars in, the probability of a rise out.
 */
final class TrainedModel implements TradingStrategy {

  private static final Map<String, Double> WEIGHTS =
      Map.of("return_1", 18.0, "return_5", -9.0, "range", 4.0);
  private static final double BIAS = -0.05;
  private static final int BARS = 6;

  /** Whether the model's file could be loaded. */
  volatile boolean there = true;

  @Override
  public String name() {
    return "model";
  }

  @Override
  public String title() {
    return "Model";
  }

  @Override
  public String description() {
    return "Logistic regression of three features.";
  }

  @Override
  public List<ParameterSpec> parameters() {
    return List.of(
        ParameterSpec.decimal("sure", "0.55", "0.5", "1", "Probability from which it speaks."));
  }

  @Override
  public int barsNeeded(Settings settings) {
    return BARS;
  }

  @Override
  public Watch watch(Settings settings) {
    if (!there) {
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The model is not there.");
    }
    Deque<Bar> last = new ArrayDeque<>();
    return bar -> {
      last.addLast(bar);
      if (last.size() < BARS) {
        return Optional.empty();
      }
      if (last.size() > BARS) {
        last.removeFirst();
      }
      List<Bar> window = List.copyOf(last);
      Map<String, BigDecimal> values = new LinkedHashMap<>();
      values.put("return_1", change(window.get(BARS - 2), bar));
      values.put("return_5", change(window.get(0), bar));
      values.put(
          "range",
          bar.high()
              .value()
              .subtract(bar.low().value())
              .divide(bar.close().value(), MathContext.DECIMAL64));
      return Optional.of(new Features(values));
    };
  }

  private static BigDecimal change(Bar from, Bar to) {
    return to.close()
        .value()
        .divide(from.close().value(), MathContext.DECIMAL64)
        .subtract(BigDecimal.ONE);
  }

  static double probability(Map<String, BigDecimal> features) {
    double sum = BIAS;
    for (Map.Entry<String, BigDecimal> feature : features.entrySet()) {
      sum += WEIGHTS.get(feature.getKey()) * feature.getValue().doubleValue();
    }
    return 1 / (1 + Math.exp(-sum));
  }

  @Override
  public Decision decide(Features features, Settings settings) {
    double probability = probability(features.values());
    double sure = settings.decimal("sure").doubleValue();
    BigDecimal confidence =
        BigDecimal.valueOf(Math.abs(2 * probability - 1)).setScale(6, RoundingMode.HALF_UP);
    Direction direction =
        probability >= sure
            ? Direction.BUY
            : probability <= 1 - sure ? Direction.SELL : Direction.HOLD;
    return new Decision(direction, confidence, "The model gives a rise " + probability);
  }
}
