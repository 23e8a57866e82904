package io.tola.performance.store;

import io.tola.kernel.sql.SqlFault;
import io.tola.performance.domain.CandidateIndex;
import io.tola.performance.domain.CandidatePlans;
import io.tola.performance.domain.CandidatePredicate;
import io.tola.performance.domain.CandidateTable;
import io.tola.performance.domain.IndexedStatement;
import io.tola.performance.domain.StatementText.Planned;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL's planner, asked for generic plans on one connection, with hypothetical indexes where
 * HypoPG is there. Nothing is executed; the session is read-only and left as it was found.
 *
 * <p>Statements are prepared on the server and explained by EXECUTE, also where EXPLAIN
 * (GENERIC_PLAN) is to be had (from 16): that would leave an entry of its own in pg_stat_statements
 * for every statement that is looked at, and push the application's out.
 */
final class PlannerSession implements CandidatePlans, AutoCloseable {

  /** Leaves the texts that the server and the probe count the same whatever is planned. */
  private static final String TEXT = "SELECT set_config('tola.advised', ?, false)";

  private static final String PREPARE =
      "DO $do$ BEGIN EXECUTE 'PREPARE tola_advised AS ' || current_setting('tola.advised'); END $do$";

  private static final Pattern COST = Pattern.compile("cost=[\\d.]+\\.\\.([\\d.]+) rows=(\\d+)");
  private static final Pattern HYPOTHETICAL = Pattern.compile("<(\\d+)>");
  private static final int MOST_LEAVES = 200;
  private static final int MILLIS_A_PLAN = 2_000;

  private final Connection connection;
  private final String hypopg;
  private final String create;
  private final String drop;
  private final String size;
  private final long deadline;
  private final int most;
  private final Map<CandidateIndex, List<Long>> shown = new HashMap<>();
  private final Map<Long, CandidateIndex> byOid = new HashMap<>();
  private int asked;

  private PlannerSession(Connection connection, String hypopg, long deadline, int most) {
    this.connection = connection;
    this.hypopg = hypopg;
    this.deadline = deadline;
    this.most = most;
    create = "SELECT indexrelid::bigint FROM " + hypopg + ".hypopg_create_index(?)";
    drop = "SELECT " + hypopg + ".hypopg_drop_index(?::bigint::oid)";
    size = "SELECT " + hypopg + ".hypopg_relation_size(?::bigint::oid)";
  }

  /**
   * Begins.
   *
   * @param hypopg the schema of HypoPG, quoted; null where it isn't installed
   * @param deadline by {@link System#nanoTime()}
   * @param most plans
   */
  static PlannerSession open(Connection connection, String hypopg, long deadline, int most)
      throws SQLException {
    PlannerSession session = new PlannerSession(connection, hypopg, deadline, most);
    try {
      session.begin();
      return session;
    } catch (SQLException | RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private void begin() throws SQLException {
    // What the planner refuses must not take the session's transaction with it.
    if (!connection.getAutoCommit()) {
      connection.setAutoCommit(true);
    }
    try (var set = connection.createStatement()) {
      set.execute("SET statement_timeout = " + MILLIS_A_PLAN);
      set.execute("SET plan_cache_mode = force_generic_plan");
      set.execute("SET default_transaction_read_only = on");
      if (hypopg != null) {
        set.execute("SELECT " + hypopg + ".hypopg_reset()");
      }
    }
    try (var set = connection.createStatement()) {
      // So that what is only planned doesn't count as run.
      set.execute("SET pg_qualstats.enabled = off");
    } catch (SQLException e) {
      ended(e);
    }
  }

  /** Its connection is gone: that is no answer about a statement. */
  static void ended(SQLException e) {
    String state = e.getSQLState();
    if (state == null || state.startsWith("08") || state.startsWith("57P")) {
      throw new SqlFault(e);
    }
  }

  /**
   * The plan's lines.
   *
   * @throws SQLException when the planner refuses it
   */
  List<String> explain(Planned statement) throws SQLException {
    asked++;
    String execute =
        "EXPLAIN EXECUTE tola_advised"
            + (statement.parameters() == 0
                ? ""
                : "("
                    + String.join(", ", Collections.nCopies(statement.parameters(), "NULL"))
                    + ")");
    try (PreparedStatement text = connection.prepareStatement(TEXT);
        var session = connection.createStatement()) {
      text.setString(1, statement.sql());
      text.executeQuery().close();
      session.setEscapeProcessing(false);
      session.execute(PREPARE);
      try {
        List<String> lines = new ArrayList<>();
        try (ResultSet rows = session.executeQuery(execute)) {
          while (rows.next()) {
            lines.add(rows.getString(1));
          }
        }
        return lines;
      } finally {
        session.execute("DEALLOCATE tola_advised");
      }
    } catch (SQLException e) {
      ended(e);
      throw e;
    }
  }

  static double cost(List<String> lines) {
    Matcher cost = COST.matcher(lines.get(0));
    return cost.find() ? Double.parseDouble(cost.group(1)) : 0;
  }

  @Override
  public Optional<Plan> plan(IndexedStatement statement) {
    try {
      List<String> lines = explain(statement.planned());
      Set<CandidateIndex> used = new HashSet<>();
      for (String line : lines) {
        Matcher name = HYPOTHETICAL.matcher(line);
        while (name.find()) {
          CandidateIndex index = byOid.get(Long.valueOf(name.group(1)));
          if (index != null) {
            used.add(index);
          }
        }
      }
      return Optional.of(new Plan(cost(lines), used));
    } catch (SQLException e) {
      // It was planned before; now its time was up.
      return Optional.empty();
    }
  }

  @Override
  public double fraction(CandidateTable table, CandidatePredicate predicate) {
    if (spent()) {
      return 1;
    }
    try {
      List<String> lines =
          explain(new Planned("SELECT 1 FROM " + table.quoted() + " WHERE " + predicate.sql(), 0));
      Matcher rows = COST.matcher(lines.get(0));
      return rows.find() && table.rows() > 0
          ? Math.min(1, Double.parseDouble(rows.group(2)) / table.rows())
          : 1;
    } catch (SQLException e) {
      return 1;
    }
  }

  @Override
  public boolean show(CandidateIndex index) {
    List<String> definitions = index.hypothetical();
    if (definitions.size() > MOST_LEAVES) {
      return false;
    }
    List<Long> oids = new ArrayList<>();
    shown.put(index, oids);
    try (PreparedStatement make = connection.prepareStatement(create)) {
      for (String definition : definitions) {
        make.setString(1, definition);
        try (ResultSet row = make.executeQuery()) {
          if (row.next()) {
            oids.add(row.getLong(1));
            byOid.put(row.getLong(1), index);
          }
        }
      }
      return true;
    } catch (SQLException e) {
      ended(e);
      hide(index);
      return false;
    }
  }

  @Override
  public void hide(CandidateIndex index) {
    List<Long> oids = shown.remove(index);
    if (oids == null) {
      return;
    }
    try (PreparedStatement gone = connection.prepareStatement(drop)) {
      for (Long oid : oids) {
        byOid.remove(oid);
        gone.setLong(1, oid);
        gone.executeQuery().close();
      }
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }

  @Override
  public long bytes(CandidateIndex index) {
    long sum = 0;
    try (PreparedStatement measure = connection.prepareStatement(size)) {
      for (Long oid : shown.get(index)) {
        measure.setLong(1, oid);
        try (ResultSet row = measure.executeQuery()) {
          sum += row.next() ? row.getLong(1) : 0;
        }
      }
      return sum;
    } catch (SQLException e) {
      ended(e);
      return sum;
    }
  }

  @Override
  public boolean spent() {
    return asked >= most || System.nanoTime() - deadline >= 0;
  }

  @Override
  public int asked() {
    return asked;
  }

  /** Leaves the connection as it was, or not at all: the pool lends it to others, who write. */
  @Override
  public void close() throws SQLException {
    try (var reset = connection.createStatement()) {
      for (String setting :
          List.of(
              "default_transaction_read_only",
              "statement_timeout",
              "plan_cache_mode",
              "pg_qualstats.enabled",
              "tola.advised")) {
        reset.execute("RESET " + setting);
      }
      if (hypopg != null) {
        reset.execute("SELECT " + hypopg + ".hypopg_reset()");
      }
    } catch (SQLException e) {
      connection.abort(Runnable::run);
      throw e;
    }
  }
}
