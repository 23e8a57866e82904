package io.tola.performance.application;

import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.sql.SqlFault;
import io.tola.performance.api.IndexTrial;
import io.tola.performance.api.IndexTrial.Phase;
import io.tola.performance.api.IndexTrial.State;
import io.tola.performance.api.TrialFigures;
import io.tola.performance.domain.TrialVerdict;
import io.tola.performance.store.TrialStore;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Records a trial's steps, each in a transaction of its own with its entry in the audit trail: what
 * is to be changed is on record before it is changed. A step that isn't the trial's next any more
 * (another node has finished it) is refused with {@link Overtaken}.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class TrialClerk {

  private static final String SYSTEM = "system";

  @Inject private TrialStore store;
  @Inject private Instance<AuditTrail> installed;
  @Inject private Clock clock;

  /** Instead of the one that is installed; for tests. */
  private AuditTrail given;

  /** For the container. */
  public TrialClerk() {}

  TrialClerk(TrialStore store, AuditTrail audit, Clock clock) {
    this.store = store;
    this.given = audit;
    this.clock = clock;
  }

  /** Somebody else has finished the trial. */
  static final class Overtaken extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Overtaken(IndexTrial trial) {
      super("trial " + trial.id() + " was finished elsewhere");
    }
  }

  /** Now, as the database keeps it. */
  public Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  /** False when another isn't over. */
  public boolean begin(IndexTrial trial) {
    return recorded(
        () -> store.begin(trial),
        trial,
        trial.requestedBy(),
        "index_trial_started",
        facts(
            "statement",
            trial.createStatement(),
            "index",
            trial.advice().indexName(),
            "threshold_pct",
            trial.thresholdPct(),
            "reason",
            trial.advice().reason()));
  }

  /** The index is to be made now. */
  public void building(IndexTrial trial, TrialFigures before) {
    require(
        trial,
        recorded(
            () -> store.building(trial.id(), before),
            trial,
            trial.requestedBy(),
            "index_trial_building",
            facts("statement", trial.createStatement(), "ms_before", before.ms())));
  }

  /** The index is there. */
  public void built(IndexTrial trial, long bytes) {
    require(trial, stored(() -> store.built(trial.id(), bytes)));
  }

  /** The index is to get its name, or to be dropped. */
  public void judged(
      IndexTrial trial, TrialFigures before, TrialFigures after, TrialVerdict verdict) {
    require(
        trial,
        recorded(
            () -> store.judged(trial.id(), after, verdict),
            trial,
            trial.requestedBy(),
            "index_trial_judged",
            facts(
                "verdict",
                verdict.keep() ? "keep" : "drop",
                "outcome",
                verdict.outcome(),
                "method",
                after.method().name(),
                "ms_before",
                before.ms(),
                "ms_after",
                after.ms(),
                "gain_pct",
                verdict.gainPct())));
  }

  /** The verdict is carried out. */
  public void ended(IndexTrial trial, Phase from, State state) {
    require(
        trial,
        recorded(
            () -> store.ended(trial.id(), from, state, now()),
            trial,
            SYSTEM,
            state == State.KEPT ? "index_trial_kept" : "index_trial_dropped",
            facts("index", state == State.KEPT ? trial.advice().indexName() : trial.trialName())));
  }

  /** It went wrong; what is left of it is to go. */
  public void failing(IndexTrial trial, Phase in, String outcome, String reason) {
    require(trial, stored(() -> store.failing(trial.id(), in, outcome, reason)));
  }

  /** It went wrong, and there is no index of it. */
  public void failed(IndexTrial trial, Phase from, String outcome, String reason) {
    require(
        trial,
        recorded(
            () -> store.failed(trial.id(), from, outcome, reason, now()),
            trial,
            SYSTEM,
            "index_trial_failed",
            facts("index", trial.trialName(), "outcome", outcome, "reason", reason)));
  }

  /** The kept index is to be dropped now; false when it isn't kept or another trial isn't over. */
  public boolean rollingBack(IndexTrial trial, String user) {
    return recorded(
        () -> store.rollingBack(trial.id(), user),
        trial,
        user,
        "index_trial_rollback_started",
        facts("index", trial.advice().indexName()));
  }

  /** The kept index is gone. */
  public void rolledBack(IndexTrial trial, boolean found) {
    require(
        trial,
        recorded(
            () -> store.rolledBack(trial.id(), now()),
            trial,
            SYSTEM,
            "index_trial_rolled_back",
            facts("index", trial.advice().indexName(), "was_there", found)));
  }

  /** The kept index isn't to be recognised any more: it stays. */
  public void notRolledBack(IndexTrial trial, String reason) {
    require(
        trial,
        recorded(
            () -> store.notRolledBack(trial.id()),
            trial,
            SYSTEM,
            "index_trial_rollback_given_up",
            facts("index", trial.advice().indexName(), "reason", reason)));
  }

  /** The trial that isn't over. */
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public Optional<IndexTrial> unfinished() {
    return stored(store::unfinished);
  }

  /** A trial as it stands. */
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public IndexTrial find(IndexTrial trial) {
    return stored(() -> store.find(trial.id())).orElse(trial);
  }

  /** The newest trial of a recommendation. */
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public Optional<IndexTrial> newest(String recommendation) {
    return stored(() -> store.newest(recommendation));
  }

  /** The newest trial of each recommendation. */
  @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
  public List<IndexTrial> newest() {
    return stored(store::newest);
  }

  private interface Step<T> {
    T take() throws SQLException;
  }

  private static <T> T stored(Step<T> step) {
    try {
      return step.take();
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }

  private boolean recorded(
      Step<Boolean> step,
      IndexTrial trial,
      String actor,
      String action,
      Map<String, Object> detail) {
    if (!stored(step)) {
      return false;
    }
    detail.put("recommendation_id", trial.recommendationId());
    detail.put("table", trial.advice().schema() + "." + trial.advice().table());
    audit()
        .append(
            List.of(
                new AuditEntry(
                    Ids.next(),
                    now(),
                    actor,
                    action,
                    "index_trial",
                    trial.id().toString(),
                    null,
                    detail)));
    return true;
  }

  private AuditTrail audit() {
    if (given != null) {
      return given;
    }
    if (!installed.isResolvable()) {
      throw new IllegalStateException("there is no audit trail: nothing may change");
    }
    return installed.get();
  }

  private static void require(IndexTrial trial, boolean done) {
    if (!done) {
      throw new Overtaken(trial);
    }
  }

  private static Map<String, Object> facts(Object... namesAndValues) {
    Map<String, Object> facts = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      facts.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return facts;
  }
}
