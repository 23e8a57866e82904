package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.Portfolios;
import io.tola.risk.api.NewRiskEvent;
import io.tola.risk.api.RegisteredAlgo;
import io.tola.risk.api.RestrictedSymbol;
import io.tola.risk.api.RiskEventKind;
import io.tola.risk.api.RiskEvents;
import io.tola.risk.api.RiskSeverity;
import io.tola.risk.api.RuleDesk;
import io.tola.risk.store.RuleStore;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Changes restricted symbols and registered algorithms, each in one transaction with its audit entry. */
@Stateless
@Local(RuleDesk.class)
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class RuleOffice implements RuleDesk {

  private static final Pattern REASON = Pattern.compile("(?s)(?=.*\\S)\\P{Cntrl}{1,500}");
  private static final Pattern ALGO_ID = Pattern.compile("[!-~]([ -~]{0,30}[!-~])?");

  @Inject private RuleStore store;
  @Inject private RiskEvents events;
  @Inject private MarketData market;
  @Inject private Portfolios portfolios;
  @Inject private Instance<AuditTrail> auditTrail;
  @Inject private Clock clock;

  /** For the container. */
  public RuleOffice() {}

  RuleOffice(
      RuleStore store,
      RiskEvents events,
      MarketData market,
      Portfolios portfolios,
      Instance<AuditTrail> auditTrail,
      Clock clock) {
    this.store = store;
    this.events = events;
    this.market = market;
    this.portfolios = portfolios;
    this.auditTrail = auditTrail;
    this.clock = clock;
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public List<RestrictedSymbol> restrictedSymbols() {
    return store.restricted();
  }

  @Override
  public RestrictedSymbol restrict(Symbol symbol, String reason, String actor) {
    check("reason", REASON, reason, "must have 1 to 500 characters, no control characters");
    if (market.instrument(symbol).isEmpty()) {
      throw new ProblemException(ProblemCode.UNKNOWN_SYMBOL, "There is no symbol " + symbol);
    }
    Instant now = clock.instant();
    RestrictedSymbol restricted = store.restrict(symbol, reason, actor, now);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("symbol", symbol.value());
    detail.put("reason", reason);
    done(now, actor, "symbol_restricted", "restricted_symbol", symbol.value(), null, detail);
    return restricted;
  }

  @Override
  public void release(Symbol symbol, String requestedBy, String approvedBy) {
    twoPeople(requestedBy, approvedBy);
    RestrictedSymbol before =
        store.release(symbol).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.RESTRICTION_NOT_FOUND, symbol + " is not restricted"));
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("symbol", symbol.value());
    detail.put("reason", before.reason());
    detail.put("restricted_by", before.updatedBy());
    detail.put("approved_by", approvedBy);
    done(
        clock.instant(),
        requestedBy,
        "symbol_released",
        "restricted_symbol",
        symbol.value(),
        null,
        detail);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.SUPPORTS)
  public List<RegisteredAlgo> algos(AccountId account) {
    return store.algos(account);
  }

  @Override
  public RegisteredAlgo register(
      AccountId account, String algoId, String reason, String requestedBy, String approvedBy) {
    twoPeople(requestedBy, approvedBy);
    check("algo_id", ALGO_ID, algoId, "must be 1 to 32 printable ASCII characters");
    check("reason", REASON, reason, "must have 1 to 500 characters, no control characters");
    if (portfolios.account(account).isEmpty()) {
      throw new ProblemException(ProblemCode.ACCOUNT_NOT_FOUND, "There is no such account");
    }
    Instant now = clock.instant();
    List<RegisteredAlgo> registered = store.register(account, algoId, requestedBy, now);
    if (registered.isEmpty()) {
      return store.algos(account).stream()
          .filter(a -> a.algoId().equals(algoId))
          .findFirst()
          .orElseThrow();
    }
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("algo_id", algoId);
    detail.put("reason", reason);
    detail.put("approved_by", approvedBy);
    done(
        now,
        requestedBy,
        "algo_registered",
        "registered_algo",
        account + ":" + algoId,
        account,
        detail);
    return registered.get(0);
  }

  @Override
  public void deregister(AccountId account, String algoId, String actor) {
    RegisteredAlgo before =
        store.deregister(account, algoId).stream()
            .findFirst()
            .orElseThrow(
                () ->
                    new ProblemException(
                        ProblemCode.ALGO_NOT_FOUND, "The account has no such algorithm"));
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("algo_id", algoId);
    detail.put("registered_by", before.registeredBy());
    done(
        clock.instant(),
        actor,
        "algo_deregistered",
        "registered_algo",
        account + ":" + algoId,
        account,
        detail);
  }

  private static void check(String field, Pattern pattern, String value, String message) {
    if (value == null || !pattern.matcher(value).matches()) {
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          field + " " + message,
          List.of(new FieldError(field, message)));
    }
  }

  private static void twoPeople(String requestedBy, String approvedBy) {
    if (approvedBy == null || approvedBy.equals(requestedBy)) {
      throw new ProblemException(
          ProblemCode.SECOND_PERSON_NEEDED, "Whoever asks for it doesn't approve it.");
    }
  }

  /** An event, an alert when it lets more through, and the audit entry. */
  private void done(
      Instant now,
      String actor,
      String action,
      String entityType,
      String entityId,
      AccountId account,
      Map<String, Object> detail) {
    if (!auditTrail.isResolvable()) {
      throw new IllegalStateException("there is no audit trail: nothing may change");
    }
    Map<String, Object> told = new LinkedHashMap<>(detail);
    told.put("change", action);
    events.record(
        List.of(
            new NewRiskEvent(
                RiskEventKind.LIMITS_CHANGED,
                detail.containsKey("approved_by") ? RiskSeverity.WARNING : RiskSeverity.INFO,
                account,
                actor,
                now,
                told)));
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
                    entityId,
                    account == null ? null : account.value(),
                    detail)));
  }
}
