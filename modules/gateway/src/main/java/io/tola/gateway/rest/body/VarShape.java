package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.kernel.AccountId;
import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.History;
import io.tola.risk.api.VarReport;
import io.tola.risk.api.VarTerms;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/** What a portfolio may lose. */
public record VarShape(
    Instant asOf,
    List<UUID> accountIds,
    String method,
    String covariance,
    BigDecimal confidence,
    long horizonDays,
    long window,
    BigDecimal lambda,
    Long scenarios,
    BigDecimal degreesOfFreedom,
    Long seed,
    BigDecimal grossValue,
    BigDecimal netValue,
    BigDecimal var,
    BigDecimal es,
    BigDecimal varPct,
    BigDecimal varStandardError,
    BigDecimal esStandardError,
    Integer covarianceRank,
    List<VarPosition> positions,
    HistoryUsed history,
    List<String> notes)
    implements Shape {

  /** One symbol's part. */
  public record VarPosition(
      String symbol,
      long quantity,
      BigDecimal price,
      String priceSource,
      BigDecimal value,
      BigDecimal standaloneVar,
      BigDecimal marginalVar,
      BigDecimal componentVar,
      BigDecimal componentEs,
      BigDecimal incrementalVar) {

    static VarPosition of(VarReport.Position position) {
      return new VarPosition(
          position.symbol().value(),
          position.quantity(),
          Amounts.of(position.price()),
          position.priceSource().name(),
          Amounts.of(position.value()),
          Amounts.of(position.standaloneVar()),
          position.marginalVar(),
          Amounts.of(position.componentVar()),
          Amounts.of(position.componentEs()),
          Amounts.of(position.incrementalVar()));
    }
  }

  /** The past that was used. */
  public record HistoryUsed(
      int observations,
      LocalDate firstSession,
      LocalDate lastSession,
      int sessionsLeftOut,
      List<MissingSessions> missing,
      List<PriceJump> jumps) {

    static HistoryUsed of(History history) {
      return new HistoryUsed(
          history.observations(),
          history.firstSession(),
          history.lastSession(),
          history.sessionsLeftOut(),
          history.missing().stream()
              .map(
                  missing ->
                      new MissingSessions(
                          missing.symbol().value(),
                          missing.sessions(),
                          missing.first(),
                          missing.last()))
              .toList(),
          history.jumps().stream()
              .map(
                  jump ->
                      new PriceJump(
                          jump.symbol().value(),
                          jump.session(),
                          jump.change(),
                          jump.ratio(),
                          jump.treatment().name()))
              .toList());
    }
  }

  /** Sessions without a bar of a symbol. */
  public record MissingSessions(String symbol, int sessions, LocalDate first, LocalDate last) {}

  /** A return that may be a corporate action. */
  public record PriceJump(
      String symbol, LocalDate session, BigDecimal change, BigDecimal ratio, String treatment) {}

  public static VarShape of(VarReport report) {
    VarTerms terms = report.terms();
    return new VarShape(
        report.asOf(),
        report.accounts().stream().map(AccountId::value).toList(),
        terms.method().code(),
        code(terms.covariance()),
        terms.confidence(),
        terms.horizonDays(),
        terms.window(),
        terms.lambda(),
        terms.scenarios(),
        terms.degreesOfFreedom(),
        terms.seed(),
        Amounts.of(report.grossValue()),
        Amounts.of(report.netValue()),
        Amounts.of(report.var()),
        Amounts.of(report.es()),
        report.varPct(),
        Amounts.of(report.varStandardError()),
        Amounts.of(report.esStandardError()),
        report.covarianceRank(),
        report.positions().stream().map(VarPosition::of).toList(),
        HistoryUsed.of(report.history()),
        report.notes());
  }

  static String code(CovarianceKind covariance) {
    return covariance == null ? null : covariance.code();
  }
}
