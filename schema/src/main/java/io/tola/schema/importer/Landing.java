package io.tola.schema.importer;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Set;
import org.postgresql.util.PSQLException;

/**
 * One file on its way from its staging table into the tables, inside its transaction. In all SQL, {@code STAGE} is the staging table.
 */
final class Landing {

  /** A record that is there already, where that was not to be: the file's transaction is given up. */
  static final class Conflict extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** Errors of data and constraints: a record's fault, not the database's. */
  private static final Set<String> FAULTS_OF_RECORDS = Set.of("22", "23");

  private final Connection connection;
  private final String stage;
  private final String file;
  private final Settings settings;
  private final Counts counts;
  private final Rejections rejections;

  Landing(
      Connection connection,
      String stage,
      String file,
      Settings settings,
      Counts counts,
      Rejections rejections) {
    this.connection = connection;
    this.stage = stage;
    this.file = file;
    this.settings = settings;
    this.counts = counts;
    this.rejections = rejections;
  }

  Settings settings() {
    return settings;
  }

  Policy policy() {
    return settings.policy();
  }

  Counts counts() {
    return counts;
  }

  Connection connection() {
    return connection;
  }

  /** How many rows are staged now. */
  long staged() throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM " + stage)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Runs a statement; how many rows it touched. */
  long run(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      return statement.executeLargeUpdate(sql.replace("STAGE", stage));
    }
  }

  /** Locks the accounts of the staged rows, in the order in which everybody locks accounts. */
  void lockAccounts() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          "SELECT FROM portfolio.accounts WHERE account_id IN (SELECT account_id FROM "
              + stage
              + ") ORDER BY account_id FOR UPDATE");
    }
  }

  /** Reports the rows of a statement that takes records out of the stage and returns their number and the reason. */
  long reject(String sql) throws SQLException {
    long rejected = 0;
    try (var statement = connection.createStatement()) {
      statement.setFetchSize(10_000);
      try (var rows = statement.executeQuery(sql.replace("STAGE", stage))) {
        while (rows.next()) {
          rejections.add(file, rows.getLong(1), rows.getString(2));
          rejected++;
        }
      }
    }
    counts.rejected += rejected;
    return rejected;
  }

  /** As {@link #reject}, of records that are there already: when there are any, nothing of the file is imported. */
  void conflicts(String sql) throws SQLException, Conflict {
    if (reject(sql) > 0) {
      throw new Conflict();
    }
  }

  /**
   * Inserts the staged rows. What a rule of the database refuses all the same is found by halves and rejected, each with the rule's name.
   *
   * @param sql an {@code INSERT … SELECT … FROM STAGE s …}
   * @return how many rows were inserted
   */
  long insert(String sql) throws SQLException {
    return insert(sql, 0, Long.MAX_VALUE);
  }

  /** As {@link #insert(String)}, first with a statement that fails when anything is wrong, then with {@code careful}. */
  long insert(String quick, String careful) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      long inserted = run(quick);
      connection.releaseSavepoint(before);
      return inserted;
    } catch (SQLException e) {
      if (!isFaultOfRecord(e)) {
        throw e;
      }
      connection.rollback(before);
      return insert(careful);
    }
  }

  /** Whether a query finds a row. */
  boolean isAny(String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT EXISTS (" + sql.replace("STAGE", stage) + ")")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private long insert(String sql, long from, long to) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      String rows =
          from == 0 && to == Long.MAX_VALUE
              ? "FROM STAGE s"
              : "FROM (SELECT * FROM STAGE WHERE rec BETWEEN " + from + " AND " + to + ") s";
      long inserted = run(sql.replace("FROM STAGE s", rows));
      connection.releaseSavepoint(before);
      return inserted;
    } catch (SQLException e) {
      if (!isFaultOfRecord(e)) {
        throw e;
      }
      connection.rollback(before);
      if (from == to) {
        reject(
            "DELETE FROM STAGE WHERE rec = "
                + from
                + " RETURNING rec, '"
                + rule(e).replace("'", "''")
                + "'");
        return 0;
      }
      long low = from;
      long high = to;
      try (var statement = connection.createStatement();
          var row =
              statement.executeQuery(
                  "SELECT min(rec), max(rec) FROM "
                      + stage
                      + " WHERE rec BETWEEN "
                      + from
                      + " AND "
                      + to)) {
        row.next();
        low = row.getLong(1);
        high = row.getLong(2);
      }
      if (low == high) {
        return insert(sql, low, low);
      }
      long middle = low + (high - low) / 2;
      return insert(sql, low, middle) + insert(sql, middle + 1, high);
    }
  }

  static boolean isFaultOfRecord(SQLException e) {
    return e.getSQLState() != null && FAULTS_OF_RECORDS.contains(e.getSQLState().substring(0, 2));
  }

  /** Which rule of the database refused. */
  static String rule(SQLException e) {
    if (e instanceof PSQLException refused
        && refused.getServerErrorMessage() != null
        && refused.getServerErrorMessage().getConstraint() != null) {
      return "breaks the rule " + refused.getServerErrorMessage().getConstraint();
    }
    return e.getSQLState().startsWith("22")
        ? "has a value that its column can't hold"
        : "breaks a rule of its table";
  }
}
