package io.tola.performance.application;

import io.tola.performance.api.LongLoan;
import io.tola.performance.api.PoolSize;
import io.tola.performance.api.PoolUse;
import io.tola.performance.domain.Figures;
import io.tola.performance.domain.HourlyHistogram;
import io.tola.performance.domain.PoolSizing;
import io.tola.performance.store.PoolFigures;
import io.tola.performance.store.ProbedStatements;
import io.tola.performance.store.ProbedStatements.PoolLoans;
import io.tola.performance.store.SchemaCatalogue.Limits;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Looks at the pools five times a second, so that waits have a distribution and demand a peak. It
 * reads counters of this server, never the database. Thread-safe.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class PoolWatch {

  private static final Logger LOG = System.getLogger(PoolWatch.class.getName());
  private static final long LOOK_MILLIS = 200;
  private static final int LOOKS_A_SECOND = (int) (1_000 / LOOK_MILLIS);

  @Resource private ManagedScheduledExecutorService timers;
  @Inject private PoolFigures pools;
  @Inject private ProbedStatements statements;

  private final Map<String, Watched> watched = new ConcurrentHashMap<>();

  /** For the container. */
  public PoolWatch() {}

  PoolWatch(PoolFigures pools, ProbedStatements statements) {
    this.pools = pools;
    this.statements = statements;
  }

  /** One pool; counters and sums are touched by the timer alone. */
  private static final class Watched {
    private final HourlyHistogram waitMicros = new HourlyHistogram();
    private final HourlyHistogram borrows = new HourlyHistogram();
    private final HourlyHistogram busyThousandths = new HourlyHistogram();
    private long waits;
    private BigDecimal waited = BigDecimal.ZERO;
    private long lent = -1;
    private int looks;
    private long openSum;
  }

  /**
   * Which loans are listed.
   *
   * @param after from how long on
   * @param byPool the same where a single statement may take longer than that
   * @param kept {@code module Class.method} that keep a connection on purpose
   */
  public record Leaks(Duration after, Map<String, Duration> byPool, Set<String> kept) {

    Duration after(String pool) {
      return byPool.getOrDefault(pool, after);
    }
  }

  @PostConstruct
  void start() {
    timers.scheduleAtFixedRate(this::lookAgain, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** A look that fails is missed; it mustn't be the last. */
  private void lookAgain() {
    try {
      look(System.nanoTime());
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "the pools can't be looked at", e);
    }
  }

  /** One look; to be made by one thread. */
  void look(long nanoTime) {
    long hour = hour(nanoTime);
    pools.waits().forEach((name, wait) -> waited(of(name), wait, hour));
    statements.loanCounts().forEach((name, count) -> lent(of(name), count, hour));
  }

  private Watched of(String name) {
    return watched.computeIfAbsent(name, n -> new Watched());
  }

  private static void waited(Watched of, PoolFigures.Waits now, long hour) {
    long more = now.count() - of.waits;
    if (more > 0) {
      long micros =
          now.totalMs()
              .subtract(of.waited)
              .movePointRight(3)
              .divide(BigDecimal.valueOf(more), 0, java.math.RoundingMode.HALF_EVEN)
              .longValue();
      of.waitMicros.add(hour, micros, more);
      of.waits = now.count();
      of.waited = now.totalMs();
    }
  }

  private static void lent(Watched of, ProbedStatements.LoanCount now, long hour) {
    of.openSum += now.open();
    of.looks++;
    if (of.lent < 0) {
      of.lent = now.lent();
      of.looks = 0;
      of.openSum = 0;
    } else if (of.looks >= LOOKS_A_SECOND) {
      long borrowed = now.lent() - of.lent;
      if (borrowed > 0) {
        of.borrows.add(hour, borrowed, 1);
        of.busyThousandths.add(hour, of.openSum * 1_000 / of.looks, 1);
      }
      of.lent = now.lent();
      of.looks = 0;
      of.openSum = 0;
    }
  }

  /**
   * The pools with their waits, loans and sizes.
   *
   * @param limits what the database allows; null when it wasn't asked yet
   * @param leaks which loans are listed
   */
  public List<PoolUse> with(
      List<PoolUse> uses, Limits limits, Leaks leaks, Instant now, long nanoTime) {
    Map<String, PoolLoans> loans = statements.loans();
    long ours = uses.stream().mapToLong(PoolUse::open).sum();
    return uses.stream()
        .map(u -> with(u, loans.get(u.name()), limits, ours, leaks, now, nanoTime))
        .toList();
  }

  private PoolUse with(
      PoolUse use,
      PoolLoans loans,
      Limits limits,
      long ours,
      Leaks leaks,
      Instant now,
      long nanoTime) {
    Watched of = watched.getOrDefault(use.name(), new Watched());
    long hour = hour(nanoTime);
    Histogram waits = of.waitMicros.sum(hour);
    boolean knows = loans != null && loans.lent() > 0;
    return use.with(
        PoolSizing.times(waits),
        knows ? PoolSizing.times(loans.heldMicros()) : null,
        knows ? loans.callSites() : List.of(),
        knows
            ? loans.open().stream()
                .filter(l -> nanoTime - l.sinceNanos() >= leaks.after(use.name()).toNanos())
                .map(
                    l ->
                        new LongLoan(
                            l.callSite(),
                            l.request(),
                            l.thread(),
                            now.minusNanos(nanoTime - l.sinceNanos()),
                            Figures.ofNanos(nanoTime - l.sinceNanos()),
                            leaks.kept().contains(l.callSite())))
                .toList()
            : List.of(),
        knows ? size(use, of, loans, limits, ours, hour) : null);
  }

  private static PoolSize size(
      PoolUse use, Watched of, PoolLoans loans, Limits limits, long ours, long hour) {
    Histogram borrows = of.borrows.sum(hour);
    Histogram busy = of.busyThousandths.sum(hour);
    boolean any = borrows.getTotalCount() > 0;
    Integer allows =
        limits == null
            ? null
            : (int)
                Math.max(
                    0,
                    limits.maxConnections()
                        - limits.reserved()
                        - Math.max(0, limits.sessions() - ours)
                        - (ours - use.open()));
    return PoolSizing.of(
        new PoolSizing.Demand(
            use.maxSize(),
            any ? borrows.getValueAtPercentile(95) : 0,
            loans.heldMicros().getTotalCount() == 0
                ? null
                : Figures.ofNanos(Math.round(loans.heldMicros().getMean() * 1_000)),
            any ? BigDecimal.valueOf(busy.getValueAtPercentile(95), 3) : null,
            allows,
            limits != null && limits.local()
                ? (Integer) Runtime.getRuntime().availableProcessors()
                : null));
  }

  private static long hour(long nanoTime) {
    return TimeUnit.NANOSECONDS.toHours(nanoTime);
  }
}
