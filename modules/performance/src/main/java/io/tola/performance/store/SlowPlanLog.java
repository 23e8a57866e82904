package io.tola.performance.store;

import io.tola.performance.domain.PlanFacts;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Plans of statements that were slow, as auto_explain has written them to the server's log: the end
 * of it, through a function that shows nothing else ({@code db/admin/slow_plans.sql}). Thread-safe.
 */
@ApplicationScoped
public class SlowPlanLog {

  private static final int BYTES = 1 << 20;

  private static final String ABLE =
      """
      SELECT current_setting('auto_explain.log_min_duration', true),
             current_setting('auto_explain.log_format', true),
             CASE WHEN to_regprocedure('public.tola_slow_plans(integer)') IS NOT NULL
                  THEN has_function_privilege('public.tola_slow_plans(integer)', 'EXECUTE') END
      """;

  private static final String READ = "SELECT logged_at, message FROM public.tola_slow_plans(?)";

  /** object_not_in_prerequisite_state: the log isn't written as JSON. */
  private static final String NO_LOG = "55000";

  private static final Pattern MESSAGE =
      Pattern.compile("duration: ([0-9.]+) ms\\s+plan:\\s*(.*)", Pattern.DOTALL);

  @Resource(lookup = "jdbc/tola-long")
  private DataSource database;

  /** For the container. */
  public SlowPlanLog() {}

  /** On a data source of one's own. */
  public SlowPlanLog(DataSource database) {
    this.database = database;
  }

  /** One execution; its text and conditions still have their literals. */
  public record Logged(Instant at, BigDecimal durationMs, PlanFacts plan) {}

  /**
   * What is there.
   *
   * @param missing why it can't be read; null when it can
   * @param plans the newest first
   */
  public record Answer(String missing, List<Logged> plans) {}

  /** The last ones, of all nodes and of whoever else uses the database. */
  public Answer read() throws SQLException {
    try (Connection connection = database.getConnection()) {
      String missing = missing(connection);
      return missing == null ? plans(connection) : new Answer(missing, List.of());
    } catch (SQLException e) {
      if (NO_LOG.equals(e.getSQLState())) {
        return new Answer(
            "PostgreSQL doesn't write its log as JSON: set logging_collector = on and log_destination ="
                + " 'stderr,jsonlog', and restart it.",
            List.of());
      }
      throw e;
    }
  }

  private static String missing(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(ABLE);
        ResultSet row = select.executeQuery()) {
      row.next();
      String duration = row.getString(1);
      if (duration == null || duration.isEmpty()) {
        return "auto_explain isn't loaded: add it to shared_preload_libraries, set"
            + " auto_explain.log_min_duration = '1s' and auto_explain.log_format = json.";
      }
      if (duration.equals("-1")) {
        return "auto_explain is switched off: set auto_explain.log_min_duration = '1s'.";
      }
      if (!"json".equals(row.getString(2))) {
        return "auto_explain doesn't write JSON: set auto_explain.log_format = json.";
      }
      if (!row.getBoolean(3)) {
        return "The application may not read auto_explain's log: a superuser has to run"
            + " db/admin/slow_plans.sql.";
      }
      return null;
    }
  }

  private static Answer plans(Connection connection) throws SQLException {
    List<Logged> found = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(READ)) {
      select.setInt(1, BYTES);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          Logged one = logged(rows.getObject(1, OffsetDateTime.class), rows.getString(2));
          if (one != null) {
            found.add(0, one);
          }
        }
      }
    }
    return new Answer(null, found);
  }

  private static Logged logged(OffsetDateTime at, String message) {
    Matcher parts = MESSAGE.matcher(message);
    if (!parts.matches()) {
      return null;
    }
    try {
      return new Logged(
          at.toInstant(), new BigDecimal(parts.group(1)), PlanFacts.of(parts.group(2)));
    } catch (IllegalArgumentException e) {
      return null; // not ours
    }
  }
}
