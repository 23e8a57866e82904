package io.tola.performance.application;

import io.tola.kernel.problem.InvalidValueException;
import io.tola.kernel.sql.SqlFault;
import io.tola.performance.api.CacheStats;
import io.tola.performance.api.DatabaseView;
import io.tola.performance.api.IndexReport;
import io.tola.performance.api.PerformanceSummary;
import io.tola.performance.api.PoolReport;
import io.tola.performance.api.PoolUse;
import io.tola.performance.api.QueryProfile;
import io.tola.performance.api.QueryReport;
import io.tola.performance.api.QueryStats;
import io.tola.performance.api.QueryType;
import io.tola.performance.api.Recommendation;
import io.tola.performance.api.SlowQuery;
import io.tola.performance.api.SlowQueryReport;
import io.tola.performance.api.StatementReport;
import io.tola.performance.domain.Advice;
import io.tola.performance.domain.CacheAdvice;
import io.tola.performance.domain.Figures;
import io.tola.performance.domain.IndexReview;
import io.tola.performance.domain.OwnWork;
import io.tola.performance.domain.StatementStats;
import io.tola.performance.store.IndexCatalogue;
import io.tola.performance.store.PoolFigures;
import io.tola.performance.store.ProbedStatements;
import io.tola.performance.store.ServerStatistics;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Answers operators. Thread-safe. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@Local(QueryProfile.class)
public class ProfileDesk implements QueryProfile {

  /**
   * The leads, held by a session's lock. The call site of a loan that wasn't looked at is that of its
   * first statement, so where the lock is asked for is named as well.
   */
  static final String KEPT_CONNECTIONS =
      "market FeedLease.tryAcquire,trading OutboxStore.tryLead,trading OutboxStore.lock,"
          + "performance TrialServer.open,performance TrialSession.of";

  /** Of the advice in the summary. */
  static final int MOST_ADVICE = 20;

  private static final int MAX_SLOW = 100;
  private static final int MAX_STATEMENTS = 400;
  private static final int MAX_SERVER = 200;

  @Inject private ProbedStatements statements;
  @Inject private PoolFigures pools;
  @Inject private ServerStatistics server;
  @Inject private IndexCatalogue indexes;
  @Inject private CacheFigures caches;
  @Inject private CacheReadings readings;
  @Inject private StatementReview review;
  @Inject private PoolWatch watch;
  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.performance.slow-millis", defaultValue = "1000")
  private long slowMillis;

  @Inject
  @ConfigProperty(name = "tola.performance.warn-millis", defaultValue = "500")
  private long warnMillis;

  @Inject
  @ConfigProperty(name = "tola.performance.repeated-statements", defaultValue = "10")
  private int repeated;

  @Inject
  @ConfigProperty(name = "tola.performance.chatty-statements", defaultValue = "50")
  private int chatty;

  @Inject
  @ConfigProperty(name = "tola.performance.leak-seconds", defaultValue = "30")
  private int leakSeconds;

  @Inject
  @ConfigProperty(name = "tola.performance.kept-connections", defaultValue = KEPT_CONNECTIONS)
  private List<String> keptConnections = List.of(KEPT_CONNECTIONS.split(","));

  @Inject
  @ConfigProperty(name = "tola.db.long.socket.timeout", defaultValue = "120")
  private int longSeconds;

  @Inject
  @ConfigProperty(name = "tola.db.advisor.socket.timeout", defaultValue = "3600")
  private int advisorSeconds;

  @Inject
  @ConfigProperty(name = "tola.db.pool.max", defaultValue = "24")
  private int poolMax;

  @Inject
  @ConfigProperty(name = "tola.db.long.pool.max", defaultValue = "4")
  private int longPoolMax;

  @Inject
  @ConfigProperty(name = "tola.db.advisor.pool.max", defaultValue = "2")
  private int advisorPoolMax;

  @Inject
  @ConfigProperty(name = "tola.db.read.pool.max", defaultValue = "8")
  private int readPoolMax;

  /** For the container. */
  public ProfileDesk() {}

  ProfileDesk(
      ProbedStatements statements,
      PoolFigures pools,
      ServerStatistics server,
      CacheFigures caches,
      CacheReadings readings,
      StatementReview review,
      PoolWatch watch,
      Clock clock) {
    this.readings = readings;
    this.review = review;
    this.watch = watch;
    this.statements = statements;
    this.pools = pools;
    this.server = server;
    this.caches = caches;
    this.clock = clock;
  }

  @PostConstruct
  void start() {
    statements.remarkable(
        Duration.ofMillis(warnMillis), Duration.ofMillis(slowMillis), repeated, chatty);
  }

  @Override
  public QueryReport queries(QueryType type) {
    List<StatementStats> all = statements.all();
    Map<String, QueryStats> types = Figures.types(all);
    QueryStats stats =
        type == null
            ? Figures.together(Figures.ALL, all)
            : types.getOrDefault(type.name(), Figures.together(type.name(), List.of()));
    return new QueryReport(clock.instant(), stats, bottlenecks(all), types);
  }

  private List<io.tola.performance.api.Bottleneck> bottlenecks(List<StatementStats> all) {
    return Figures.bottlenecks(all, statements.slow().toNanos());
  }

  @Override
  public PerformanceSummary summary() {
    List<StatementStats> all = statements.all();
    CacheStats cache = caches.together();
    return new PerformanceSummary(
        clock.instant(),
        cache,
        Figures.together(Figures.ALL, all),
        hours(),
        bottlenecks(all),
        advice(all).stream().limit(MOST_ADVICE).toList());
  }

  @Override
  public List<Recommendation> recommendations() {
    return advice(statements.all());
  }

  private List<Recommendation> advice(List<StatementStats> all) {
    // How statements are written, and caches.
    List<Recommendation> more = new ArrayList<>(review.review().advice());
    more.addAll(CacheAdvice.ofCaches(readings.caches()));
    OwnWork own = OwnWork.of(all);
    return Advice.of(
        own.without(all),
        own.withoutHabits(statements.habits(clock.instant(), System.nanoTime())),
        poolUses(),
        own.withoutAdvice(more));
  }

  @Override
  public SlowQueryReport slowQueries(int limit) {
    require(limit, MAX_SLOW);
    Instant now = clock.instant();
    List<SlowQuery> slow = statements.slowOnes(limit, now, System.nanoTime());
    StatementReview.Shown plans =
        review.plans(slow.stream().map(SlowQuery::statementId).distinct().toList());
    return new SlowQueryReport(
        now,
        Figures.ofNanos(statements.warn().toNanos()),
        Figures.ofNanos(statements.slow().toNanos()),
        slow,
        plans.plans(),
        plans.missing());
  }

  @Override
  public StatementReport statements(int limit) {
    require(limit, MAX_STATEMENTS);
    Instant now = clock.instant();
    return new StatementReport(
        now,
        hours(),
        Figures.dearest(statements.all(), limit),
        statements.habits(now, System.nanoTime()));
  }

  @Override
  public PoolReport pools() {
    return new PoolReport(clock.instant(), poolUses());
  }

  private List<PoolUse> poolUses() {
    return watch.with(
        pools.pools(
            Map.of(
                "jdbc/tola",
                poolMax,
                "jdbc/tola-long",
                longPoolMax,
                "jdbc/tola-advisor",
                advisorPoolMax,
                "jdbc/tola-read",
                readPoolMax)),
        review.limits(),
        new PoolWatch.Leaks(
            Duration.ofSeconds(leakSeconds),
            Map.of(
                "jdbc/tola-long",
                Duration.ofSeconds(Math.max(leakSeconds, longSeconds)),
                "jdbc/tola-advisor",
                Duration.ofSeconds(Math.max(leakSeconds, advisorSeconds))),
            Set.copyOf(keptConnections)),
        clock.instant(),
        System.nanoTime());
  }

  @Override
  public DatabaseView database(int limit) {
    require(limit, MAX_SERVER);
    try {
      ServerStatistics.Answer answer = server.read(limit);
      ServerStatistics.Server is = answer.server();
      return new DatabaseView(
          clock.instant(),
          is.version(),
          is.statementsMissing() == null ? "pg_stat_statements " + is.statementsVersion() : null,
          is.statementsMissing(),
          answer.statements(),
          answer.tables(),
          answer.waits(),
          answer.blocked());
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }

  @Override
  public IndexReport indexes() {
    try {
      IndexCatalogue.Answer answer = indexes.read();
      return new IndexReport(
          clock.instant(), answer.countedSince(), IndexReview.of(answer.indexes()));
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }

  private int hours() {
    return (int) statements.span().toHours();
  }

  private static void require(int limit, int max) {
    if (limit < 1 || limit > max) {
      throw new InvalidValueException("limit", "must be from 1 to " + max);
    }
  }
}
