package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.sql.RoundTrip;
import io.tola.risk.api.RiskRejectCode;
import io.tola.risk.domain.Controls;
import io.tola.risk.domain.Rules;
import io.tola.risk.store.RiskStore;
import io.tola.trading.api.spi.OrderUnderCheck;
import io.tola.trading.api.spi.PreTradeControl;
import io.tola.trading.api.spi.Refusal;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * The pre-trade controls behind trading's port. Opening a batch reads one row in the caller's
 * transaction; checking an order touches no database.
 */
@Singleton
@Local(PreTradeControl.class)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
public class PreTradeGate implements PreTradeControl {

  @Inject private RiskStore store;
  @Inject private MetricRegistry metrics;

  @Inject
  @ConfigProperty(name = "tola.risk.max-quote-age-ms", defaultValue = "15000")
  private long maxQuoteAgeMillis;

  @Inject
  @ConfigProperty(name = "tola.compliance.tag-required")
  private Optional<Boolean> tagRequired;

  @Inject
  @ConfigProperty(name = "tola.profile", defaultValue = "production")
  private String profile;

  @Inject
  @ConfigProperty(name = "tola.compliance.unregistered-orders-per-second", defaultValue = "0")
  private int unregisteredOrdersPerSecond;

  private final Controls controls = Controls.all();
  private final Map<Integer, Counter> refusals = new HashMap<>();
  private RuleBook rules;

  @PostConstruct
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  void start() {
    rules =
        new RuleBook(
            store,
            Duration.ofMillis(maxQuoteAgeMillis),
            new AlgoRules(
                AlgoRules.tagRequired(tagRequired, profile), unregisteredOrdersPerSecond));
    Metadata refused =
        Metadata.builder()
            .withName("tola_risk_refusals_total")
            .withDescription("Orders refused by a pre-trade control, by code")
            .build();
    for (RiskRejectCode code : RiskRejectCode.values()) {
      refusals.put(
          code.number(),
          metrics.counter(refused, new Tag("code", code.name().toLowerCase(Locale.ROOT))));
    }
    metrics.gauge(
        Metadata.builder()
            .withName("tola_risk_rule_reloads")
            .withDescription("Times this node read the rules anew because they had changed")
            .build(),
        rules,
        RuleBook::reloads);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public Supplier<PreTradeSession> open(Collection<AccountId> accounts, RoundTrip trip) {
    Supplier<Map<AccountId, Rules>> now = rules.rules(accounts, trip);
    return () -> session(now.get());
  }

  private PreTradeSession session(Map<AccountId, Rules> now) {
    return new PreTradeSession() {
      @Override
      public Refusal check(OrderUnderCheck order) {
        return counted(controls.check(order, of(now, order)));
      }

      @Override
      public Refusal checkReduced(OrderUnderCheck order) {
        return counted(controls.checkReduced(order, of(now, order)));
      }
    };
  }

  private static Rules of(Map<AccountId, Rules> now, OrderUnderCheck order) {
    Rules rules = now.get(order.account().accountId());
    if (rules == null) {
      throw new IllegalStateException(
          "account " + order.account().accountId() + " was not named when the batch was opened");
    }
    return rules;
  }

  private Refusal counted(Refusal refusal) {
    if (refusal != null) {
      refusals.get(refusal.code()).inc();
    }
    return refusal;
  }
}
