package io.tola.probe;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;

/**
 * Hears of each execution on one connection and counts it. What goes wrong here is logged once and
 * never reaches the statement. Used by one thread at a time, as connections are.
 */
final class Timing implements QueryExecutionListener {

  private static final Logger LOG = System.getLogger(Timing.class.getName());
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  private final Profile profile;
  private final Tally tally = new Tally();
  private StatementRecord running;
  private StatementRecord first;
  private boolean countsRows;
  private boolean sampled;
  private boolean autoCommit;
  private final Loans loans;
  private Loans.Open loan;

  Timing(Profile profile, boolean autoCommit, String pool) {
    this.profile = profile;
    this.loans = profile.loansOf(pool);
    this.autoCommit = autoCommit;
  }

  boolean countsRows() {
    return countsRows;
  }

  StatementRecord running() {
    return running;
  }

  void autoCommit(boolean now) {
    if (now) {
      transactionEnds();
    }
    autoCommit = now;
  }

  /** The pool lends the connection. Never fails. */
  void lent() {
    try {
      returned();
      loan = loans.begins(this, profile.now());
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** It has it back, or the connection is gone. Never fails; any thread may say so. */
  void returned() {
    try {
      loan = null;
      profile.returned(loans, this);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  void transactionEnds() {
    try {
      tally.close(profile, this::transaction);
    } catch (RuntimeException e) {
      failed(e);
    }
    first = null;
  }

  private String transaction() {
    List<Site> sites = first == null ? List.of() : first.sites();
    return "transaction of "
        + (sites.isEmpty() ? "unknown" : sites.get(0).module() + " " + sites.get(0).method());
  }

  @Override
  public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {
    try {
      begins(queries.isEmpty() ? "" : queries.get(0).getQuery());
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** Meets a statement without adding it to its request and its transaction. */
  private int meets(String sql) {
    running = null;
    countsRows = false;
    StatementRecord met = profile.of(sql);
    int number = met.begins();
    sampled = StatementRecord.wantsSite(number);
    if (sampled) {
      met.cameFrom(Site.ofThisThread());
    }
    running = met;
    return number;
  }

  /**
   * The end of a transaction begins, which is in no request's and no transaction's tally.
   *
   * @return null when it can't be counted; to be given to {@link #finishes}
   */
  StatementRecord startsEnd(String sql) {
    transactionEnds();
    try {
      meets(sql);
    } catch (RuntimeException e) {
      failed(e);
    }
    return running;
  }

  /**
   * A COPY begins. Never fails.
   *
   * @return null when it can't be counted; to be given to {@link #finishes}
   */
  StatementRecord starts(String sql) {
    try {
      begins(sql);
    } catch (RuntimeException e) {
      failed(e);
    }
    return running;
  }

  /**
   * Something ended that the proxy doesn't hear of. Never fails.
   *
   * @param rows that it wrote; below 0 when it is not of rows
   */
  void finishes(StatementRecord statement, long took, Throwable thrown, long rows) {
    if (statement == null) {
      return;
    }
    try {
      running = statement;
      Window window = ends(took, thrown);
      if (thrown == null && rows >= 0) {
        window.rows.add(rows);
        window.rowsCounted.increment();
      }
      if (took >= profile.thresholds().warnNanos()) {
        keepPlain(took, thrown);
      }
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  void begins(String sql) {
    countsRows = StatementRecord.wantsRows(meets(sql));
    Loans.Open lent = loan;
    if (lent != null) {
      lent.sends(running);
    }
    Units.add(running);
    if (!autoCommit) {
      if (first == null) {
        first = running;
      }
      tally.add(running);
    }
  }

  @Override
  public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
    try {
      long took = execution.getElapsedTime();
      Window window = ends(took, execution.isSuccess() ? null : execution.getThrowable());
      if (execution.isSuccess()) {
        written(window, execution);
        if (sampled && !queries.isEmpty() && !queries.get(0).getParametersList().isEmpty()) {
          running.bound(Shapes.types(queries.get(0).getParametersList().get(0)));
        }
      }
      if (took >= profile.thresholds().warnNanos()) {
        keep(execution, queries, took);
      }
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  Window ends(long took, Throwable thrown) {
    Window window = profile.window(running, profile.now());
    window.took(took);
    Profile.Sums sums = profile.sums(running.type);
    sums.executions.increment();
    sums.nanos.add(took);
    if (thrown != null) {
      window.failedWith(state(thrown));
      sums.failed.increment();
    }
    Thresholds thresholds = profile.thresholds();
    if (took >= thresholds.warnNanos()) {
      window.warned.increment();
      if (took >= thresholds.slowNanos()) {
        window.slow.increment();
        sums.slow.increment();
        window.slowNanos.add(took);
        window.slowest.accumulate(took);
      }
    }
    return window;
  }

  private static String state(Throwable thrown) {
    return thrown instanceof SQLException e && e.getSQLState() != null ? e.getSQLState() : "HY000";
  }

  private static void written(Window window, ExecutionInfo execution) {
    Object result = execution.getResult();
    long rows = -1;
    if (result instanceof Integer one) {
      rows = one;
    } else if (result instanceof Long one) {
      rows = one;
    } else if (result instanceof int[] each) {
      rows = 0;
      for (int one : each) {
        if (one < 0) {
          return; // the driver rewrote the batch and doesn't know
        }
        rows += one;
      }
    } else if (Boolean.FALSE.equals(result)) {
      try {
        rows = execution.getStatement().getUpdateCount();
      } catch (SQLException e) {
        return; // unknown
      }
    }
    if (rows >= 0) {
      window.rows.add(rows);
      window.rowsCounted.increment();
    }
  }

  /** Rows that were read of a statement whose rows are counted. */
  void read(StatementRecord statement, long rows) {
    Window window = profile.window(statement, profile.now());
    window.rows.add(rows);
    window.rowsCounted.increment();
  }

  private void keep(ExecutionInfo execution, List<QueryInfo> queries, long took) {
    var parameters =
        queries.isEmpty()
            ? List.<List<net.ttddyy.dsproxy.proxy.ParameterSetOperation>>of()
            : queries.get(0).getParametersList();
    profile.keep(
        new SlowStatement(
            profile.now(),
            took,
            running.id,
            running.text,
            running.type,
            Site.ofThisThread(),
            Units.name(),
            execution.isSuccess(),
            execution.isSuccess() ? null : state(execution.getThrowable()),
            Math.max(1, execution.getBatchSize()),
            parameters.isEmpty() ? List.of() : Shapes.of(parameters.get(0))));
  }

  /** A COPY or the end of a transaction that took long. */
  private void keepPlain(long took, Throwable thrown) {
    profile.keep(
        new SlowStatement(
            profile.now(),
            took,
            running.id,
            running.text,
            running.type,
            Site.ofThisThread(),
            Units.name(),
            thrown == null,
            thrown == null ? null : state(thrown),
            1,
            List.of()));
  }

  private static void failed(RuntimeException e) {
    if (TOLD.compareAndSet(false, true)) {
      LOG.log(Level.WARNING, "statements are not timed rightly: " + e, e);
    }
  }
}
