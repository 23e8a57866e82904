package io.tola.performance.store;

import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvice.ServedStatement;
import io.tola.performance.api.TrialFigures;
import io.tola.performance.api.TrialFigures.Method;
import io.tola.performance.domain.TrialNames;
import io.tola.performance.domain.TrialParameters;
import io.tola.performance.domain.TrialParameters.Slot;
import io.tola.performance.domain.TrialParameters.Source;
import io.tola.performance.domain.TrialParameters.Use;
import io.tola.performance.domain.TrialRounds;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Runs the statements that an index serves, and reads how they did for others. With the application's
 * rights, in read-only transactions that are rolled back. Values for their parameters come from the
 * table's rows and statistics; they stay in memory and in the statements, and what the server says of
 * a statement that failed, which may quote them, goes no further than here. Thread-safe.
 */
@ApplicationScoped
public class TrialWorkload {

  /** Statements of one index that are looked at, those that gain most. */
  private static final int MOST_STATEMENTS = 5;

  /** Sets of values for a statement: half from rows, half from statistics. */
  private static final int SETS = 6;

  private static final int SAMPLED_ROWS = 2_000;
  private static final int IN_AN_ARRAY = 5;
  private static final int MOST_ROUNDS = 9;
  private static final int LEAST_ROUNDS = 5;
  private static final String NAME = "tola_trial_";

  private static final Pattern MILLIS = Pattern.compile("\"Execution Time\": ([0-9.]+)");
  private static final Pattern HIT = Pattern.compile("\"Shared Hit Blocks\": ([0-9]+)");
  private static final Pattern READ = Pattern.compile("\"Shared Read Blocks\": ([0-9]+)");

  private static final String EXTENSION =
      "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"
          + " WHERE e.extname = 'pg_stat_statements'";

  private static final String COLUMNS =
      """
      SELECT n.nspname, c.relname, a.attname
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.oid = to_regclass(?)
      """;

  private static final String STATISTICS =
      """
      SELECT DISTINCT ON (attname) attname, most_common_vals::text::text[],
             histogram_bounds::text::text[]
      FROM pg_stats WHERE schemaname = ? AND tablename = ?
      ORDER BY attname, inherited DESC
      """;

  @Resource(lookup = "jdbc/tola-long")
  private DataSource database;

  /** For the container. */
  public TrialWorkload() {}

  public TrialWorkload(DataSource database) {
    this.database = database;
  }

  /**
   * Statements with the values that they are run with.
   *
   * @param skipped those that can't be run here, with the reason, by query id
   * @param generic whether to plan once for all values, as jdbc/tola does
   */
  public record Replay(List<Runnable> statements, Map<String, String> skipped, boolean generic) {

    /**
     * @param arguments of {@code EXECUTE}, one for each set of values
     */
    public record Runnable(String text, long calls, List<String> arguments) {}

    public boolean possible() {
      return !statements.isEmpty();
    }
  }

  /** A statement failed; the sentence is ours, without the server's text and the values in it. */
  public static final class Failed extends SQLException {

    private static final long serialVersionUID = 1L;

    private Failed(String state) {
      super("A statement that it serves ended with SQLState " + state + ": " + why(state), state);
    }

    static Failed of(SQLException e) {
      return e instanceof Failed failed
          ? failed
          : new Failed(e.getSQLState() == null ? "" : e.getSQLState());
    }

    private static String why(String state) {
      if (state.startsWith("22")) {
        return "a value doesn't fit where it is used.";
      }
      if (state.startsWith("08") || state.startsWith("57P")) {
        return "its session was ended.";
      }
      return switch (state) {
        case "25006" -> "it writes or locks rows.";
        case "42501" -> "the application has no right to it.";
        case "55P03" -> "it waited too long for a lock.";
        case "57014" -> "it took longer than it may.";
        default ->
            state.startsWith("42")
                ? "it can't be prepared on its own."
                : "the database's log says why.";
      };
    }
  }

  /** What the server counted of some statements. */
  public record Counts(long calls, double totalMillis, long blocks) {}

  private record Column(String schema, String table, String name) {}

  /** What values of one table there are: columns of the same rows, and statistics by column. */
  private record Values(
      Map<String, List<String>> rows,
      Map<String, List<String>> common,
      Map<String, List<String>> bounds) {}

  private record Run(double millis, long blocks, boolean usesIndex) {}

  /** Which of the statements can be run, and with which values. */
  public Replay replayable(IndexAdvice advice, int statementSeconds) throws SQLException {
    List<Replay.Runnable> found = new ArrayList<>();
    Map<String, String> skipped = new TreeMap<>();
    // A partial index serves statements that say its predicate; pg_stat_statements has a parameter
    // there, which only a plan for the value knows.
    boolean generic = advice.predicate() == null;
    try (Connection connection = database.getConnection()) {
      Map<String, String> texts = texts(connection, advice);
      for (ServedStatement served :
          advice.serves().subList(0, Math.min(MOST_STATEMENTS, advice.serves().size()))) {
        String text = texts.getOrDefault(served.queryId(), served.statement());
        try {
          List<String> arguments = arguments(connection, text, advice);
          Replay.Runnable runnable =
              new Replay.Runnable(text, Math.max(1, served.calls()), arguments);
          tryOut(connection, runnable, generic, statementSeconds);
          found.add(runnable);
        } catch (NoValues e) {
          skipped.put(served.queryId(), e.getMessage());
        } catch (SQLException e) {
          if (connection.isClosed() || !connection.isValid(2)) {
            throw Failed.of(e);
          }
          skipped.put(served.queryId(), Failed.of(e).getMessage());
        }
      }
    }
    return new Replay(found, skipped, generic);
  }

  /** With all sets of values, because one that doesn't fit would end the whole measurement later. */
  private void tryOut(Connection connection, Replay.Runnable one, boolean generic, int seconds)
      throws SQLException {
    try {
      begin(connection, generic, seconds);
      execute(connection, "PREPARE " + NAME + "0 AS " + one.text());
      for (String arguments : one.arguments()) {
        run(connection, 0, arguments, null);
      }
    } finally {
      tidy(connection, 1);
    }
  }

  /**
   * How long they take: a round that isn't counted, then 5 to 9 that are, as many as the time allows.
   *
   * @param index whose use is looked for in the plans, or null
   * @throws Failed when one of them does
   */
  public TrialFigures replay(Replay replay, String index, int statementSeconds, int wantedSeconds)
      throws SQLException {
    List<Replay.Runnable> statements = replay.statements();
    long calls = statements.stream().mapToLong(Replay.Runnable::calls).sum();
    List<Double> rounds = new ArrayList<>();
    double blocks = 0;
    boolean uses = false;
    try (Connection connection = database.getConnection()) {
      try {
        begin(connection, replay.generic(), statementSeconds);
        for (int i = 0; i < statements.size(); i++) {
          execute(connection, "PREPARE " + NAME + i + " AS " + statements.get(i).text());
        }
        int wanted = MOST_ROUNDS;
        for (int round = 0; round <= wanted; round++) {
          long begin = System.nanoTime();
          double millis = 0;
          double touched = 0;
          for (int i = 0; i < statements.size(); i++) {
            Replay.Runnable one = statements.get(i);
            double share = (double) one.calls() / calls / one.arguments().size();
            for (String arguments : one.arguments()) {
              Run run = run(connection, i, arguments, index);
              millis += share * run.millis();
              touched += share * run.blocks();
              uses |= run.usesIndex();
            }
          }
          if (round == 0) {
            double took = Math.max(1e-6, (System.nanoTime() - begin) / 1e9);
            wanted = (int) Math.max(LEAST_ROUNDS, Math.min(MOST_ROUNDS, wantedSeconds / took));
          } else {
            rounds.add(millis);
            blocks += touched;
          }
        }
      } catch (SQLException e) {
        throw Failed.of(e);
      } finally {
        tidy(connection, statements.size());
      }
    }
    TrialRounds all = TrialRounds.of(rounds);
    return new TrialFigures(
        Method.REPLAYED,
        replay.generic() ? "generic" : "custom",
        statements.size(),
        replay.skipped().size(),
        rounds.size(),
        TrialRounds.decimal(all.median()),
        TrialRounds.decimal(all.low()),
        TrialRounds.decimal(all.high()),
        TrialRounds.decimal(blocks / rounds.size()),
        uses);
  }

  /** What the server has counted of the statements; empty without pg_stat_statements. */
  public Optional<Counts> counts(Collection<String> queryIds) throws SQLException {
    try (Connection connection = database.getConnection()) {
      Optional<String> schema = extension(connection);
      if (schema.isEmpty()) {
        return Optional.empty();
      }
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT coalesce(sum(calls), 0)::bigint, coalesce(sum(total_exec_time), 0),"
                  + " coalesce(sum(shared_blks_hit + shared_blks_read), 0)::bigint FROM "
                  + schema.get()
                  + ".pg_stat_statements WHERE queryid = ANY (?::bigint[])"
                  + " AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())")) {
        select.setArray(1, connection.createArrayOf("text", queryIds.toArray()));
        try (ResultSet row = select.executeQuery()) {
          row.next();
          return Optional.of(new Counts(row.getLong(1), row.getDouble(2), row.getLong(3)));
        }
      }
    }
  }

  /** Where plans are generic, no value is a part of them, and so of what auto_explain writes of them. */
  private static void begin(Connection connection, boolean generic, int seconds)
      throws SQLException {
    execute(connection, "SET statement_timeout = '" + seconds + "s'");
    execute(
        connection,
        "SET plan_cache_mode = " + (generic ? "force_generic_plan" : "force_custom_plan"));
  }

  private static Run run(Connection connection, int number, String arguments, String index)
      throws SQLException {
    execute(connection, "BEGIN READ ONLY");
    try (Statement explain = connection.createStatement()) {
      explain.setEscapeProcessing(false);
      String plan;
      try (ResultSet row =
          explain.executeQuery(
              "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) EXECUTE "
                  + NAME
                  + number
                  + arguments)) {
        row.next();
        plan = row.getString(1);
      }
      return new Run(
          first(MILLIS, plan),
          // The topmost node's, which has those of all below it, stand first.
          (long) (first(HIT, plan) + first(READ, plan)),
          index != null && plan.contains("\"Index Name\": \"" + index + '"'));
    } finally {
      execute(connection, "ROLLBACK");
    }
  }

  private static double first(Pattern pattern, String plan) {
    Matcher m = pattern.matcher(plan);
    return m.find() ? Double.parseDouble(m.group(1)) : 0;
  }

  /** The pool's next user gets the session as it was. */
  private static void tidy(Connection connection, int statements) throws SQLException {
    if (connection.isClosed() || !connection.isValid(2)) {
      return;
    }
    try (Statement select = connection.createStatement();
        ResultSet rows =
            select.executeQuery(
                "SELECT 'DEALLOCATE ' || quote_ident(name) FROM pg_prepared_statements"
                    + " WHERE from_sql AND name LIKE 'tola\\_trial\\_%' LIMIT "
                    + statements)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      for (String deallocate : found) {
        execute(connection, deallocate);
      }
    }
    execute(connection, "RESET plan_cache_mode");
    execute(connection, "RESET statement_timeout");
    // A statement may have taken some of the session's own.
    execute(connection, "SELECT pg_advisory_unlock_all()");
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    }
  }

  // Texts and values

  private static Optional<String> extension(Connection connection) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(EXTENSION);
        ResultSet row = select.executeQuery()) {
      return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
    }
  }

  /** Whole texts by query id, as the server keeps them; empty where it keeps none. */
  private static Map<String, String> texts(Connection connection, IndexAdvice advice)
      throws SQLException {
    Map<String, String> found = new HashMap<>();
    Optional<String> schema = extension(connection);
    if (schema.isPresent()) {
      try (PreparedStatement select =
          connection.prepareStatement(
              "SELECT queryid::text, query FROM "
                  + schema.get()
                  + ".pg_stat_statements WHERE queryid = ANY (?::bigint[]) AND query IS NOT NULL"
                  + " AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
                  + " ORDER BY calls")) {
        select.setArray(
            1,
            connection.createArrayOf(
                "text", advice.serves().stream().map(ServedStatement::queryId).toArray()));
        try (ResultSet rows = select.executeQuery()) {
          while (rows.next()) {
            found.put(rows.getString(1), rows.getString(2));
          }
        }
      }
    }
    return found;
  }

  /** No values are to be had for a statement. */
  private static final class NoValues extends Exception {

    private static final long serialVersionUID = 1L;

    NoValues(String why) {
      super(why, null, false, false);
    }
  }

  private static List<String> arguments(Connection connection, String text, IndexAdvice advice)
      throws SQLException, NoValues {
    List<Integer> numbers = TrialParameters.numbers(text);
    if (numbers.isEmpty()) {
      return List.of("");
    }
    Map<Integer, Slot> slots = TrialParameters.slots(text);
    List<Integer> unknown = TrialParameters.unknown(text, slots);
    if (!unknown.isEmpty()) {
      throw new NoValues("It isn't clear what $" + unknown.get(0) + " is compared with.");
    }
    List<String> types;
    try {
      execute(connection, "PREPARE " + NAME + "0 AS " + text);
      types = types(connection);
    } finally {
      tidy(connection, 1);
    }
    Map<Integer, Column> columns = columns(connection, text, slots, advice);
    Map<String, Values> values = new HashMap<>();
    for (Column column : columns.values()) {
      String table = table(column);
      if (!values.containsKey(table)) {
        List<String> wanted =
            columns.values().stream()
                .filter(c -> table(c).equals(table))
                .map(Column::name)
                .distinct()
                .toList();
        values.put(table, values(connection, column, wanted));
      }
    }
    List<String> sets = new ArrayList<>();
    for (int set = 0; set < SETS; set++) {
      List<String> arguments = new ArrayList<>();
      for (int number = 1; number <= types.size(); number++) {
        Slot slot = slots.get(number);
        Column column = columns.get(number);
        arguments.add(
            argument(
                set,
                slot,
                types.get(number - 1),
                column,
                column == null ? null : values.get(table(column)),
                slots));
      }
      sets.add("(" + String.join(", ", arguments) + ")");
    }
    return sets.stream().distinct().toList();
  }

  private static String table(Column column) {
    return TrialNames.quoted(column.schema()) + "." + TrialNames.quoted(column.table());
  }

  private static List<String> types(Connection connection) throws SQLException {
    try (PreparedStatement select =
            connection.prepareStatement(
                "SELECT parameter_types::text[] FROM pg_prepared_statements WHERE name = '"
                    + NAME
                    + "0'");
        ResultSet row = select.executeQuery()) {
      row.next();
      return Arrays.asList((String[]) row.getArray(1).getArray());
    }
  }

  private static Map<Integer, Column> columns(
      Connection connection, String text, Map<Integer, Slot> slots, IndexAdvice advice)
      throws SQLException, NoValues {
    Map<String, List<Column>> bySource = new TreeMap<>();
    for (Source source : TrialParameters.sources(text).values()) {
      String name =
          (source.schema() == null ? "" : TrialNames.quoted(source.schema()) + ".")
              + TrialNames.quoted(source.table());
      bySource.put(source.alias(), columns(connection, name));
    }
    Map<Integer, Column> found = new HashMap<>();
    for (Slot slot : slots.values()) {
      if (slot.column() == null) {
        continue;
      }
      List<Column> candidates =
          bySource.entrySet().stream()
              .filter(e -> slot.qualifier() == null || e.getKey().equals(slot.qualifier()))
              .flatMap(e -> e.getValue().stream())
              .filter(c -> c.name().equals(slot.column()))
              .toList();
      Column column =
          candidates.stream()
              .filter(c -> c.schema().equals(advice.schema()) && c.table().equals(advice.table()))
              .findFirst()
              .or(() -> candidates.stream().findFirst())
              .orElseThrow(
                  () ->
                      new NoValues(
                          "$"
                              + slot.number()
                              + " is compared with "
                              + slot.column()
                              + ", which is no column of a table it reads."));
      found.put(slot.number(), column);
    }
    return found;
  }

  private static List<Column> columns(Connection connection, String table) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(COLUMNS)) {
      select.setString(1, table);
      try (ResultSet rows = select.executeQuery()) {
        List<Column> found = new ArrayList<>();
        while (rows.next()) {
          found.add(new Column(rows.getString(1), rows.getString(2), rows.getString(3)));
        }
        return found;
      }
    }
  }

  private static Values values(Connection connection, Column of, List<String> wanted)
      throws SQLException {
    Map<String, List<String>> common = new HashMap<>();
    Map<String, List<String>> bounds = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(STATISTICS)) {
      select.setString(1, of.schema());
      select.setString(2, of.table());
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          common.put(rows.getString(1), texts(rows, 2));
          bounds.put(rows.getString(1), texts(rows, 3));
        }
      }
    }
    Map<String, List<String>> sampled = new HashMap<>();
    wanted.forEach(c -> sampled.put(c, new ArrayList<>()));
    String list =
        String.join(", ", wanted.stream().map(c -> TrialNames.quoted(c) + "::text").toList());
    try (Statement select = connection.createStatement();
        ResultSet rows =
            select.executeQuery(
                "SELECT "
                    + list
                    + " FROM "
                    + table(of)
                    + sample(connection, of)
                    + " LIMIT "
                    + SAMPLED_ROWS)) {
      while (rows.next()) {
        for (int i = 0; i < wanted.size(); i++) {
          sampled.get(wanted.get(i)).add(rows.getString(i + 1));
        }
      }
    }
    return new Values(sampled, common, bounds);
  }

  /** Some hundred pages of a large table, all of a small one or of a view. */
  private static String sample(Connection connection, Column of) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT relpages, relkind = 'r' FROM pg_class WHERE oid = to_regclass(?)")) {
      select.setString(1, table(of));
      try (ResultSet row = select.executeQuery()) {
        if (!row.next() || !row.getBoolean(2) || row.getInt(1) < 1_000) {
          return "";
        }
        // As many as hold the rows wanted even where each page has ten of them only.
        return " TABLESAMPLE SYSTEM ("
            + Math.min(100.0, 100.0 * SAMPLED_ROWS / 10 / row.getInt(1))
            + ") REPEATABLE (1)";
      }
    }
  }

  private static List<String> texts(ResultSet rows, int column) throws SQLException {
    java.sql.Array array = rows.getArray(column);
    return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
  }

  private static String argument(
      int set, Slot slot, String type, Column column, Values values, Map<Integer, Slot> slots)
      throws NoValues {
    return switch (slot.use()) {
      case LIMIT -> literal("50", type);
      case OFFSET -> literal("0", type);
      case SHOWN -> neutral(type);
      case EQUAL -> equal(set, type, column, values);
      case LOWER, UPPER -> bound(set, slot, type, column, values, slots);
    };
  }

  private static String equal(int set, String type, Column column, Values values) throws NoValues {
    List<String> rows = values.rows().get(column.name());
    List<String> known = new ArrayList<>(values.common().getOrDefault(column.name(), List.of()));
    known.addAll(values.bounds().getOrDefault(column.name(), List.of()));
    if (type.endsWith("[]")) {
      List<String> some = new ArrayList<>();
      for (int i = 0; i < IN_AN_ARRAY; i++) {
        some.add(
            literal(
                one(set * IN_AN_ARRAY + i, SETS * IN_AN_ARRAY, rows, known, column),
                type.substring(0, type.length() - 2)));
      }
      return "ARRAY[" + String.join(", ", some) + "]::" + type;
    }
    return literal(one(set, SETS, rows, known, column), type);
  }

  /** In even sets of a row, the same for all columns; in odd ones of the statistics, the common values first. */
  private static String one(int set, int sets, List<String> rows, List<String> known, Column column)
      throws NoValues {
    if (set % 2 == 1 && !known.isEmpty()) {
      return known.get((int) ((long) set * known.size() / sets));
    }
    // Spread over the sample; values that are missing have neighbours.
    for (int i = 0; i < rows.size(); i++) {
      String value = rows.get((int) (((long) set * rows.size() / sets + i) % rows.size()));
      if (value != null) {
        return value;
      }
    }
    if (known.isEmpty()) {
      throw new NoValues(
          "There are no values of " + column.table() + "." + column.name() + " to compare with.");
    }
    return known.get((int) ((long) set * known.size() / sets));
  }

  /** Ranges of some per cent of the column when both ends are given, its upper end when one is. */
  private static String bound(
      int set, Slot slot, String type, Column column, Values values, Map<Integer, Slot> slots)
      throws NoValues {
    List<String> bounds = values.bounds().getOrDefault(column.name(), List.of());
    if (bounds.isEmpty()) {
      return equal(set, type, column, values);
    }
    Use other = slot.use() == Use.LOWER ? Use.UPPER : Use.LOWER;
    boolean both =
        slots.values().stream().anyMatch(s -> s.use() == other && slot.column().equals(s.column()));
    double from = 0.3 + 0.65 * set / SETS;
    double at;
    if (both) {
      at = slot.use() == Use.LOWER ? from : from + 0.05;
    } else {
      at = slot.use() == Use.LOWER ? 0.8 + 0.18 * set / SETS : 1 - 0.4 * set / SETS;
    }
    return literal(bounds.get((int) Math.min(bounds.size() - 1, at * bounds.size())), type);
  }

  private static String neutral(String type) throws NoValues {
    return switch (type) {
      case "text", "character varying", "unknown" -> "''";
      case "integer", "bigint", "smallint", "numeric", "double precision", "real" -> "1";
      case "boolean" -> "false";
      case "interval" -> "'1 day'";
      case "timestamp with time zone", "timestamp without time zone", "date" -> "'2000-01-01'";
      default -> throw new NoValues("There is no value of type " + type + " that means nothing.");
    };
  }

  private static String literal(String value, String type) {
    return "'" + value.replace("'", "''") + "'::" + type;
  }
}
