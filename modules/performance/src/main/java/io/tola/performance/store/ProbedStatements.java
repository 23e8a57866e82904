package io.tola.performance.store;

import io.tola.performance.api.QueryType;
import io.tola.performance.api.RequestHabit;
import io.tola.performance.api.SlowQuery;
import io.tola.performance.domain.Figures;
import io.tola.performance.domain.StatementStats;
import io.tola.probe.Habit;
import io.tola.probe.LoanFigures;
import io.tola.probe.Profile;
import io.tola.probe.SentAs;
import io.tola.probe.Site;
import io.tola.probe.SlowStatement;
import io.tola.probe.StatementFigures;
import io.tola.probe.Thresholds;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What the probe has seen on this node. Thread-safe. */
@ApplicationScoped
public class ProbedStatements {

  /** A data source is named after its connections. */
  private static final String POOL = "jdbc/";

  private final Profile profile;

  public ProbedStatements() {
    this(Profile.ours());
  }

  ProbedStatements(Profile profile) {
    this.profile = profile;
  }

  /** From when on a statement is kept, and is slow; a request repeats itself, and is chatty. */
  public void remarkable(Duration warn, Duration slow, int repeated, int chatty) {
    profile.thresholds(new Thresholds(warn.toNanos(), slow.toNanos(), repeated, chatty));
  }

  public Duration warn() {
    return Duration.ofNanos(profile.thresholds().warnNanos());
  }

  public Duration slow() {
    return Duration.ofNanos(profile.thresholds().slowNanos());
  }

  /** How far back {@link #all} reaches. */
  public Duration span() {
    return Duration.ofNanos(profile.spanNanos());
  }

  /** Every statement of the span; some milliseconds' work. */
  public List<StatementStats> all() {
    return profile.statements().stream().map(ProbedStatements::stats).toList();
  }

  private static StatementStats stats(StatementFigures f) {
    return new StatementStats(
        f.id(),
        f.text(),
        QueryType.valueOf(f.type().name()),
        f.micros(),
        f.nanos(),
        f.failed(),
        f.rows(),
        f.rowsCounted(),
        f.slow(),
        f.slowNanos(),
        f.slowest(),
        f.sites().stream().map(ProbedStatements::site).toList(),
        f.failures());
  }

  private static String site(Site site) {
    return site.module() + " " + site.method();
  }

  /**
   * What took long, the newest first.
   *
   * @param now the time at {@link System#nanoTime} {@code nanoTime}
   */
  public List<SlowQuery> slowOnes(int limit, Instant now, long nanoTime) {
    long threshold = profile.thresholds().slowNanos();
    return profile.slowStatements().stream()
        .limit(limit)
        .map(s -> slow(s, threshold, now, nanoTime))
        .toList();
  }

  private static SlowQuery slow(SlowStatement s, long threshold, Instant now, long nanoTime) {
    return new SlowQuery(
        at(s.endedNanos(), now, nanoTime),
        Figures.ofNanos(s.tookNanos()),
        s.tookNanos() >= threshold,
        s.id(),
        s.type().name(),
        s.text(),
        s.site().module(),
        s.site().method(),
        s.unit(),
        s.success(),
        s.sqlState(),
        s.batch(),
        s.parameters());
  }

  /** What requests do again and again, the most frequent first. */
  public List<RequestHabit> habits(Instant now, long nanoTime) {
    return profile.habits().stream()
        .map(
            h ->
                new RequestHabit(
                    h.kind() == Habit.Kind.REPEATED ? "n_plus_one" : "chatty",
                    h.unit(),
                    h.id(),
                    h.text(),
                    h.times(),
                    h.statements(),
                    at(h.lastNanos(), now, nanoTime)))
        .sorted(Comparator.comparingLong(RequestHabit::times).reversed())
        .toList();
  }

  private static Instant at(long nanos, Instant now, long nanoTime) {
    return now.minusNanos(nanoTime - nanos).truncatedTo(java.time.temporal.ChronoUnit.MICROS);
  }

  /** Counts since the server's start, for counters that only grow. */
  public Totals totals(QueryType type) {
    var totals = profile.totals(io.tola.probe.StatementType.valueOf(type.name()));
    return new Totals(totals.executions(), totals.failed(), totals.slow(), totals.nanos());
  }

  /**
   * Since the server's start.
   *
   * @param nanos all durations together
   */
  public record Totals(long executions, long failed, long slow, long nanos) {}

  /** Statements by id as the code sends them, to be planned and judged; never to be shown. */
  public Map<String, SentAs> sentAs() {
    return profile.sentAs();
  }

  /** Statements of which an execution is kept because it took long. */
  public Set<String> keptIds() {
    return profile.slowStatements().stream()
        .map(SlowStatement::id)
        .collect(java.util.stream.Collectors.toSet());
  }

  /** Statements by id whose literals differ from one execution to the next. */
  public Set<String> varying() {
    return profile.varying();
  }

  /**
   * What a pool has lent so far.
   *
   * @param heldNanos how long those that came back were lent, together
   * @param open lent now
   */
  public record LoanCount(long lent, long heldNanos, int open) {}

  /** By the pools' names. */
  public Map<String, LoanCount> loanCounts() {
    Map<String, LoanCount> found = new TreeMap<>();
    profile
        .loanCounts()
        .forEach(
            (name, c) -> found.put(POOL + name, new LoanCount(c.lent(), c.heldNanos(), c.open())));
    return found;
  }

  /**
   * What a pool lends.
   *
   * @param lent since the server's start
   * @param heldMicros of the span
   * @param callSites {@code module Class.method}, the most often seen first
   * @param open the longest first
   */
  public record PoolLoans(
      long lent, Histogram heldMicros, List<String> callSites, List<OpenLoan> open) {}

  /** A connection that isn't back. */
  public record OpenLoan(String callSite, String request, String thread, long sinceNanos) {}

  /** By the pools' names. */
  public Map<String, PoolLoans> loans() {
    Map<String, PoolLoans> found = new TreeMap<>();
    for (LoanFigures f : profile.loans()) {
      found.put(
          POOL + f.name(),
          new PoolLoans(
              f.lent(),
              f.heldMicros(),
              f.sites().stream().map(ProbedStatements::site).toList(),
              f.open().stream()
                  .map(l -> new OpenLoan(site(l.site()), l.unit(), l.thread(), l.sinceNanos()))
                  .toList()));
    }
    return found;
  }

  /** Open connections by application name. */
  public Map<String, Long> connections() {
    return profile.connections();
  }
}
