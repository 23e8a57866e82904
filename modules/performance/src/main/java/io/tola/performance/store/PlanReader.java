package io.tola.performance.store;

import io.tola.performance.domain.PlanFacts;
import io.tola.performance.domain.SqlParts.Part;
import io.tola.probe.Profile;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Asks PostgreSQL how it would execute a statement, without executing it: the plan that serves any
 * value of the parameters, as {@code jdbc/tola} has it ({@code plan_cache_mode=force_generic_plan}).
 * In a transaction that may only read, is never committed, and gives up soon. {@code PREPARE} and
 * {@code EXPLAIN EXECUTE} and not {@code EXPLAIN (GENERIC_PLAN)}, which is of PostgreSQL 16 and
 * can't be told the parameters' types. Thread-safe.
 */
@ApplicationScoped
public class PlanReader {

  private static final String SETTINGS =
      "SET TRANSACTION READ ONLY; SET LOCAL statement_timeout = '2s'; SET LOCAL lock_timeout = '500ms';"
          + " SET LOCAL plan_cache_mode = force_generic_plan";

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("Long", "bigint"),
          Map.entry("Integer", "integer"),
          Map.entry("Short", "smallint"),
          Map.entry("BigDecimal", "numeric"),
          Map.entry("Double", "double precision"),
          Map.entry("Float", "real"),
          Map.entry("Boolean", "boolean"),
          Map.entry("UUID", "uuid"),
          Map.entry("LocalDate", "date"),
          Map.entry("LocalDateTime", "timestamp"),
          Map.entry("OffsetDateTime", "timestamptz"),
          Map.entry("byte[]", "bytea"));

  /** What is said of a statement that has none. */
  public static final String NO_PLAN = "PostgreSQL has no plan for such a statement.";

  private static final Pattern FIRST_WORD = Pattern.compile("[\\s(]*([A-Za-z]+)");
  private static final Set<String> PLANNABLE =
      Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "VALUES", "TABLE");

  private static final String UNKNOWN = "unknown";

  @Resource(lookup = "jdbc/tola-long")
  private DataSource database;

  /** For the container. */
  public PlanReader() {}

  /** On a data source of one's own. */
  public PlanReader(DataSource database) {
    this.database = database;
  }

  /**
   * One statement's plan.
   *
   * @param missing why there is none, or null
   */
  public record Plan(PlanFacts facts, String missing) {}

  /**
   * The plans of statements, in their order.
   *
   * @param parts what to plan
   * @param parameters of each: what was bound as the probe saw it; may be empty
   * @throws SQLException when the database is away; a statement that can't be planned only says so
   */
  public List<Plan> read(List<Part> parts, List<List<String>> parameters) throws SQLException {
    List<Plan> found = new ArrayList<>();
    if (parts.isEmpty()) {
      return found;
    }
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        forgetLeftOver(connection);
        for (int i = 0; i < parts.size(); i++) {
          found.add(plan(connection, parts.get(i), parameters.get(i)));
        }
      } finally {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
    return found;
  }

  /** One that was broken off between its PREPARE and its DEALLOCATE. */
  private static void forgetLeftOver(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      boolean isThere;
      try (ResultSet row =
          statement.executeQuery("SELECT 1 FROM pg_prepared_statements WHERE name = 'tola_plan'")) {
        isThere = row.next();
      }
      if (isThere) {
        statement.execute("DEALLOCATE tola_plan");
      }
    }
    connection.rollback();
  }

  private static Plan plan(Connection connection, Part part, List<String> bound)
      throws SQLException {
    if (!isPlannable(part.asked())) {
      return new Plan(null, NO_PLAN);
    }
    List<String> types = types(part, bound);
    try {
      return new Plan(explain(connection, part, types), null);
    } catch (SQLException e) {
      if (isGone(e)) {
        throw e;
      }
      if (!types.isEmpty()) {
        // A type that was bound through a cast of the driver's: PostgreSQL infers it itself.
        return plan(connection, part, List.of());
      }
      return new Plan(null, reason(e));
    } catch (IllegalArgumentException e) {
      return new Plan(null, "the plan can't be read: " + e.getMessage());
    }
  }

  /** By its first word; what begins otherwise, with a comment, is tried. */
  static boolean isPlannable(String sql) {
    Matcher first = FIRST_WORD.matcher(sql);
    return !first.lookingAt() || PLANNABLE.contains(first.group(1).toUpperCase(Locale.ROOT));
  }

  private static PlanFacts explain(Connection connection, Part part, List<String> types)
      throws SQLException {
    boolean prepared = false;
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(SETTINGS);
      String declared = types.isEmpty() ? "" : " (" + String.join(", ", types) + ")";
      statement.execute("PREPARE tola_plan" + declared + " AS " + part.numbered());
      prepared = true;
      String values =
          part.parameters() == 0
              ? ""
              : " (" + String.join(", ", Collections.nCopies(part.parameters(), "NULL")) + ")";
      try (ResultSet row =
          statement.executeQuery("EXPLAIN (FORMAT JSON) EXECUTE tola_plan" + values)) {
        row.next();
        return PlanFacts.of(row.getString(1));
      }
    } finally {
      connection.rollback();
      if (prepared) {
        // It outlives the transaction.
        try (Statement statement = connection.createStatement()) {
          statement.execute("DEALLOCATE tola_plan");
        }
        connection.rollback();
      }
    }
  }

  private static List<String> types(Part part, List<String> bound) {
    if (bound.size() != part.parameters()) {
      return List.of();
    }
    List<String> types = bound.stream().map(PlanReader::type).toList();
    return types.stream().allMatch(UNKNOWN::equals) ? List.of() : types;
  }

  private static String type(String bound) {
    if (bound.matches("[a-z_][a-z0-9_]*\\[\\]") && !bound.equals("byte[]")) {
      return bound;
    }
    return TYPES.getOrDefault(bound, UNKNOWN);
  }

  private static boolean isGone(SQLException e) {
    return e.getSQLState() != null
        && (e.getSQLState().startsWith("08") || e.getSQLState().startsWith("57P"));
  }

  private static String reason(SQLException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return "PostgreSQL doesn't plan it: " + Profile.shown(message) + " (" + e.getSQLState() + ")";
  }
}
