package io.tola.risk.application.analysis;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.api.VarBacktest.Zone;
import io.tola.risk.domain.backtest.TrafficLight;
import io.tola.risk.store.ForecastStore;
import io.tola.risk.store.ForecastStore.Forecast;
import io.tola.risk.store.ForecastStore.Judged;
import io.tola.risk.store.ForecastStore.Tightening;
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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Judges an account's forecasts and draws the conclusions: the zone, a risk event with its alert, an
 * audit entry, and where it is configured tighter limits, all in one transaction. Only a person loosens
 * limits again, so a better zone changes none.
 *
 * <p>Limits are tightened to a share of what they were in green, not of what they are: what that was is
 * kept until a person sets another limit. So a zone that comes back tightens nothing further.
 */
@Stateless
public class ForecastBook {

  static final String ACTOR = "var-backtest";

  /** Zones count the last of Basel's year; before so many days nobody is blamed. */
  static final int ZONE_DAYS = 250;

  static final int FEWEST_DAYS = 30;

  private static final BigDecimal HUNDRED = new BigDecimal("100");

  /** No limit is tightened to nothing. */
  private static final BigDecimal SMALLEST = new BigDecimal("0.01");

  @Inject private ForecastStore forecasts;
  @Inject private RiskEvents events;
  @Inject private RiskDesk limits;
  @Inject private Instance<AuditTrail> auditTrail;
  @Inject private Clock clock;

  /** For the container. */
  public ForecastBook() {}

  ForecastBook(
      ForecastStore forecasts,
      RiskEvents events,
      RiskDesk limits,
      Instance<AuditTrail> auditTrail,
      Clock clock) {
    this.forecasts = forecasts;
    this.events = events;
    this.limits = limits;
    this.auditTrail = auditTrail;
    this.clock = clock;
  }

  /** Says what came of forecasts: the session after each and the profit in it. */
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public void judge(AccountId account, Map<Forecast, Outcome> outcomes, ForecastRules rules) {
    Instant now = clock.instant();
    Zone before = forecasts.lockZone(account, now);
    outcomes.forEach(
        (forecast, outcome) -> forecasts.judge(forecast, outcome.session(), outcome.profit(), now));
    // Exceedances of another confidence come with another probability.
    List<Judged> judged = forecasts.judged(account, rules.terms().confidence(), ZONE_DAYS);
    int exceeded = (int) judged.stream().filter(Judged::exceeded).count();
    double tail = BigDecimal.ONE.subtract(rules.terms().confidence()).doubleValue();
    Zone zone =
        judged.size() < FEWEST_DAYS
            ? Zone.GREEN
            : Zone.valueOf(TrafficLight.of(judged.size(), exceeded, tail).zone().name());
    forecasts.setZone(account, zone, judged.size(), exceeded, now);
    if (zone != before) {
      changed(account, before, zone, judged.size(), exceeded, rules, now);
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
      ForecastRules rules,
      Instant now) {
    boolean tightened =
        rules.tighten() && zone.compareTo(before) > 0 && tighten(account, left(zone, rules), now);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("before", before.name());
    detail.put("after", zone.name());
    detail.put("days", days);
    detail.put("exceedances", exceeded);
    detail.put("limits_tightened", tightened);
    audit(account, detail, now);
    RiskSeverity severity =
        switch (zone) {
          case GREEN -> RiskSeverity.INFO;
          case YELLOW -> RiskSeverity.WARNING;
          case RED -> RiskSeverity.CRITICAL;
        };
    events.record(
        List.of(
            new NewRiskEvent(RiskEventKind.VAR_EXCEEDED, severity, account, ACTOR, now, detail)));
  }

  /**
   * Each limit on rupees to a share of what it was in green.
   *
   * @param left per cent
   * @return whether any limit changed
   */
  private boolean tighten(AccountId account, BigDecimal left, Instant at) {
    AccountLimits now = limits.limits(account);
    Map<String, Tightening> before = new HashMap<>();
    forecasts.tightenings(account).forEach(t -> before.put(t.limit(), t));
    Map<String, Tightening> after = new LinkedHashMap<>();
    add(after, "max_order_value", now.maxOrderValue(), before, left);
    add(after, "max_open_order_value", now.maxOpenOrderValue(), before, left);
    add(after, "max_position_value", now.maxPositionValue(), before, left);
    AccountLimits tighter =
        new AccountLimits(
            account,
            value(after, "max_order_value", now.maxOrderValue()),
            value(after, "max_open_order_value", now.maxOpenOrderValue()),
            now.maxPositionQuantity(),
            value(after, "max_position_value", now.maxPositionValue()),
            now.maxOrdersPerSecond(),
            now.priceCollarPct(),
            now.lookAlikeWindowMillis(),
            now.restrictedSymbols(),
            now.version(),
            null,
            null);
    if (after.isEmpty()) {
      return false;
    }
    limits.changeLimits(tighter, ACTOR);
    forecasts.tightened(account, List.copyOf(after.values()), at);
    return true;
  }

  /** Adds what the limit is tightened to, unless it isn't set or is as tight already. */
  private static void add(
      Map<String, Tightening> after,
      String name,
      Money limit,
      Map<String, Tightening> before,
      BigDecimal left) {
    if (limit == null) {
      return;
    }
    Tightening last = before.get(name);
    // Another value than it was tightened to: a person has set it since, and means it.
    Money green =
        last != null && last.tightened().compareTo(limit) == 0 ? last.untightened() : limit;
    Money tight =
        new Money(
            green.value().multiply(left).divide(HUNDRED, 2, RoundingMode.FLOOR).max(SMALLEST));
    if (tight.compareTo(limit) < 0) {
      after.put(name, new Tightening(name, green, tight));
    }
  }

  private static Money value(Map<String, Tightening> after, String name, Money otherwise) {
    return after.containsKey(name) ? after.get(name).tightened() : otherwise;
  }

  private static BigDecimal left(Zone zone, ForecastRules rules) {
    return switch (zone) {
      case GREEN -> HUNDRED;
      case YELLOW -> rules.yellowPct();
      case RED -> rules.redPct();
    };
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
}
