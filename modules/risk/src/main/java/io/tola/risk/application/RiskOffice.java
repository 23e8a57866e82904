package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.api.TradingState;
import io.tola.risk.api.TradingState.Mode;
import io.tola.risk.store.RiskStore;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** Changes limits and uses the kill switch, each in one transaction with its audit entry. */
@Stateless
@Local(RiskDesk.class)
public class RiskOffice implements RiskDesk {

  /** Where alerts go; receivers order them by scope and sequence. */
  static final String ALERTS = "tola.risk.alerts";

  private static final int MAX_REASON = 500;

  private static final Metadata KILL_SWITCH_USES =
      Metadata.builder()
          .withName("tola_risk_kill_switch_total")
          .withDescription("Uses of the kill switch on this node, by the mode it was set to")
          .build();

  private static final Logger LOG = System.getLogger(RiskOffice.class.getName());

  @Inject private RiskStore store;
  @Inject private RiskEvents events;
  @Inject private Portfolios portfolios;
  @Inject private Instance<AuditTrail> auditTrail;
  @Inject private Instance<Outbox> outbox;
  @Inject private Clock clock;
  @Inject private MetricRegistry metrics;

  /** For the container. */
  public RiskOffice() {}

  RiskOffice(
      RiskStore store,
      RiskEvents events,
      Portfolios portfolios,
      Instance<AuditTrail> auditTrail,
      Instance<Outbox> outbox,
      Clock clock,
      MetricRegistry metrics) {
    this.store = store;
    this.events = events;
    this.portfolios = portfolios;
    this.auditTrail = auditTrail;
    this.outbox = outbox;
    this.clock = clock;
    this.metrics = metrics;
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public AccountLimits limits(AccountId accountId) {
    return store.limits(accountId);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public AccountLimits changeLimits(AccountLimits limits, String actor) {
    return change(limits, actor, null);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public AccountLimits raiseLimits(AccountLimits limits, String requestedBy, String approvedBy) {
    if (approvedBy == null || approvedBy.equals(requestedBy)) {
      throw new ProblemException(
          ProblemCode.SECOND_PERSON_NEEDED, "Whoever asks for higher limits doesn't approve them.");
    }
    return change(limits, requestedBy, approvedBy);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public AccountLimits defaultLimits() {
    return store.defaults();
  }

  /**
   * @param account null for the defaults
   */
  private AccountLimits holding(AccountId account) {
    return account == null ? store.defaults() : store.limits(account);
  }

  private AccountLimits change(AccountLimits limits, String actor, String approvedBy) {
    List<FieldError> errors = LimitsForm.errors(limits);
    if (!errors.isEmpty()) {
      throw new ProblemException(
          ProblemCode.LIMITS_INVALID, "These limits can't be set: " + spell(errors), errors);
    }
    if (limits.accountId() != null) {
      mustExist(limits.accountId());
    }
    AccountLimits before = holding(limits.accountId());
    Instant now = clock.instant();
    if (before.version() != limits.version()) {
      throw changedMeanwhile(limits);
    }
    List<String> raised = LimitsForm.raised(before, limits);
    if (approvedBy == null && !raised.isEmpty()) {
      throw new ProblemException(
          ProblemCode.LIMIT_RAISE_UNAPPROVED,
          "A second person must approve what lets more through: " + String.join(", ", raised) + '.',
          raised.stream()
              .map(field -> new FieldError(field, "lets more through than the one that holds"))
              .toList());
    }
    if (!store.replaceLimits(limits, actor, now)) {
      throw changedMeanwhile(limits);
    }
    AccountLimits after = holding(limits.accountId());
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("before", LimitsForm.figures(before));
    detail.put("after", LimitsForm.figures(after));
    if (approvedBy != null) {
      detail.put("approved_by", approvedBy);
    }
    events.record(
        List.of(
            new NewRiskEvent(
                RiskEventKind.LIMITS_CHANGED,
                LimitsForm.raised(before, after).isEmpty()
                    ? RiskSeverity.INFO
                    : RiskSeverity.WARNING,
                limits.accountId(),
                actor,
                now,
                detail)));
    audit(now, actor, "risk_limits_changed", "risk_limits", limits.accountId(), detail);
    return after;
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public List<TradingState> tradingStates() {
    return store.states();
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.REQUIRED)
  public TradingState setTradingState(
      AccountId accountId, Mode mode, String reason, String actor, boolean actorHasRiskRole) {
    checkReason(reason);
    if (accountId != null) {
      mustExist(accountId);
    }
    Instant now = clock.instant();
    Mode before = store.lockState(accountId, actor, now);
    // Declared from free to closed: a step back lets more through, and that is resuming. Somebody
    // without role risk may repeat what stands, so that two people may pull the switch at once.
    if (!actorHasRiskRole && (mode == Mode.NORMAL || mode.compareTo(before) < 0)) {
      throw new ProblemException(
          ProblemCode.FORBIDDEN, "Only a person with role risk may let more orders through again");
    }
    RiskStore.Changed changed = store.setState(accountId, mode, reason, actor, now);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("scope", changed.state().scope());
    detail.put("before", before.name());
    detail.put("after", mode.name());
    detail.put("reason", reason);
    store.event(
        Ids.next(),
        now,
        "KILL_SWITCH",
        mode == Mode.NORMAL ? "INFO" : mode == Mode.HALTED ? "CRITICAL" : "WARNING",
        accountId,
        actor,
        CanonicalJson.write(detail));
    alert(changed, detail, actor, now);
    audit(now, actor, "trading_state_changed", "trading_state", accountId, detail);
    metrics.counter(KILL_SWITCH_USES, new Tag("mode", mode.name())).inc();
    LOG.log(
        Level.WARNING,
        "kill switch: {0} set {1} from {2} to {3}",
        actor,
        changed.state().scope(),
        before,
        mode);
    return changed.state();
  }

  private void alert(
      RiskStore.Changed changed, Map<String, Object> detail, String actor, Instant now) {
    if (!outbox.isResolvable()) {
      // The one port whose absence doesn't refuse: a switch that can't be pulled because nobody can
      // be told would be the worse failure.
      LOG.log(Level.ERROR, "no outbox: the alert about {0} is not sent", changed.state().scope());
      return;
    }
    UUID id = Ids.next();
    Map<String, Object> message = new LinkedHashMap<>(detail);
    message.put("alert_id", id);
    message.put("kind", "kill_switch");
    message.put("actor", actor);
    message.put("at", now);
    message.put("sequence", changed.alertSequence());
    outbox
        .get()
        .append(
            List.of(
                new OutboxMessage(
                    id,
                    ALERTS,
                    // an account's executions are ordered by its bare id: not the same sequence
                    "risk:" + changed.state().scope(),
                    changed.alertSequence(),
                    CanonicalJson.write(message))));
  }

  private void audit(
      Instant now,
      String actor,
      String action,
      String entityType,
      AccountId account,
      Map<String, Object> detail) {
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
                    actor,
                    action,
                    entityType,
                    account == null ? RiskStore.PLATFORM : account.toString(),
                    account == null ? null : account.value(),
                    detail)));
  }

  private void mustExist(AccountId account) {
    if (portfolios.account(account).isEmpty()) {
      throw new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account");
    }
  }

  private static ProblemException changedMeanwhile(AccountLimits limits) {
    return new ProblemException(
        ProblemCode.TRADING_STATE_CONFLICT,
        "The limits were changed meanwhile: their version is not "
            + limits.version()
            + " any more; read them again");
  }

  private static void checkReason(String reason) {
    String message = null;
    if (reason == null || reason.isBlank() || reason.length() > MAX_REASON) {
      message = "must have 1 to " + MAX_REASON + " characters";
    } else if (reason.chars().anyMatch(c -> Character.isISOControl(c))) {
      message = "must not hold control characters";
    } else if (!new String(reason.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8)
        .equals(reason)) {
      message = "must be well-formed Unicode";
    }
    if (message != null) {
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          "reason " + message,
          List.of(new FieldError("reason", message)));
    }
  }

  private static String spell(List<FieldError> errors) {
    return String.join(
        "; ", errors.stream().map(error -> error.field() + " " + error.message()).toList());
  }
}
