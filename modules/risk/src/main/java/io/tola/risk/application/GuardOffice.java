package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.GuardAction;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.api.TradingState.Mode;
import io.tola.risk.domain.GuardReading;
import io.tola.risk.store.GuardStore;
import io.tola.risk.store.GuardStore.Key;
import io.tola.risk.store.GuardStore.State;
import io.tola.risk.store.RiskStore;
import io.tola.trading.api.TradingControls;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What guards do, each in one transaction: the new level, the event, the alert, the act itself. */
@Stateless
@LocalBean
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class GuardOffice {

  private static final Logger LOG = System.getLogger(GuardOffice.class.getName());

  @Inject private GuardStore store;
  @Inject private RiskStore risks;
  @Inject private RiskDesk desk;
  @Inject private TradingControls controls;
  @Inject private Instance<AuditTrail> auditTrail;
  @Inject private RiskEvents events;
  @Inject private Clock clock;

  /** For the container. */
  public GuardOffice() {}

  GuardOffice(
      GuardStore store,
      RiskStore risks,
      RiskDesk desk,
      TradingControls controls,
      Instance<AuditTrail> auditTrail,
      RiskEvents events,
      Clock clock) {
    this.store = store;
    this.risks = risks;
    this.desk = desk;
    this.controls = controls;
    this.auditTrail = auditTrail;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Takes in a reading that differs from the guard's state: tells of it, and acts when it is critical and
   * the guard hasn't acted yet.
   *
   * @param action what it is set to do
   * @param rearmedAt when the guard was last re-armed as far as the look knew, or null: a reading from
   *     before a person's word says nothing any more
   */
  public void change(GuardReading reading, GuardAction action, Instant rearmedAt) {
    Key key = new Key(reading.guard(), reading.scope());
    Instant now = clock.instant();
    State before = store.lockOrMake(key, now);
    GuardLevel level = before.level();
    boolean acts =
        reading.level() == GuardLevel.CRITICAL && action != GuardAction.ALERT && !before.tripped();
    if (!Objects.equals(before.rearmedAt(), rearmedAt)
        || level == reading.level() && before.stage() == reading.stage() && !acts) {
      return;
    }
    store.write(reading, acts ? action : null, now);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("guard", reading.guard().code());
    detail.put("scope", reading.scope());
    detail.put("before", level.code());
    detail.put("after", reading.level().code());
    detail.put("value_pct", reading.value());
    detail.put("stage_pct", reading.stage());
    detail.put("action", (acts ? action : GuardAction.ALERT).code());
    record(RiskEventKind.GUARD_TRIPPED, key, reading.level(), detail, actor(reading.guard()), now);
    LOG.log(
        Level.WARNING,
        "guard {0} of {1}: {2} at {3} %{4}",
        reading.guard().code(),
        reading.scope(),
        reading.level().code(),
        reading.value(),
        acts ? ", " + action.code() : "");
    if (acts) {
      act(reading, action);
      audit(now, actor(reading.guard()), "guard_tripped", key, detail);
    }
  }

  private void act(GuardReading reading, GuardAction action) {
    String actor = actor(reading.guard());
    String reason =
        "guard "
            + reading.guard().code()
            + ": "
            + reading.value().stripTrailingZeros().toPlainString()
            + " %";
    if (reading.guard().scope() == GuardKind.Scope.SYMBOL) {
      controls.halt(new Symbol(reading.scope()), reason, actor);
      return;
    }
    AccountId account = account(new Key(reading.guard(), reading.scope()));
    Mode wanted = action == GuardAction.HALT ? Mode.HALTED : Mode.REDUCE_ONLY;
    // Whoever was stricter before stays so: a guard lets nothing through.
    if (risks.lockState(account, actor, clock.instant()).compareTo(wanted) < 0) {
      desk.setTradingState(account, wanted, reason, actor, false);
    }
  }

  /** See {@link io.tola.risk.api.Guards#rearm}. */
  public State rearm(Key key, String reason, String actor) {
    State before =
        store
            .lock(key)
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.GUARD_NOT_FOUND,
                        "There is no such guard, or it never was anything but normal"));
    if (!before.tripped()) {
      throw new ProblemException(ProblemCode.GUARD_CONFLICT, "The guard hasn't acted: it is armed");
    }
    AccountId account = account(key);
    if (account == null && before.level() == GuardLevel.CRITICAL) {
      throw new ProblemException(
          ProblemCode.GUARD_CONFLICT,
          "The guard is still critical: it would act again at once. Wait until it isn't");
    }
    Instant now = clock.instant();
    if (account != null) {
      store.resetPeak(account, now);
    }
    State after = store.rearm(key, actor, now);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("guard", key.guard().code());
    detail.put("scope", key.scope());
    detail.put("before", before.level().code());
    detail.put("after", after.level().code());
    detail.put("tripped_at", before.trippedAt());
    detail.put("reason", reason);
    record(RiskEventKind.GUARD_REARMED, key, GuardLevel.WARNING, detail, actor, now);
    audit(now, actor, "guard_rearmed", key, detail);
    return after;
  }

  /** The account a guard is over; null for those of the market and of symbols. */
  private static AccountId account(Key key) {
    return key.guard().scope() == GuardKind.Scope.ACCOUNT ? AccountId.parse(key.scope()) : null;
  }

  private static String actor(GuardKind guard) {
    return "guard:" + guard.code();
  }

  /** An event, and an alert when the level isn't normal. */
  private void record(
      RiskEventKind kind,
      Key key,
      GuardLevel level,
      Map<String, Object> detail,
      String actor,
      Instant now) {
    RiskSeverity severity =
        switch (level) {
          case NORMAL -> RiskSeverity.INFO;
          case WARNING -> RiskSeverity.WARNING;
          case CRITICAL -> RiskSeverity.CRITICAL;
        };
    events.record(List.of(new NewRiskEvent(kind, severity, account(key), actor, now, detail)));
  }

  private void audit(
      Instant now, String actor, String action, Key key, Map<String, Object> detail) {
    if (!auditTrail.isResolvable()) {
      throw new IllegalStateException("there is no audit trail: nothing may change");
    }
    AccountId account = account(key);
    auditTrail
        .get()
        .append(
            List.of(
                new AuditEntry(
                    Ids.next(),
                    now,
                    actor,
                    action,
                    "guard",
                    key.guard().code() + ":" + key.scope(),
                    account == null ? null : account.value(),
                    detail)));
  }
}
