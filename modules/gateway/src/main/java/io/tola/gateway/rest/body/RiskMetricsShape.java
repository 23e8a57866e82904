package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.risk.api.RiskMetrics;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/** What an account has at risk now. */
public record RiskMetricsShape(
    UUID accountId,
    Instant timestamp,
    BigDecimal equity,
    BigDecimal grossExposure,
    BigDecimal netExposure,
    BigDecimal longExposure,
    BigDecimal shortExposure,
    BigDecimal leverage,
    ConcentrationShape concentration,
    DrawdownShape drawdown,
    ValueAtRiskShape valueAtRisk,
    int positions,
    int positionsWithoutQuote,
    List<LimitUseShape> limitUse)
    implements Shape {

  /** How the gross exposure is spread. */
  public record ConcentrationShape(
      String largestSymbol,
      BigDecimal largestShare,
      BigDecimal herfindahl,
      BigDecimal effectiveSymbols) {}

  /** How far equity is below its highest day. */
  public record DrawdownShape(BigDecimal now, LocalDate peakDay, BigDecimal deepest) {}

  /** What the account may lose in a session. */
  public record ValueAtRiskShape(
      BigDecimal var, BigDecimal es, String method, BigDecimal confidence, String notMeasured) {}

  /** How much of a limit is used. */
  public record LimitUseShape(
      String limit, String symbol, BigDecimal used, BigDecimal maximum, BigDecimal usedPct) {}

  public static RiskMetricsShape of(RiskMetrics metrics) {
    RiskMetrics.Concentration spread = metrics.concentration();
    RiskMetrics.Drawdown fall = metrics.drawdown();
    RiskMetrics.ValueAtRisk loss = metrics.valueAtRisk();
    return new RiskMetricsShape(
        metrics.accountId().value(),
        metrics.asOf(),
        Amounts.of(metrics.equity()),
        Amounts.of(metrics.grossExposure()),
        Amounts.of(metrics.netExposure()),
        Amounts.of(metrics.longExposure()),
        Amounts.of(metrics.shortExposure()),
        metrics.leverage(),
        spread == null
            ? null
            : new ConcentrationShape(
                spread.largestSymbol(),
                spread.largestShare(),
                spread.herfindahl(),
                spread.effectiveSymbols()),
        fall == null ? null : new DrawdownShape(fall.now(), fall.peakDay(), fall.deepest()),
        new ValueAtRiskShape(
            Amounts.of(loss.var()),
            Amounts.of(loss.es()),
            loss.method(),
            loss.confidence(),
            loss.notMeasured()),
        metrics.positions(),
        metrics.positionsWithoutQuote(),
        metrics.limitUse().stream()
            .map(
                use ->
                    new LimitUseShape(
                        use.limit(), use.symbol(), use.used(), use.maximum(), use.usedPct()))
            .toList());
  }
}
