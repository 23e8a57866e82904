package io.tola.risk.application;

import io.tola.risk.api.Compliance;
import io.tola.risk.api.ComplianceReport;
import io.tola.risk.api.ComplianceReport.AccountDay;
import io.tola.risk.api.ComplianceReport.Kept;
import io.tola.risk.api.ComplianceReport.Refusals;
import io.tola.risk.api.ComplianceReport.Settings;
import io.tola.risk.api.ComplianceReport.Totals;
import io.tola.risk.domain.Clauses;
import io.tola.risk.domain.OrderToTrade;
import io.tola.risk.domain.RefusalWeight;
import io.tola.risk.store.ComplianceStore;
import io.tola.risk.store.FlowCounts;
import io.tola.trading.api.OrderFlow;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the report together. */
@Stateless
@Local(Compliance.class)
@TransactionAttribute(TransactionAttributeType.SUPPORTS)
public class ComplianceDesk implements Compliance {

  private static final int MOST_ACCOUNTS = 500;

  @Inject private ComplianceStore store;
  @Inject private FlowCounts counts;
  @Inject private FlowClerk clerk;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.compliance.tag-required")
  private Optional<Boolean> tagRequired;

  @Inject
  @ConfigProperty(name = "tola.profile", defaultValue = "production")
  private String profile;

  @Inject
  @ConfigProperty(name = "tola.compliance.unregistered-orders-per-second", defaultValue = "0")
  private int unregisteredOrdersPerSecond;

  /** For the container. */
  public ComplianceDesk() {}

  ComplianceDesk(
      ComplianceStore store, FlowCounts counts, FlowClerk clerk, Clock clock, String profile) {
    this.tagRequired = Optional.empty();
    this.profile = profile;
    this.store = store;
    this.counts = counts;
    this.clerk = clerk;
    this.clock = clock;
  }

  @Override
  public ComplianceReport report() {
    Instant now = clock.instant();
    LocalDate day = now.atZone(FlowClerk.INDIA).toLocalDate();
    FlowCounts.Total total = counts.total(day);
    List<Refusals> refusals = new ArrayList<>();
    counts
        .refusals(day)
        .forEach(
            (code, orders) ->
                refusals.add(
                    new Refusals(
                        code,
                        RefusalWeight.control(code)
                            .map(control -> control.name().toLowerCase(Locale.ROOT))
                            .orElse(null),
                        orders)));
    List<AccountDay> accounts =
        counts.day(day, null, MOST_ACCOUNTS).stream().map(ComplianceDesk::day).toList();
    List<Kept> records = new ArrayList<>();
    store.records().forEach((table, removable) -> records.add(new Kept(table, removable)));
    return new ComplianceReport(
        now,
        day,
        clerk.backlog(),
        settings(),
        new Totals(
            total.accounts(),
            total.orders(),
            total.untagged(),
            total.refused(),
            total.replaced(),
            total.canceled(),
            total.trades()),
        refusals,
        accounts,
        records,
        Clauses.all());
  }

  private Settings settings() {
    ComplianceStore.Rules rules = store.rules();
    OrderToTrade limit = clerk.limit();
    Period kept = clerk.kept();
    return new Settings(
        AlgoRules.tagRequired(tagRequired, profile),
        unregisteredOrdersPerSecond == 0 ? null : unregisteredOrdersPerSecond,
        rules.defaults(),
        rules.ownLimits(),
        rules.registeredAlgos(),
        rules.restrictedSymbols(),
        limit.warning(),
        limit.critical(),
        limit.minimum(),
        kept.toString());
  }

  private static AccountDay day(OrderFlow.Counts counts) {
    long messages = counts.orders() + counts.replaced() + counts.canceled();
    return new AccountDay(
        counts.accountId(),
        counts.orders(),
        counts.untagged(),
        counts.refused(),
        messages,
        counts.trades(),
        OrderToTrade.ratio(messages, counts.trades()));
  }
}
