package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.gateway.rest.body.VarShape.HistoryUsed;
import io.tola.kernel.AccountId;
import io.tola.risk.api.VarBacktest;
import io.tola.risk.api.VarTerms;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/** How often a value at risk was exceeded. */
public record VarBacktestShape(
    Instant asOf,
    List<UUID> accountIds,
    String method,
    String covariance,
    BigDecimal confidence,
    long window,
    BigDecimal lambda,
    Long scenarios,
    BigDecimal degreesOfFreedom,
    Long seed,
    int exceedances,
    BigDecimal expected,
    BigDecimal shortfallRatio,
    List<TestResult> tests,
    TrafficLightShape trafficLight,
    List<ForecastDay> days,
    HistoryUsed history,
    List<String> notes)
    implements Shape {

  /** One test of coverage. */
  public record TestResult(String name, BigDecimal statistic, BigDecimal pValue, boolean passed) {}

  /** Basel's zone. */
  public record TrafficLightShape(
      String zone, BigDecimal probability, BigDecimal multiplierIncrease) {}

  /** What was foretold for a day, and what came. */
  public record ForecastDay(
      LocalDate session, BigDecimal profit, BigDecimal var, BigDecimal es, boolean exceeded) {}

  public static VarBacktestShape of(VarBacktest backtest) {
    VarTerms terms = backtest.terms();
    return new VarBacktestShape(
        backtest.asOf(),
        backtest.accounts().stream().map(AccountId::value).toList(),
        terms.method().code(),
        VarShape.code(terms.covariance()),
        terms.confidence(),
        terms.window(),
        terms.lambda(),
        terms.scenarios(),
        terms.degreesOfFreedom(),
        terms.seed(),
        backtest.exceedances(),
        backtest.expected(),
        backtest.expectedShortfallRatio(),
        backtest.tests().stream()
            .map(
                test ->
                    new TestResult(
                        test.name().name(), test.statistic(), test.pValue(), test.passed()))
            .toList(),
        new TrafficLightShape(
            backtest.light().zone().name(),
            backtest.light().probability(),
            backtest.light().increase()),
        backtest.days().stream()
            .map(
                day ->
                    new ForecastDay(
                        day.session(),
                        Amounts.of(day.profit()),
                        Amounts.of(day.var()),
                        Amounts.of(day.es()),
                        day.exceeded()))
            .toList(),
        HistoryUsed.of(backtest.history()),
        backtest.notes());
  }
}
