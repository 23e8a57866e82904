package io.tola.performance.application;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvice.ServedStatement;
import io.tola.performance.api.IndexTrial;
import io.tola.performance.api.IndexTrial.Phase;
import io.tola.performance.api.IndexTrial.State;
import io.tola.performance.api.TrialFigures;
import io.tola.performance.api.TrialFigures.Method;
import io.tola.performance.domain.TrialNames;
import io.tola.performance.domain.TrialRounds;
import io.tola.performance.domain.TrialVerdict;
import io.tola.performance.store.TrialServer;
import io.tola.performance.store.TrialSession;
import io.tola.performance.store.TrialSession.Found;
import io.tola.performance.store.TrialWorkload;
import io.tola.performance.store.TrialWorkload.Counts;
import io.tola.performance.store.TrialWorkload.Replay;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Carries a trial out, step by step: measure, make, measure, keep or drop. Each change is on record
 * before it is made. What it can't finish, because the node, the session or the database ends, is
 * finished by whoever next has the trials' lock: a verdict that was given is carried out, everything
 * before it comes to the end that there is no index. Thread-safe; a trial takes the calling thread.
 */
final class TrialRunner {

  private static final Logger LOG = System.getLogger(TrialRunner.class.getName());

  private static final String NAME_TAKEN = "42P07";

  /**
   * How long things may take.
   *
   * @param buildSeconds making or dropping the index
   * @param lockSeconds waiting for a lock or for older transactions meanwhile
   * @param statementSeconds one execution of a replayed statement
   * @param replaySeconds all rounds of a measurement, if 5 rounds don't take longer
   * @param observe how long others' calls are counted
   * @param observeCalls how many there must be in that time
   */
  record Limits(
      int buildSeconds,
      int lockSeconds,
      int statementSeconds,
      int replaySeconds,
      Duration observe,
      int observeCalls) {}

  private final TrialClerk clerk;
  private final TrialServer server;
  private final TrialWorkload workload;
  private final Limits limits;

  private volatile String lastSaid;

  TrialRunner(TrialClerk clerk, TrialServer server, TrialWorkload workload, Limits limits) {
    this.clerk = clerk;
    this.server = server;
    this.workload = workload;
    this.limits = limits;
  }

  /** A trial ends here, with a word and a sentence. */
  private static final class Ends extends Exception {

    private static final long serialVersionUID = 1L;

    private final String outcome;

    Ends(String outcome, String reason) {
      super(reason, null, false, false);
      this.outcome = outcome;
    }
  }

  /**
   * Begins and carries out a trial.
   *
   * @param begun gets it as soon as it is on record, or why it isn't
   */
  void run(IndexTrial trial, CompletableFuture<IndexTrial> begun) {
    locked(
        begun,
        session -> {
          if (!clerk.begin(trial)) {
            throw busy();
          }
          begun.complete(clerk.find(trial));
          carryOut(session, trial);
        });
  }

  /** Takes a kept index away. */
  void rollBack(IndexTrial trial, String user, CompletableFuture<IndexTrial> begun) {
    locked(
        begun,
        session -> {
          if (strange(session, trial)) {
            throw new ProblemException(ProblemCode.TRIAL_CONFLICT, strangeReason(trial));
          }
          if (!clerk.rollingBack(trial, user)) {
            throw new ProblemException(
                ProblemCode.TRIAL_CONFLICT, "The index isn't kept any more.");
          }
          begun.complete(clerk.find(trial));
          rollBack(session, trial);
        });
  }

  /** Finishes what a node left that is gone; nothing when another one still works on it. */
  void finishLeftOver() {
    CompletableFuture<IndexTrial> looked = new CompletableFuture<>();
    locked(looked, session -> looked.complete(null));
    looked.whenComplete((none, e) -> said(e));
  }

  /** Looks come twice a minute: each message is said once, until it goes well or another comes. */
  private void said(Throwable e) {
    if (e instanceof ProblemException) {
      return;
    }
    String message = e == null ? null : String.valueOf(e.getMessage());
    if (e != null && !message.equals(lastSaid)) {
      LOG.log(Level.WARNING, "A trial that was left over can't be finished yet", e);
    }
    lastSaid = message;
  }

  static ProblemException busy() {
    return new ProblemException(
        ProblemCode.TRIAL_CONFLICT, "Another trial runs. There is one at a time on all nodes.");
  }

  private interface Work {
    void with(TrialSession session) throws SQLException;
  }

  private void locked(CompletableFuture<IndexTrial> begun, Work work) {
    try {
      Optional<TrialSession> free = server.open(limits.buildSeconds(), limits.lockSeconds());
      if (free.isEmpty()) {
        begun.completeExceptionally(busy());
        return;
      }
      try (TrialSession session = free.get()) {
        Optional<IndexTrial> leftOver = clerk.unfinished();
        if (leftOver.isPresent()) {
          finish(session, leftOver.get());
        }
        work.with(session);
      }
    } catch (SQLException | RuntimeException e) {
      if (!begun.completeExceptionally(e)) {
        LOG.log(Level.WARNING, "A trial was interrupted; it is finished at the next look", e);
      }
    }
  }

  private void carryOut(TrialSession session, IndexTrial trial) throws SQLException {
    TrialFigures before;
    TrialFigures after;
    TrialVerdict verdict;
    try {
      IndexAdvice advice = trial.advice();
      if (session.taken(advice.schema(), advice.indexName())) {
        throw new Ends("name_taken", "There is a " + advice.indexName() + " already.");
      }
      Replay replay = workload.replayable(advice, limits.statementSeconds());
      before = measured(session, trial, replay, false);
      clerk.building(trial, before);
      build(session, trial);
      Found built =
          found(session, trial)
              .orElseThrow(() -> new Ends("index_gone", "Somebody dropped it meanwhile."));
      clerk.built(trial, built.bytes());
      after = measured(session, trial, replay, true);
      verdict = TrialVerdict.of(before, after, trial.thresholdPct());
      clerk.judged(trial, before, after, verdict);
    } catch (Ends e) {
      abandon(session, trial, e.outcome, e.getMessage());
      return;
    } catch (SQLException e) {
      abandon(session, trial, word(e), sentence(e));
      return;
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "The trial " + trial.id() + " failed", e);
      abandon(session, trial, "failed", "A fault: the server's log has it.");
      return;
    }
    finish(session, clerk.find(trial));
  }

  private void build(TrialSession session, IndexTrial trial) throws SQLException {
    session.create(trial.createStatement());
  }

  private TrialFigures measured(TrialSession session, IndexTrial trial, Replay replay, boolean with)
      throws SQLException, Ends {
    if (replay.possible()) {
      return workload.replay(
          replay,
          with ? trial.trialName() : null,
          limits.statementSeconds(),
          limits.replaySeconds());
    }
    String why =
        replay.skipped().values().stream().findFirst().orElse("The advice names no statement.");
    List<String> ids = trial.advice().serves().stream().map(ServedStatement::queryId).toList();
    Counts first =
        workload
            .counts(ids)
            .orElseThrow(
                () ->
                    new Ends(
                        "not_measurable",
                        "Its statements can't be run here, and pg_stat_statements isn't there to"
                            + " watch them: "
                            + why));
    try {
      Thread.sleep(limits.observe().toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Ends("interrupted", "The node was stopped.");
    }
    Counts last = workload.counts(ids).orElse(first);
    long calls = last.calls() - first.calls();
    if (calls < limits.observeCalls()) {
      throw new Ends(
          "too_few_calls",
          "Its statements can't be run here ("
              + why
              + "), and of the "
              + limits.observeCalls()
              + " calls that are needed there were "
              + Math.max(0, calls)
              + " in "
              + limits.observe().toSeconds()
              + " s.");
    }
    boolean uses = with && found(session, trial).map(f -> f.scans() > 0).orElse(false);
    return new TrialFigures(
        Method.OBSERVED,
        null,
        ids.size(),
        0,
        calls,
        TrialRounds.decimal((last.totalMillis() - first.totalMillis()) / calls),
        null,
        null,
        TrialRounds.decimal((double) (last.blocks() - first.blocks()) / calls),
        uses);
  }

  /** Brings a trial to its end from wherever it is. */
  private void finish(TrialSession session, IndexTrial trial) throws SQLException {
    if (trial.phase() == null) {
      return;
    }
    switch (trial.phase()) {
      case KEEPING -> keep(session, trial);
      case DROPPING -> {
        drop(session, trial);
        clerk.ended(trial, Phase.DROPPING, State.DROPPED);
      }
      case ROLLING_BACK -> rollBack(session, trial);
      case MEASURING_BEFORE, BUILDING, MEASURING_AFTER ->
          abandon(
              session,
              trial,
              trial.outcome() == null ? "interrupted" : trial.outcome(),
              trial.outcome() == null
                  ? "The node that carried it out, or its session, ended in the phase "
                      + trial.phase().name().toLowerCase(Locale.ROOT)
                      + "."
                  : trial.reason());
    }
  }

  private void keep(TrialSession session, IndexTrial trial) throws SQLException {
    IndexAdvice advice = trial.advice();
    Optional<Found> found = found(session, trial);
    if (found.isEmpty() || !found.get().valid()) {
      abandon(session, trial, "index_gone", "Somebody dropped it meanwhile.");
      return;
    }
    if (found.get().name().equals(trial.trialName())) {
      try {
        session.keep(
            advice.schema(),
            trial.trialName(),
            advice.indexName(),
            TrialNames.comment(advice, trial.id()));
      } catch (SQLException e) {
        if (!NAME_TAKEN.equals(e.getSQLState())) {
          throw e;
        }
        abandon(
            session, trial, "name_taken", "Somebody made a " + advice.indexName() + " meanwhile.");
        return;
      }
    }
    clerk.ended(trial, Phase.KEEPING, State.KEPT);
  }

  private void rollBack(TrialSession session, IndexTrial trial) throws SQLException {
    if (strange(session, trial)) {
      clerk.notRolledBack(trial, strangeReason(trial));
      return;
    }
    clerk.rolledBack(trial, drop(session, trial));
  }

  /** There is an index of the kept one's name that doesn't say that it is the trial's. */
  private static boolean strange(TrialSession session, IndexTrial trial) throws SQLException {
    IndexAdvice advice = trial.advice();
    return found(session, trial).isEmpty() && session.taken(advice.schema(), advice.indexName());
  }

  private static String strangeReason(IndexTrial trial) {
    return "The comment of "
        + trial.advice().schema()
        + "."
        + trial.advice().indexName()
        + " doesn't end with "
        + TrialNames.mark(trial.id())
        + " any more, so it may be another's: it stays. Let the tables' owner put that back, or drop"
        + " it.";
  }

  /** There is no index of it afterwards, and it has failed. */
  private void abandon(TrialSession session, IndexTrial trial, String outcome, String reason)
      throws SQLException {
    Phase phase = clerk.find(trial).phase();
    if (phase == null) {
      // Another node has finished it, because it took this one's session for ended.
      return;
    }
    // First, because the drop may have to wait for longer than it may: then the next look drops it.
    clerk.failing(trial, phase, outcome, reason);
    drop(session, trial);
    clerk.failed(trial, phase, outcome, reason);
  }

  private static boolean drop(TrialSession session, IndexTrial trial) throws SQLException {
    Optional<Found> found = found(session, trial);
    if (found.isPresent()) {
      session.drop(trial.advice().schema(), found.get().name());
    }
    return found.isPresent();
  }

  private static Optional<Found> found(TrialSession session, IndexTrial trial) throws SQLException {
    IndexAdvice advice = trial.advice();
    return session.find(advice.schema(), advice.table(), trial.trialName(), trial.id());
  }

  private static String word(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return switch (state) {
      case NAME_TAKEN -> "name_taken";
      case "55P03" -> "lock_timeout";
      case "57014" -> "timeout";
      case "53100" -> "disk_full";
      case "42501" -> "not_allowed";
      default -> state.startsWith("08") || state.startsWith("57P") ? "interrupted" : "refused";
    };
  }

  private static String sentence(SQLException e) {
    if (e instanceof TrialWorkload.Failed) {
      return e.getMessage();
    }
    if (e.getSQLState() != null && e.getSQLState().startsWith("22")) {
      // A predicate's, while the index is made: its text would have the value of some row.
      return "The database said " + e.getSQLState() + ": a row's value doesn't fit the predicate.";
    }
    return "The database said " + e.getSQLState() + ": " + e.getMessage();
  }
}
