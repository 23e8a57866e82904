package io.tola.performance.domain;

import io.tola.performance.api.LongLoan;
import io.tola.performance.api.PoolSize;
import io.tola.performance.api.PoolUse;
import io.tola.performance.api.Recommendation;
import io.tola.performance.api.RequestHabit;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Rules that turn figures into advice. Each says the figures it rests on; where nothing is
 * remarkable there is no advice.
 */
public final class Advice {

  /** Milliseconds; the target of a statement. */
  static final long TARGET_MICROS = 50_000;

  /** Fewer executions say nothing about a percentile or a rate. */
  static final long ENOUGH = 20;

  static final long ERROR_PCT = 1;
  private static final BigDecimal LONG_WAIT_MS = BigDecimal.valueOf(5);
  private static final List<String> SEVERITIES = List.of("critical", "warning", "info");

  private Advice() {}

  /** All advice, the gravest first. */
  public static List<Recommendation> of(
      Collection<StatementStats> statements, Collection<RequestHabit> habits, List<PoolUse> pools) {
    return of(statements, habits, pools, List.of());
  }

  /**
   * All advice, the gravest first.
   *
   * @param more what other rules found: about how statements are written, and caches
   */
  public static List<Recommendation> of(
      Collection<StatementStats> statements,
      Collection<RequestHabit> habits,
      List<PoolUse> pools,
      Collection<Recommendation> more) {
    List<Recommendation> found = new ArrayList<>();
    statements.stream()
        .sorted(Comparator.comparingLong(StatementStats::nanos).reversed())
        .forEach(s -> statement(s, found));
    habits.stream()
        .sorted(Comparator.comparingLong(RequestHabit::times).reversed())
        .forEach(h -> found.add(habit(h)));
    pools.forEach(p -> pool(p, found));
    found.addAll(more);
    return found.stream()
        .sorted(Comparator.comparingInt(r -> SEVERITIES.indexOf(r.severity())))
        .toList();
  }

  private static void statement(StatementStats s, List<Recommendation> found) {
    String from = s.callSites().isEmpty() ? "" : " (" + s.callSites().get(0) + ")";
    if (s.slow() > 0) {
      found.add(
          new Recommendation(
              "slow_statement",
              "critical",
              s.id(),
              s.slow()
                  + " of "
                  + s.total()
                  + " executions were slow, the longest took "
                  + Figures.ofNanos(s.slowestNanos())
                  + " ms"
                  + from,
              "Look at its last executions in /performance/slow-queries and at its plan (EXPLAIN); if it is"
                  + " meant to take long, it belongs on the data source jdbc/tola-long."));
    } else if (s.total() >= ENOUGH && s.micros().getValueAtPercentile(95) > TARGET_MICROS) {
      found.add(
          new Recommendation(
              "over_target",
              "warning",
              s.id(),
              "p95 is "
                  + BigDecimal.valueOf(s.micros().getValueAtPercentile(95), 3)
                  + " ms over "
                  + s.total()
                  + " executions; the target is 50 ms"
                  + from,
              "Look at its plan (EXPLAIN) and at how many rows it reads."));
    }
    if (s.total() >= ENOUGH && s.failed() * 100 > ERROR_PCT * s.total()) {
      found.add(
          new Recommendation(
              "failing_statement",
              "warning",
              s.id(),
              s.failed()
                  + " of "
                  + s.total()
                  + " executions failed, by SQLSTATE "
                  + s.failures()
                  + from,
              "40001 and 40P01 are conflicts that are tried again, 55P03 a lock that was not had in"
                  + " time, 57014 a statement that was canceled, 08xxx a connection that broke."));
    }
  }

  private static Recommendation habit(RequestHabit h) {
    if (h.kind().equals("chatty")) {
      return new Recommendation(
          "chatty",
          "info",
          h.request(),
          h.times() + " times up to " + h.statements() + " statements",
          "Send what belongs together in one round trip, or one statement over arrays (unnest).");
    }
    return new Recommendation(
        // A request may repeat several statements.
        Recommendation.idOf("n_plus_one", h.request(), h.statementId()),
        "n_plus_one",
        "warning",
        h.request(),
        h.times()
            + " times up to "
            + h.statements()
            + " executions of statement "
            + h.statementId(),
        "Read all of them with one statement: = ANY (?) with an array.");
  }

  private static void pool(PoolUse p, List<Recommendation> found) {
    for (LongLoan loan : p.longLoans()) {
      if (loan.kept()) {
        continue;
      }
      found.add(
          new Recommendation(
              Recommendation.idOf("connection_leak", p.name(), loan.callSite()),
              "connection_leak",
              "critical",
              p.name(),
              "a connection has been lent to "
                  + loan.callSite()
                  + " for "
                  + loan.heldMs()
                  + " ms (thread "
                  + loan.thread()
                  + (loan.request() == null ? "" : ", " + loan.request())
                  + ") and isn't back",
              "Close it in the method that takes it (try-with-resources); what has to take long belongs"
                  + " on jdbc/tola-long."));
    }
    boolean exhausted = p.maxSize() > 0 && p.inUse() >= p.maxSize();
    boolean waits = p.waits() >= ENOUGH && waitsLong(p);
    if (exhausted) {
      found.add(
          new Recommendation(
              "pool_exhausted",
              "critical",
              p.name(),
              "all " + p.maxSize() + " connections are lent" + borrowers(p),
              "Find who keeps them (/performance/pool, long_loans; /performance/database, idle in"
                  + " transaction) before making the pool larger."));
    } else if (waits) {
      found.add(
          new Recommendation(
              "pool_waits",
              "warning",
              p.name(),
              p.waits()
                  + " waits for a connection, "
                  + p.waitMeanMs()
                  + " ms on average, "
                  + p.waitMaxMs()
                  + " ms at most"
                  + (p.waitTimes() == null || p.waitTimes().count() == 0
                      ? ""
                      : ", p95 " + p.waitTimes().p95Ms() + " ms in the last 24 hours")
                  + borrowers(p),
              p.size() == null || p.size().recommended() == null
                  ? "Shorten what holds connections, or make the pool larger while the database has"
                      + " processors to spare."
                  : size(p.size())));
    }
  }

  private static boolean waitsLong(PoolUse p) {
    return p.waitTimes() != null && p.waitTimes().count() > 0
        ? p.waitTimes().count() >= ENOUGH && p.waitTimes().p95Ms().compareTo(LONG_WAIT_MS) > 0
        : p.waitMeanMs() != null && p.waitMeanMs().compareTo(LONG_WAIT_MS) > 0;
  }

  private static String borrowers(PoolUse p) {
    return p.borrowers().isEmpty()
        ? ""
        : "; mostly by " + String.join(", ", p.borrowers().stream().limit(3).toList());
  }

  private static String size(PoolSize size) {
    return switch (size.verdict()) {
      case "larger" ->
          "Make it "
              + size.recommended()
              + " (now "
              + size.current()
              + "): "
              + size.arithmetic()
              + ".";
      case "shorten" ->
          "Hold connections shorter; a larger pool would only move the queue into the database: "
              + size.arithmetic()
              + ".";
      default ->
          "Its size is enough on average, so that the waits are bursts: spread what comes at once, or"
              + " bound it before it asks for a connection. "
              + size.arithmetic()
              + ".";
    };
  }
}
