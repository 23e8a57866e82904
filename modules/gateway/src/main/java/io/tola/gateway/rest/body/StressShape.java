package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.gateway.rest.body.VarShape.HistoryUsed;
import io.tola.kernel.AccountId;
import io.tola.risk.api.StressReport;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/** What shocks would do. */
public record StressShape(
    Instant asOf,
    List<UUID> accountIds,
    BigDecimal grossValue,
    BigDecimal netValue,
    BigDecimal equity,
    List<StressOutcome> outcomes,
    HistoryUsed history,
    List<String> notes)
    implements Shape {

  /** One shock. */
  public record StressOutcome(
      String kind,
      LocalDate session,
      BigDecimal volumeFactor,
      BigDecimal profit,
      BigDecimal profitPct,
      BigDecimal equityAfter,
      BigDecimal drawdownPct,
      List<StressedPosition> positions,
      List<StressTrip> trips) {

    static StressOutcome of(StressReport.Outcome outcome) {
      return new StressOutcome(
          outcome.kind().name(),
          outcome.session(),
          outcome.volumeFactor(),
          Amounts.of(outcome.profit()),
          outcome.profitPct(),
          Amounts.of(outcome.equityAfter()),
          outcome.drawdownPct(),
          outcome.positions().stream()
              .map(
                  position ->
                      new StressedPosition(
                          position.symbol().value(),
                          position.changePct(),
                          Amounts.of(position.profit()),
                          Amounts.of(position.valueAfter()),
                          position.daysToSell()))
              .toList(),
          outcome.trips().stream()
              .map(
                  trip ->
                      new StressTrip(
                          trip.stop().name(),
                          trip.account() == null ? null : trip.account().value(),
                          trip.symbol() == null ? null : trip.symbol().value(),
                          trip.product() == null ? null : trip.product().name(),
                          Amounts.of(trip.limit()),
                          Amounts.of(trip.value()),
                          trip.level() == null ? null : trip.level().code(),
                          trip.action() == null ? null : trip.action().code()))
              .toList());
    }
  }

  /** One symbol. */
  public record StressedPosition(
      String symbol,
      BigDecimal changePct,
      BigDecimal profit,
      BigDecimal valueAfter,
      BigDecimal daysToSell) {}

  /** What would stop something. */
  public record StressTrip(
      String stop,
      UUID accountId,
      String symbol,
      String product,
      BigDecimal limit,
      BigDecimal value,
      String level,
      String action) {}

  public static StressShape of(StressReport report) {
    return new StressShape(
        report.asOf(),
        report.accounts().stream().map(AccountId::value).toList(),
        Amounts.of(report.grossValue()),
        Amounts.of(report.netValue()),
        Amounts.of(report.equity()),
        report.outcomes().stream().map(StressOutcome::of).toList(),
        HistoryUsed.of(report.history()),
        report.notes());
  }
}
