package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.VarBacktest.Zone;
import io.tola.risk.domain.backtest.TrafficLight;
import io.tola.risk.store.ForecastStore;
import io.tola.risk.store.ForecastStore.Forecast;
import io.tola.risk.store.ForecastStore.Judged;
import io.tola.risk.store.RiskStore;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Judges an account's forecasts and draws the conclusions: the zone, a risk event, an alert, an audit
 * entry, and where it is configured tighter limits, all in one transaction. Only a person loosens limits
 * again, so a better zone changes none.
 */
@Stateless
public class ForecastBook {

  static final String ACTOR = "var-backtest";

  /** Zones count the last of Basel's year; before so many days nobody is blamed. */
  static final int ZONE_DAYS = 250;

  static final int FEWEST_DAYS = 30;

  private static final String ALERTS = "tola.risk.alerts";
  private static final BigDecimal HUNDRED = new BigDecimal("100");

  @Inject private ForecastStore forecasts;
  @Inject private RiskStore events;
  @Inject private RiskDesk limits;
  @Inject private Instance<AuditTrail> auditTrail;
  @Inject private Instance<Outbox> outbox;
  @Inject private Clock clock;

  /** For the container. */
  public ForecastBook() {}

  ForecastBook(
      ForecastStore forecasts,
      RiskStore events,
      RiskDesk limits,
      Instance<AuditTrail> auditTrail,
      Instance<Outbox> outbox,
      Clock clock) {
    this.forecasts = forecasts;
    this.events = events;
    this.limits = limits;
    this.auditTrail = auditTrail;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Says what came of forecasts: the session after each and the profit in it. */
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public void judge(AccountId account, Map<Forecast, Outcome> outcomes, ForecastRules rules) {
    Instant now = clock.instant();
    Zone before = forecasts.lockZone(account, now);
    outcomes.forEach(
        (forecast, outcome) -> forecasts.judge(forecast, outcome.session(), outcome.profit(), now));
    List<Judged> judged = forecasts.judged(account, ZONE_DAYS);
    int exceeded = (int) judged.stream().filter(Judged::exceeded).count();
    double tail = BigDecimal.ONE.subtract(rules.terms().confidence()).doubleValue();
    Zone zone =
        judged.size() < FEWEST_DAYS
            ? Zone.GREEN
            : Zone.valueOf(TrafficLight.of(judged.size(), exceeded, tail).zone().name());
    long sequence = forecasts.setZone(account, zone, judged.size(), exceeded, now);
    if (zone != before) {
      changed(account, before, zone, judged.size(), exceeded, sequence, rules, now);
    }
  }

  /**
   * What came of a forecast.
   *
   * @param session the session after the day it was made
   * @param profit of the positions it was about, held unchanged
   */
  public record Outcome(LocalDate session, Money profit) {}

  private void changed(
      AccountId account,
      Zone before,
      Zone zone,
      int days,
      int exceeded,
      long sequence,
      ForecastRules rules,
      Instant now) {
    boolean tightened =
        rules.tighten() && zone.compareTo(before) > 0 && tighten(account, before, zone, rules);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("before", before.name());
    detail.put("after", zone.name());
    detail.put("days", days);
    detail.put("exceedances", exceeded);
    detail.put("limits_tightened", tightened);
    events.event(
        Ids.next(),
        now,
        "VAR_EXCEEDED",
        zone == Zone.GREEN ? "INFO" : zone == Zone.RED ? "CRITICAL" : "WARNING",
        account,
        ACTOR,
        CanonicalJson.write(detail));
    audit(account, detail, now);
    alert(account, detail, sequence, now);
  }

  /** Each limit on rupees by the share that the new zone leaves of what the old one left. */
  private boolean tighten(AccountId account, Zone before, Zone zone, ForecastRules rules) {
    AccountLimits now = limits.limits(account);
    BigDecimal left = left(zone, rules);
    BigDecimal of = left(before, rules);
    AccountLimits tighter =
        new AccountLimits(
            account,
            tighter(now.maxOrderValue(), left, of),
            tighter(now.maxOpenOrderValue(), left, of),
            now.maxPositionQuantity(),
            tighter(now.maxPositionValue(), left, of),
            now.maxOrdersPerSecond(),
            now.priceCollarPct(),
            now.lookAlikeWindowMillis(),
            now.restrictedSymbols(),
            now.version(),
            null,
            null);
    if (tighter.maxOrderValue() == null
        && tighter.maxOpenOrderValue() == null
        && tighter.maxPositionValue() == null) {
      return false;
    }
    limits.changeLimits(tighter, ACTOR);
    return true;
  }

  private static BigDecimal left(Zone zone, ForecastRules rules) {
    return switch (zone) {
      case GREEN -> HUNDRED;
      case YELLOW -> rules.yellowPct();
      case RED -> rules.redPct();
    };
  }

  private static Money tighter(Money limit, BigDecimal left, BigDecimal of) {
    return limit == null
        ? null
        : new Money(
            limit.value().multiply(left).divide(of, 2, RoundingMode.FLOOR).max(BigDecimal.ONE));
  }

  private void audit(AccountId account, Map<String, Object> detail, Instant now) {
    if (!auditTrail.isResolvable()) {
      throw new IllegalStateException("there is no audit trail: nothing may change");
    }
    auditTrail
        .get()
        .append(
            List.of(
                new AuditEntry(
                    Ids.next(),
                    now,
                    ACTOR,
                    "var_zone_changed",
                    "var_zone",
                    account.toString(),
                    account.value(),
                    detail)));
  }

  private void alert(AccountId account, Map<String, Object> detail, long sequence, Instant now) {
    if (!outbox.isResolvable()) {
      throw new IllegalStateException("there is no outbox: nobody can be told");
    }
    UUID id = Ids.next();
    Map<String, Object> message = new LinkedHashMap<>(detail);
    message.put("alert_id", id);
    message.put("kind", "var_zone");
    message.put("scope", account.toString());
    message.put("actor", ACTOR);
    message.put("at", now);
    message.put("sequence", sequence);
    outbox
        .get()
        .append(
            List.of(
                new OutboxMessage(
                    id,
                    ALERTS,
                    // Its own sequence: the kill switch's alerts of the account have another.
                    "var:" + account,
                    sequence,
                    CanonicalJson.write(message))));
  }
}
