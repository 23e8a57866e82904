package io.tola.performance.application;

import io.tola.kernel.Ids;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvicePage;
import io.tola.performance.api.IndexAdvisor;
import io.tola.performance.api.IndexReport.IndexUse;
import io.tola.performance.api.IndexTrial;
import io.tola.performance.api.IndexTrial.Phase;
import io.tola.performance.api.IndexTrial.State;
import io.tola.performance.api.QueryProfile;
import io.tola.performance.api.Recommendation;
import io.tola.performance.api.RecommendationEntry;
import io.tola.performance.api.RecommendationPage;
import io.tola.performance.api.Recommendations;
import io.tola.performance.domain.TrialNames;
import io.tola.performance.store.TrialServer;
import io.tola.performance.store.TrialWorkload;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts all advice together and has indexes tried, on threads of its own. Thread-safe. */
@ContextServiceDefinition(
    name = RecommendationDesk.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(
    name = RecommendationDesk.THREADS,
    context = RecommendationDesk.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@Local(Recommendations.class)
public class RecommendationDesk implements Recommendations {

  private static final Logger LOG = System.getLogger(RecommendationDesk.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-trial-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them.
   */
  static final String THREADS = "java:module/concurrent/tola-trial-threads";

  private static final List<String> SEVERITIES = List.of("critical", "warning", "info");
  private static final BigDecimal MUCH_PCT = BigDecimal.valueOf(50);
  private static final BigDecimal MOST_PCT = BigDecimal.valueOf(99);
  private static final int LOOK_SECONDS = 30;
  private static final int BEGIN_SECONDS = 20;

  static final String OFF =
      "Trials are switched off here: set tola.db.advisor.user and tola.db.advisor.password to a role"
          + " that may make indexes (schema/README.md says how).";

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private QueryProfile profile;
  @Inject private IndexAdvisor advisor;
  @Inject private TrialClerk clerk;
  @Inject private TrialServer server;
  @Inject private TrialWorkload workload;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.db.advisor.user")
  private Optional<String> advisorUser;

  @Inject
  @ConfigProperty(name = "tola.performance.trial.threshold-pct", defaultValue = "10")
  private BigDecimal threshold;

  @Inject
  @ConfigProperty(name = "tola.performance.trial.build-seconds", defaultValue = "1800")
  private int buildSeconds;

  @Inject
  @ConfigProperty(name = "tola.performance.trial.lock-seconds", defaultValue = "60")
  private int lockSeconds;

  @Inject
  @ConfigProperty(name = "tola.performance.trial.statement-seconds", defaultValue = "30")
  private int statementSeconds;

  @Inject
  @ConfigProperty(name = "tola.performance.trial.replay-seconds", defaultValue = "60")
  private int replaySeconds;

  @Inject
  @ConfigProperty(name = "tola.performance.trial.observe-seconds", defaultValue = "300")
  private int observeSeconds;

  @Inject
  @ConfigProperty(name = "tola.performance.trial.observe-calls", defaultValue = "50")
  private int observeCalls;

  private TrialRunner runner;
  private ScheduledExecutorService executor;

  /** For the container. */
  public RecommendationDesk() {}

  @PostConstruct
  void start() {
    runner =
        new TrialRunner(
            clerk,
            server,
            workload,
            new TrialRunner.Limits(
                buildSeconds,
                lockSeconds,
                statementSeconds,
                replaySeconds,
                Duration.ofSeconds(observeSeconds),
                observeCalls));
    // One for the trial, one to say that it runs.
    ScheduledThreadPoolExecutor two = new ScheduledThreadPoolExecutor(2, threads);
    two.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor = two;
    if (on()) {
      executor.scheduleWithFixedDelay(this::look, 1, LOOK_SECONDS, TimeUnit.SECONDS);
    }
  }

  @PreDestroy
  void stop() {
    executor.shutdownNow();
  }

  private boolean on() {
    return advisorUser.filter(u -> !u.isBlank()).isPresent();
  }

  private void look() {
    try {
      if (clerk.unfinished().isPresent()) {
        runner.finishLeftOver();
      }
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "Can't see whether a trial was left over", e);
    }
  }

  @Override
  public RecommendationPage all(boolean afresh) {
    List<RecommendationEntry> entries = new ArrayList<>();
    profile.recommendations().forEach(r -> entries.add(plain(r)));
    for (IndexUse index : profile.indexes().indexes()) {
      if (index.finding() != null) {
        entries.add(plain(superfluous(index)));
      }
    }
    Map<String, IndexTrial> trials = new LinkedHashMap<>();
    clerk.newest().forEach(t -> trials.put(t.recommendationId(), t));
    String missing = null;
    try {
      IndexAdvicePage page = afresh ? advisor.adviseAfresh() : advisor.advise();
      missing = page.statementsMissing();
      page.advice().forEach(a -> entries.add(index(a, trials.remove(a.id()))));
    } catch (ProblemException e) {
      missing = e.getMessage();
    }
    // What was kept isn't advised any more, and can be taken away all the same.
    trials.values().stream()
        .filter(t -> t.state() == State.KEPT || t.state() == State.RUNNING)
        .forEach(t -> entries.add(index(t.advice(), t)));
    entries.sort(Comparator.comparingInt(e -> SEVERITIES.indexOf(e.recommendation().severity())));
    return new RecommendationPage(clock.instant(), on() ? null : OFF, missing, entries);
  }

  @Override
  public RecommendationEntry one(String id) {
    Optional<IndexTrial> trial = clerk.newest(id);
    if (trial.isPresent()) {
      return index(advisor.find(id).orElse(trial.get().advice()), trial.get());
    }
    return advice(id)
        .map(a -> index(a, null))
        .or(
            () ->
                all(false).entries().stream()
                    .filter(e -> e.recommendation().id().equals(id))
                    .findFirst())
        .orElseThrow(() -> unknown());
  }

  private Optional<IndexAdvice> advice(String id) {
    Optional<IndexAdvice> known = advisor.find(id);
    return known.isPresent()
        ? known
        : advisor.advise().advice().stream().filter(a -> a.id().equals(id)).findFirst();
  }

  @Override
  public IndexTrial startTrial(String id, BigDecimal thresholdPct, String user) {
    BigDecimal wanted = thresholdPct == null ? threshold : thresholdPct;
    if (wanted.signum() < 0
        || wanted.compareTo(MOST_PCT) > 0
        || wanted.stripTrailingZeros().scale() > 2) {
      throw new InvalidValueException(
          "threshold_pct", "must be from 0 to 99 with two decimals at most");
    }
    Optional<IndexTrial> newest = clerk.newest(id);
    if (newest.isPresent() && newest.get().state() == State.KEPT) {
      return newest.get();
    }
    RecommendationEntry entry = one(id);
    requireOn();
    IndexAdvice advice = entry.index();
    if (advice == null) {
      throw new ProblemException(
          ProblemCode.TRIAL_CONFLICT, "There is nothing to try: it doesn't advise an index.");
    }
    if (advice.partitioned()) {
      throw new ProblemException(
          ProblemCode.TRIAL_CONFLICT,
          "PostgreSQL makes no index of a partitioned table concurrently. The create statement has"
              + " the steps for the tables' owner.");
    }
    UUID trial = Ids.next();
    String name = TrialNames.of(advice, trial);
    IndexTrial begins =
        new IndexTrial(
            trial,
            id,
            State.RUNNING,
            Phase.MEASURING_BEFORE,
            name,
            TrialNames.create(advice, name),
            wanted,
            null,
            null,
            null,
            null,
            null,
            null,
            user,
            clerk.now(),
            null,
            null,
            null,
            advice);
    return begun(id, State.RUNNING, future -> runner.run(begins, future));
  }

  @Override
  public IndexTrial startRollback(String id, String user) {
    RecommendationEntry entry = one(id);
    IndexTrial trial = entry.trial();
    if (trial != null
        && (trial.state() == State.ROLLED_BACK || trial.phase() == Phase.ROLLING_BACK)) {
      return trial;
    }
    requireOn();
    if (trial == null || trial.state() != State.KEPT) {
      throw new ProblemException(
          ProblemCode.TRIAL_CONFLICT, "There is no kept index of it to take away.");
    }
    return begun(id, State.KEPT, future -> runner.rollBack(trial, user, future));
  }

  /**
   * Waits until it is on record.
   *
   * @param same of a trial of the same that was quicker, the state in which it is the answer
   */
  private IndexTrial begun(String id, State same, Consumer<CompletableFuture<IndexTrial>> work) {
    CompletableFuture<IndexTrial> begun = new CompletableFuture<>();
    executor.execute(() -> work.accept(begun));
    try {
      return begun.get(BEGIN_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      Optional<IndexTrial> running =
          clerk.unfinished().filter(t -> t.recommendationId().equals(id) && t.state() == same);
      if (running.isPresent()) {
        return running.get();
      }
      if (e.getCause() instanceof ProblemException problem) {
        throw problem;
      }
      LOG.log(Level.WARNING, "A trial couldn't begin", e.getCause());
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "The database doesn't take the advisor's session now.");
    } catch (TimeoutException e) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "It hasn't begun yet; look at it in a while.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The server stops.");
    }
  }

  private void requireOn() {
    if (!on()) {
      throw new ProblemException(ProblemCode.TRIALS_OFF, OFF);
    }
  }

  private static ProblemException unknown() {
    return new ProblemException(
        ProblemCode.RECOMMENDATION_NOT_FOUND, "Nothing is recommended under this id.");
  }

  private static RecommendationEntry plain(Recommendation recommendation) {
    return new RecommendationEntry(recommendation, null, null);
  }

  private static RecommendationEntry index(IndexAdvice advice, IndexTrial trial) {
    boolean kept = trial != null && trial.state() == State.KEPT;
    return new RecommendationEntry(
        new Recommendation(
            advice.id(),
            "missing_index",
            kept || advice.gainPct().compareTo(MUCH_PCT) < 0 ? "info" : "warning",
            advice.schema() + "." + advice.table(),
            advice.reason(),
            kept
                ? "It was tried, helped and was kept; POST …/rollback takes it away."
                : "Have it tried (POST …/trial): it is kept only if it helps. Or let the tables' owner"
                    + " run the create statement."),
        advice,
        trial);
  }

  private static Recommendation superfluous(IndexUse index) {
    String code = "index_" + index.finding();
    return new Recommendation(
        code,
        index.finding().equals("invalid") ? "warning" : "info",
        index.index(),
        index.reason(),
        "The tables' owner may run: " + index.dropStatement());
  }
}
