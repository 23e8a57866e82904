package io.tola.performance.store;

import io.tola.performance.api.IndexAdvice.JudgedBy;
import io.tola.performance.api.IndexAdvicePage.NotJudged;
import io.tola.performance.domain.CandidatePlans;
import io.tola.performance.domain.CandidateTable;
import io.tola.performance.domain.IndexNeed;
import io.tola.performance.domain.IndexScribe;
import io.tola.performance.domain.IndexSearch;
import io.tola.performance.domain.IndexedStatement;
import io.tola.performance.domain.PlannerHeuristic;
import io.tola.performance.domain.StatementReader;
import io.tola.performance.domain.StatementText;
import io.tola.performance.domain.StatementText.Literal;
import io.tola.performance.domain.StatementText.Planned;
import io.tola.probe.Profile;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * One run of the index advisor on one connection: what ran (pg_stat_statements), with which
 * constants (pg_qualstats), over which tables, and what the planner says to candidates (HypoPG).
 * Thread-safe; every run has its own session.
 */
@ApplicationScoped
public class IndexWorkbench {

  private static final Logger LOG = System.getLogger(IndexWorkbench.class.getName());

  private static final int SHOWN = 500;
  private static final int LONGEST_CONSTANT = 64;
  private static final int SECONDS_TO_READ = 15;

  /** Less than any machine needs for a unit of the planner's cost, all in memory. */
  private static final double LEAST_MICROS = 0.5;

  /** Costs under which measured times are mostly overhead. */
  private static final double SMALL = 100;

  private static final double DOUBTFUL = 0.3;
  private static final double UNBELIEVABLE = 0.1;

  /** ambiguous_function. */
  private static final String AMBIGUOUS = "42725";

  private static final Pattern EQUAL =
      Pattern.compile("\\(*\"?(\\w+)\"?\\)?(?:::[a-z ]+)? = ('(?:[^']|'')*')");

  private static final String HIDDEN = "<insufficient privilege>";

  private static final String EXTENSIONS =
      """
      SELECT e.extname, e.extversion, quote_ident(n.nspname)
      FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
      WHERE e.extname IN ('pg_stat_statements', 'pg_qualstats', 'hypopg')
      """;

  private static final String SINCE = "SELECT stats_reset FROM %s.pg_stat_statements_info";

  private static final String STATEMENTS =
      """
      SELECT queryid::text, min(query), sum(calls)::bigint, sum(total_exec_time) / sum(calls),
             sum(rows)::float8 / sum(calls)
      FROM %s.pg_stat_statements
      WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls > 0
            AND (queryid IS NOT NULL AND query ~* '^\\s*(/\\*.*?\\*/\\s*)*(select|with|insert|update|delete|merge|prepare|values|\\()'
                 OR query = '<insufficient privilege>')
      GROUP BY queryid
      ORDER BY sum(total_exec_time) DESC
      LIMIT ?
      """;

  // A condition's constant that never was another, and was seen more than once: where it stood
  // last,
  // and what it was. Whether a literal or a parameter stood there, the statement's text says.
  private static final String CONSTANTS =
      """
      WITH q AS (
        SELECT queryid, lrelid, lattnum, opno, constant_position, constvalue, occurences
        FROM %s.pg_qualstats()
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND lrelid IS NOT NULL AND queryid IS NOT NULL
              AND constvalue <> '<insufficient privilege>')
      SELECT q.queryid::text, array_agg(DISTINCT q.constant_position),
             array_agg(DISTINCT regexp_replace(q.constvalue, '::[^:'']*$', ''))
      FROM q
      JOIN (SELECT queryid, lrelid, lattnum, opno FROM q GROUP BY 1, 2, 3, 4
            HAVING count(DISTINCT constvalue) = 1 AND sum(occurences) > 1) one
           USING (queryid, lrelid, lattnum, opno)
      GROUP BY 1
      """;

  private static final String EXAMPLE = "SELECT %s.pg_qualstats_example_query(?::bigint)";

  @Resource(lookup = "jdbc/tola-long")
  private DataSource database;

  /** For the container. */
  public IndexWorkbench() {}

  IndexWorkbench(DataSource database) {
    this.database = database;
  }

  /**
   * How far a run may go.
   *
   * @param statements the dearest so many
   */
  public record Bounds(Duration time, int statements, int plans) {}

  /**
   * What a run found.
   *
   * @param statementsMissing why there are no statements, or null
   * @param statements how many were read
   * @param judged those that were planned, as {@code result} counts them
   */
  public record Outcome(
      Instant countedSince,
      JudgedBy judgedBy,
      String judgedFrom,
      String constantsFrom,
      String statementsMissing,
      int statements,
      List<IndexedStatement> judged,
      List<NotJudged> notJudged,
      IndexSearch.Result result,
      int plans) {}

  /** Constants of one statement that are always the same. */
  private record Constants(Set<Integer> positions, Set<String> values) {

    /** Positions are of the last text, which may have had a comment more: then the value tells. */
    boolean has(Literal literal, Collection<Literal> all) {
      return positions.contains(literal.position())
          || values.contains(literal.sql())
              && all.stream().filter(l -> l.sql().equals(literal.sql())).count() == 1;
    }
  }

  private record Extension(String version, String schema) {}

  private record Counted(String queryId, String text, long calls, double meanMs, double rows) {}

  /** Reads, plans and searches. */
  public Outcome run(Bounds bounds) throws SQLException {
    long deadline = System.nanoTime() + bounds.time().toNanos();
    try (Connection connection = database.getConnection()) {
      Map<String, Extension> extensions = extensions(connection);
      Extension counter = extensions.get("pg_stat_statements");
      Extension hypopg = extensions.get("hypopg");
      Extension qualstats = extensions.get("pg_qualstats");
      JudgedBy judgedBy = hypopg == null ? JudgedBy.HEURISTIC : JudgedBy.HYPOPG;
      String judgedFrom =
          hypopg == null
              ? "HypoPG isn't installed: by a rule of thumb, which sees full scans only"
              : "hypopg " + hypopg.version();
      if (counter == null) {
        return nothing(
            judgedBy,
            judgedFrom,
            "The extension isn't installed: CREATE EXTENSION pg_stat_statements, as a superuser.");
      }
      Instant since;
      List<Counted> counted;
      try {
        since = since(connection, counter);
        counted = counted(connection, counter, bounds.statements());
      } catch (SQLException e) {
        if ("55000".equals(e.getSQLState())) {
          return nothing(
              judgedBy,
              judgedFrom,
              "The extension is installed but not loaded: add pg_stat_statements to"
                  + " shared_preload_libraries and restart the database.");
        }
        throw e;
      }
      String constantsFrom =
          "pg_qualstats isn't installed: no partial index is looked for whose condition compares"
              + " with a constant";
      Map<String, Constants> constants = Map.of();
      if (qualstats != null) {
        try {
          constants = constants(connection, qualstats);
          constantsFrom = "pg_qualstats " + qualstats.version();
        } catch (SQLException e) {
          constantsFrom = "pg_qualstats is installed but doesn't answer: " + firstLine(e);
        }
      }
      CandidateFacts facts = CandidateFacts.read(connection, since);
      try (PlannerSession planner =
          PlannerSession.open(
              connection, hypopg == null ? null : hypopg.schema(), deadline, bounds.plans())) {
        Judge judge = new Judge(connection, planner, facts.catalogue(), constants, qualstats);
        for (Counted one : counted) {
          judge.judge(one);
        }
        CandidatePlans plans =
            hypopg == null
                ? new PlannerHeuristic(planner, s -> lines(planner, s), PlannerSession::cost)
                : planner;
        IndexSearch.Result result =
            IndexSearch.of(
                judge.judged,
                judge.before.stream().mapToDouble(Double::doubleValue).toArray(),
                plans);
        return new Outcome(
            since,
            judgedBy,
            judgedFrom,
            constantsFrom,
            null,
            counted.size(),
            judge.judged,
            judge.notJudged,
            result,
            planner.asked());
      }
    }
  }

  private static Outcome nothing(JudgedBy judgedBy, String judgedFrom, String missing) {
    return new Outcome(null, judgedBy, judgedFrom, null, missing, 0, List.of(), List.of(), null, 0);
  }

  /** Reads and plans statements one after the other. */
  private static final class Judge {
    final Connection connection;
    final PlannerSession planner;
    final StatementReader.Catalogue catalogue;
    final Map<String, Constants> known;
    final Extension qualstats;
    final List<IndexedStatement> judged = new ArrayList<>();
    final List<NotJudged> notJudged = new ArrayList<>();
    final List<Double> before = new ArrayList<>();

    Judge(
        Connection connection,
        PlannerSession planner,
        StatementReader.Catalogue catalogue,
        Map<String, Constants> known,
        Extension qualstats) {
      this.connection = connection;
      this.planner = planner;
      this.catalogue = catalogue;
      this.known = known;
      this.qualstats = qualstats;
    }

    void judge(Counted one) {
      if (one.text().equals(HIDDEN)) {
        refuse(
            notJudged,
            one,
            "Other roles' statements, together: GRANT pg_read_all_stats would show them.");
        return;
      }
      if (planner.spent()) {
        refuse(notJudged, one, "Time or plans ran out before it.");
        return;
      }
      Map<Integer, Literal> literals = literals(one);
      Planned planned = StatementText.planned(one.text(), constants(one, literals), one.rows());
      StatementReader.Read read;
      try {
        read = StatementReader.read(planned.sql(), catalogue);
      } catch (StatementReader.Unread e) {
        refuse(notJudged, one, e.getMessage());
        return;
      }
      if (read.needs().isEmpty()) {
        if (!read.sets().isEmpty()) {
          keep(one, planned, 1, read, 0);
        }
        return;
      }
      double cost;
      try {
        cost = cost(planned);
      } catch (SQLException e) {
        try {
          planned = again(one, planned, literals, read, e);
          cost = cost(planned);
        } catch (SQLException stillRefused) {
          refuse(notJudged, one, "The planner refuses it: " + firstLine(e));
          return;
        }
      }
      if (trust(one, cost) < DOUBTFUL) {
        // It runs far faster than its plan says: perhaps by a partial index whose constant it has.
        Planned narrowed = narrowed(planned, read);
        if (narrowed != null) {
          try {
            double less = cost(narrowed);
            if (less < cost) {
              planned = narrowed;
              cost = less;
            }
          } catch (SQLException e) {
            LOG.log(Level.DEBUG, "A narrower plan can't be had", e);
          }
        }
      }
      double trust = trust(one, cost);
      if (trust < UNBELIEVABLE) {
        refuse(
            notJudged,
            one,
            "Planned without its values it would cost "
                + IndexScribe.cost(cost)
                + " units, which the "
                + BigDecimal.valueOf(Math.round(one.meanMs() * 1_000), 3)
                + " ms that it takes don't bear out: its values decide.");
        return;
      }
      keep(one, planned, Math.min(1, trust), read, cost);
    }

    private double cost(Planned planned) throws SQLException {
      return PlannerSession.cost(planner.explain(planned));
    }

    /** How much of its planned cost a statement can have had, by the time that it took. */
    private static double trust(Counted one, double cost) {
      return cost < SMALL ? 1 : one.meanMs() * 1_000 / (cost * LEAST_MICROS);
    }

    private void keep(
        Counted one, Planned planned, double trust, StatementReader.Read read, double cost) {
      judged.add(
          new IndexedStatement(
              one.queryId(),
              shown(one.text()),
              planned,
              one.calls(),
              one.meanMs(),
              trust,
              one.rows(),
              read.needs(),
              read.sets()));
      before.add(cost);
    }

    private Map<Integer, Literal> literals(Counted one) {
      return known.containsKey(one.queryId())
          ? StatementText.literals(one.text(), example(connection, qualstats, one.queryId()))
          : Map.of();
    }

    private Map<Integer, String> constants(Counted one, Map<Integer, Literal> literals) {
      Map<Integer, String> constants = new HashMap<>();
      for (Map.Entry<Integer, Literal> e : literals.entrySet()) {
        if (known.get(one.queryId()).has(e.getValue(), literals.values())
            && e.getValue().sql().length() <= LONGEST_CONSTANT) {
          constants.put(e.getKey(), e.getValue().sql());
        }
      }
      return constants;
    }

    /** With the types that the driver told and the text doesn't: of arrays, or by the literals. */
    private static Planned again(
        Counted one,
        Planned planned,
        Map<Integer, Literal> literals,
        StatementReader.Read read,
        SQLException refused)
        throws SQLException {
      if (AMBIGUOUS.equals(refused.getSQLState())) {
        Map<String, String> types = new HashMap<>();
        for (IndexNeed need : read.needs()) {
          need.table().columns().values().forEach(c -> types.putIfAbsent(c.name(), c.type()));
        }
        Planned typed = StatementText.typed(planned, types::get);
        if (!typed.equals(planned)) {
          return typed;
        }
      }
      if (literals.isEmpty()) {
        throw refused;
      }
      Map<Integer, String> all = new HashMap<>();
      literals.forEach((n, literal) -> all.put(n, literal.sql()));
      return StatementText.planned(one.text(), all, one.rows());
    }

    /** With the constants of partial indexes that are there; null where none fits. */
    private static Planned narrowed(Planned planned, StatementReader.Read read) {
      Map<Integer, String> constants = new HashMap<>();
      for (IndexNeed need : read.needs()) {
        for (CandidateTable.Existing index : need.table().indexes()) {
          if (index.predicate() != null) {
            Matcher equal = EQUAL.matcher(index.predicate());
            while (equal.find()) {
              Integer number = need.compared().get(equal.group(1));
              if (number != null) {
                constants.putIfAbsent(number, equal.group(2));
              }
            }
          }
        }
      }
      return constants.isEmpty() ? null : StatementText.planned(planned.sql(), constants, 0);
    }
  }

  private static void refuse(List<NotJudged> notJudged, Counted one, String reason) {
    notJudged.add(new NotJudged(one.queryId(), shown(one.text()), one.calls(), reason));
  }

  private static String shown(String text) {
    String shown = Profile.shown(text);
    return shown.length() > SHOWN ? shown.substring(0, SHOWN) + "…" : shown;
  }

  private static String firstLine(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private static List<String> lines(PlannerSession planner, IndexedStatement statement) {
    try {
      return planner.explain(statement.planned());
    } catch (SQLException e) {
      return List.of();
    }
  }

  private static Map<String, Extension> extensions(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(EXTENSIONS);
        ResultSet rows = select.executeQuery()) {
      Map<String, Extension> found = new HashMap<>();
      while (rows.next()) {
        found.put(rows.getString(1), new Extension(rows.getString(2), rows.getString(3)));
      }
      return found;
    }
  }

  private static Instant since(Connection connection, Extension counter) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(SINCE.formatted(counter.schema()));
        ResultSet row = select.executeQuery()) {
      Timestamp since = row.next() ? row.getTimestamp(1) : null;
      return since == null ? null : since.toInstant();
    }
  }

  private static List<Counted> counted(Connection connection, Extension counter, int most)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(STATEMENTS.formatted(counter.schema()))) {
      select.setQueryTimeout(SECONDS_TO_READ);
      select.setInt(1, most);
      try (ResultSet rows = select.executeQuery()) {
        List<Counted> found = new ArrayList<>();
        while (rows.next()) {
          found.add(
              new Counted(
                  rows.getString(1),
                  rows.getString(2),
                  rows.getLong(3),
                  rows.getDouble(4),
                  rows.getDouble(5)));
        }
        return found;
      }
    }
  }

  private static Map<String, Constants> constants(Connection connection, Extension qualstats)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(CONSTANTS.formatted(qualstats.schema()))) {
      select.setQueryTimeout(SECONDS_TO_READ);
      try (ResultSet rows = select.executeQuery()) {
        Map<String, Constants> found = new HashMap<>();
        while (rows.next()) {
          found.put(
              rows.getString(1),
              new Constants(
                  new HashSet<>(Arrays.asList((Integer[]) rows.getArray(2).getArray())),
                  new HashSet<>(Arrays.asList((String[]) rows.getArray(3).getArray()))));
        }
        return found;
      }
    }
  }

  /** As it was sent once; null when that isn't to be had. */
  private static String example(Connection connection, Extension qualstats, String queryId) {
    try (PreparedStatement select =
        connection.prepareStatement(EXAMPLE.formatted(qualstats.schema()))) {
      select.setString(1, queryId);
      try (ResultSet row = select.executeQuery()) {
        return row.next() ? row.getString(1) : null;
      }
    } catch (SQLException e) {
      PlannerSession.ended(e);
      return null;
    }
  }
}
