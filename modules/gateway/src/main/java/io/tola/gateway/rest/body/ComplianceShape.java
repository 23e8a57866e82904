package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.Clause;
import io.tola.risk.api.ComplianceReport;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** The compliance report. */
public record ComplianceShape(
    Instant timestamp,
    LocalDate day,
    long uncounted,
    SettingsShape settings,
    TotalsShape totals,
    List<RefusalsShape> refusals,
    List<AccountDayShape> accounts,
    List<RecordsShape> records,
    List<ClauseShape> clauses)
    implements Shape {

  /** Settings in force. */
  public record SettingsShape(
      boolean tagRequired,
      Integer unregisteredOrdersPerSecond,
      int defaultOrdersPerSecond,
      BigDecimal defaultOrderValue,
      BigDecimal defaultOpenOrderValue,
      BigDecimal defaultPositionValue,
      BigDecimal defaultPriceCollarPct,
      long accountsWithOwnLimits,
      long registeredAlgos,
      long restrictedSymbols,
      BigDecimal orderToTradeWarning,
      BigDecimal orderToTradeCritical,
      long orderToTradeMinimum,
      String eventsKept) {

    static SettingsShape of(ComplianceReport.Settings settings) {
      AccountLimits defaults = settings.defaults();
      return new SettingsShape(
          settings.tagRequired(),
          settings.unregisteredOrdersPerSecond(),
          defaults.maxOrdersPerSecond(),
          Amounts.of(defaults.maxOrderValue()),
          Amounts.of(defaults.maxOpenOrderValue()),
          Amounts.of(defaults.maxPositionValue()),
          Amounts.of(defaults.priceCollarPct()),
          settings.accountsWithOwnLimits(),
          settings.registeredAlgos(),
          settings.restrictedSymbols(),
          settings.orderToTradeWarning(),
          settings.orderToTradeCritical(),
          settings.orderToTradeMinimum(),
          settings.eventsKept());
    }
  }

  /** The day of all accounts together. */
  public record TotalsShape(
      long accounts,
      long orders,
      long untagged,
      long refused,
      long replaced,
      long canceled,
      long trades) {}

  /** Orders refused for one reason. */
  public record RefusalsShape(int code, String control, long orders) {}

  /** One account's day. */
  public record AccountDayShape(
      UUID accountId,
      long orders,
      long untagged,
      long refused,
      long messages,
      long trades,
      BigDecimal orderToTrade) {}

  /** A table of records. */
  public record RecordsShape(String table, boolean removable) {}

  /** One clause. */
  public record ClauseShape(
      String regulation,
      String clause,
      String asks,
      String met,
      String does,
      List<String> tests,
      String read,
      String source) {

    static ClauseShape of(Clause clause) {
      return new ClauseShape(
          clause.regulation(),
          clause.clause(),
          clause.asks(),
          clause.met().name().toLowerCase(Locale.ROOT),
          clause.does(),
          clause.tests(),
          clause.read().name().toLowerCase(Locale.ROOT),
          clause.source());
    }
  }

  public static ComplianceShape of(ComplianceReport report) {
    ComplianceReport.Totals totals = report.totals();
    return new ComplianceShape(
        report.asOf(),
        report.day(),
        report.uncounted(),
        SettingsShape.of(report.settings()),
        new TotalsShape(
            totals.accounts(),
            totals.orders(),
            totals.untagged(),
            totals.refused(),
            totals.replaced(),
            totals.canceled(),
            totals.trades()),
        report.refusals().stream()
            .map(r -> new RefusalsShape(r.code(), r.control(), r.orders()))
            .toList(),
        report.accounts().stream()
            .map(
                a ->
                    new AccountDayShape(
                        a.accountId().value(),
                        a.orders(),
                        a.untagged(),
                        a.refused(),
                        a.messages(),
                        a.trades(),
                        a.orderToTrade()))
            .toList(),
        report.records().stream().map(r -> new RecordsShape(r.table(), r.removable())).toList(),
        report.clauses().stream().map(ClauseShape::of).toList());
  }
}
