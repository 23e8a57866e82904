package io.tola.performance.store;

import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvice.KeyColumn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A schema with indexes left out on purpose, each on tables of its own, and others where none is
 * wanted; with the statements that run on it.
 */
final class PlantedGaps {

  /** How often each statement runs. */
  static final int CALLS = 15;

  /**
   * An index that is missing.
   *
   * @param wanted whether an advice for its table is the one
   */
  record Gap(String kind, String table, Predicate<IndexAdvice> wanted) {}

  /** A statement, and what is bound to its parameters in the {@code k}th execution. */
  record Run(String sql, int times, Values values) {}

  interface Values {
    Object[] of(int k);
  }

  final List<Gap> gaps = new ArrayList<>();
  final List<Gap> decoys = new ArrayList<>();
  final List<String> create = new ArrayList<>();
  final List<Run> runs = new ArrayList<>();

  private static final Values NONE = k -> new Object[0];

  PlantedGaps() {
    for (int i = 0; i < 12; i++) {
      String t = table("single" + i, 12_000, "g % " + (500 + 200 * i), "g % 7", "'x'", 60);
      gap("single", t, keys("a"));
      run("SELECT * FROM " + t + " WHERE a = ?", k -> new Object[] {k});
    }
    for (int i = 0; i < 3; i++) {
      String t = table("any" + i, 12_000, "g % 3000", "g % 7", "'x'", 60);
      gap("= ANY", t, keys("a"));
      run(
          "SELECT id, b FROM " + t + " WHERE a = ANY (?)",
          k -> new Object[] {new Integer[] {k, k + 1, k + 2}});
    }
    for (int i = 0; i < 10; i++) {
      String t = table("range" + i, 12_000, "g % " + (30 + i), "g % 7", "'x'", 60);
      // Rows don't lie in the order of their times: a range alone is spread over all pages.
      create.add(
          "UPDATE "
              + t
              + " SET ts = timestamp '2026-01-01' + (id * 7919 % 12000) * interval '1 s'");
      create.add("VACUUM FULL " + t);
      gap("equality and range", t, keys("a", "ts"));
      run(
          "SELECT * FROM " + t + " WHERE a = ? AND ts >= ?::timestamp AND ts < ?::timestamp",
          k ->
              new Object[] {
                k, "2026-01-01 00:" + (10 + k) + ":00", "2026-01-01 00:" + (12 + k) + ":00"
              });
    }
    for (int i = 0; i < 10; i++) {
      String t = table("sorted" + i, 12_000, "g % " + (8 + i), "g % 7", "'x'", 60);
      gap("equality and order", t, keys("a", "ts"));
      run(
          "SELECT * FROM "
              + t
              + " WHERE a = ? ORDER BY ts "
              + (i % 2 == 0 ? "DESC" : "")
              + " LIMIT 10",
          k -> new Object[] {k % 8});
    }
    for (int i = 0; i < 6; i++) {
      String t = table("both" + i, 12_000, "g % 40", "(g / 40) % " + (30 + i), "'x'", 60);
      gap(
          "two equalities",
          t,
          a -> columns(a).size() == 2 && columns(a).containsAll(List.of("a", "b")));
      run("SELECT * FROM " + t + " WHERE a = ? AND b = ?", k -> new Object[] {k, k});
    }
    for (int i = 0; i < 6; i++) {
      String one = "g.parent" + i;
      create.add("CREATE TABLE " + one + " (id int PRIMARY KEY, code text UNIQUE)");
      create.add("INSERT INTO " + one + " SELECT g, 'c' || g FROM generate_series(1, 2000) g");
      String t = table("child" + i, 12_000, "g % 2000 + 1", "g % 7", "'x'", 60);
      gap("join", t, keys("a"));
      run(
          "SELECT c.id, c.s FROM " + one + " p JOIN " + t + " c ON c.a = p.id WHERE p.code = ?",
          k -> new Object[] {"c" + (k + 1)});
    }
    for (int i = 0; i < 2; i++) {
      String one = "g.owner" + i;
      create.add("CREATE TABLE " + one + " (id int PRIMARY KEY, code text UNIQUE)");
      create.add("INSERT INTO " + one + " SELECT g, 'c' || g FROM generate_series(1, 2000) g");
      String t = table("owned" + i, 12_000, "g % 2000 + 1", "g % 7", "'x'", 60);
      gap("EXISTS", t, keys("a"));
      run(
          "SELECT p.id FROM "
              + one
              + " p WHERE p.code = ? AND EXISTS (SELECT FROM "
              + t
              + " c WHERE c.a = p.id)",
          k -> new Object[] {"c" + (k + 1)});
    }
    String few = "CASE WHEN g % 150 = 0 THEN 'NEW' ELSE 'DONE' END";
    for (int i = 0; i < 6; i++) {
      String t = table("status" + i, 12_000, "g % 3", "g % 7", few, 60);
      gap(
          "partial by a constant",
          t,
          a -> a.predicate() != null && a.predicate().startsWith("s = "));
      run(
          "SELECT id, ts FROM "
              + t
              + " WHERE s = 'NEW'"
              + (i % 2 == 0 ? " ORDER BY ts LIMIT 5" : ""),
          NONE);
    }
    String open = "CASE WHEN g % 200 = 0 THEN NULL ELSE 'x' END";
    for (int i = 0; i < 4; i++) {
      String t = table("open" + i, 12_000, "g % 3", "g % 7", open, 60);
      gap("partial by IS NULL", t, a -> "s IS NULL".equals(a.predicate()));
      run("SELECT id, ts FROM " + t + " WHERE s IS NULL ORDER BY ts LIMIT 8", NONE);
    }
    for (int i = 0; i < 6; i++) {
      String t = table("carried" + i, 12_000, "(g * 7919) % 12", "g % 7", "'x'", 240);
      gap("covering", t, a -> a.include().contains("n") || columns(a).contains("n"));
      run("SELECT sum(n) FROM " + t + " WHERE a = ?", k -> new Object[] {k % 12});
    }
    for (int i = 0; i < 2; i++) {
      String t = table("written" + i, 12_000, "g % 4000", "g % 7", "'x'", 60);
      gap("UPDATE", t, keys("a"));
      run("UPDATE " + t + " SET n = n + 1 WHERE a = ?", k -> new Object[] {k});
      String d = table("deleted" + i, 12_000, "g % 4000", "g % 7", "'x'", 60);
      gap("DELETE", d, keys("a"));
      run("DELETE FROM " + d + " WHERE a = ?", k -> new Object[] {k});
    }
    for (int i = 0; i < 2; i++) {
      String t = table("latest" + i, 12_000, "g % 20", "g % 7", "'x'", 60);
      gap("max", t, keys("a", "ts"));
      run("SELECT max(ts) FROM " + t + " WHERE a = ?", k -> new Object[] {k});
    }
    for (int i = 0; i < 2; i++) {
      // One index for three statements.
      String t = table("shared" + i, 12_000, "g % 300", "(g / 300) % 40", "'x'", 60);
      gap(
          "shared by three",
          t,
          a -> columns(a).equals(List.of("a", "b", "ts")) || columns(a).equals(List.of("a", "b")));
      run("SELECT * FROM " + t + " WHERE a = ?", k -> new Object[] {k});
      run("SELECT * FROM " + t + " WHERE a = ? AND b = ?", k -> new Object[] {k, k});
      run(
          "SELECT * FROM " + t + " WHERE a = ? AND b = ? AND ts > ?::timestamp",
          k -> new Object[] {k, k, "2026-01-01 01:00:00"});
    }
    for (int i = 0; i < 2; i++) {
      String t = table("viewed" + i, 12_000, "g % 3000", "g % 7", "'x'", 60);
      create.add("CREATE VIEW " + t + "_v AS SELECT a AS key, b, s FROM " + t + " WHERE b <> 3");
      gap("through a view", t, keys("a"));
      run("SELECT v.s FROM " + t + "_v v WHERE v.key = ?", k -> new Object[] {k});
    }
    {
      String t = "g.parted";
      create.add(
          "CREATE TABLE " + t + " (id int, a int, ts timestamp, pad text) PARTITION BY RANGE (id)");
      for (int p = 0; p < 3; p++) {
        create.add(
            "CREATE TABLE "
                + t
                + p
                + " PARTITION OF "
                + t
                + " FOR VALUES FROM ("
                + p * 8_000
                + ") TO ("
                + (p + 1) * 8_000
                + ")");
      }
      create.add(
          "INSERT INTO "
              + t
              + " SELECT g, g % 3000, timestamp '2026-01-01' + g * interval '1 s', repeat('x', 60) FROM generate_series(1, 20000) g");
      gap("partitioned", t, keys("a"));
      run("SELECT * FROM " + t + " WHERE a = ?", k -> new Object[] {k});
    }
    {
      create.add("CREATE TABLE g.\"Odd Table\" (id int, \"Select\" int, \"select\" int, pad text)");
      create.add(
          "INSERT INTO g.\"Odd Table\" SELECT g, g % 3000, g % 7, repeat('x', 90) FROM generate_series(1, 12000) g");
      gap("names that need quotes", "g.Odd Table", keys("Select"));
      run("SELECT * FROM g.\"Odd Table\" WHERE \"Select\" = ?", k -> new Object[] {k});
    }
    decoys();
  }

  private void decoys() {
    for (int i = 0; i < 6; i++) {
      String t = table("indexed" + i, 12_000, "g % 3000", "g % 7", "'x'", 60);
      create.add("CREATE INDEX ON " + t + " (a)");
      decoy("already indexed", t);
      run("SELECT * FROM " + t + " WHERE a = ?", k -> new Object[] {k});
    }
    for (int i = 0; i < 4; i++) {
      String t = table("begun" + i, 12_000, "g % 3000", "g % 7", "'x'", 60);
      create.add("CREATE INDEX ON " + t + " (a, b DESC)");
      decoy("prefix of one that is there", t);
      run("SELECT * FROM " + t + " WHERE a = ?", k -> new Object[] {k});
    }
    for (int i = 0; i < 4; i++) {
      String t = table("tiny" + i, 90, "g", "g % 7", "'x'", 60);
      decoy("tiny table", t);
      run("SELECT * FROM " + t + " WHERE a = ?", k -> new Object[] {k});
    }
    for (int i = 0; i < 4; i++) {
      String t = table("plain" + i, 12_000, "g % 2", "g % 7", "'x'", 60);
      decoy("low selectivity", t);
      run("SELECT * FROM " + t + " WHERE a = ?", k -> new Object[] {k % 2});
    }
    for (int i = 0; i < 3; i++) {
      String t = table("busy" + i, 3_000, "g % 1000", "g % 7", "'x'", 60);
      decoy("written far more than read", t);
      run("SELECT * FROM " + t + " WHERE a = ?", k -> new Object[] {k});
      runs.add(
          new Run(
              "INSERT INTO "
                  + t
                  + " SELECT g, g % 1000, 1, 'x', now(), 1, 'x' FROM generate_series(1, 2000) g",
              10,
              NONE));
    }
    for (int i = 0; i < 2; i++) {
      String t = table("hot" + i, 1_000, "g % 500", "g % 100", "'x'", 200);
      create.add("ALTER TABLE " + t + " SET (fillfactor = 50)");
      create.add("VACUUM FULL " + t);
      create.add("CREATE INDEX ON " + t + " (id)");
      decoy("every update sets the column", t);
      runs.add(new Run("SELECT * FROM " + t + " WHERE b = ?", 5, k -> new Object[] {k % 100}));
      runs.add(
          new Run(
              "UPDATE " + t + " SET b = (b + 1) % 100 WHERE id = ?",
              3_000,
              k -> new Object[] {k % 1_000 + 1}));
    }
    for (int i = 0; i < 2; i++) {
      String t = table("once" + i, 12_000, "g % 3000", "g % 7", "'x'", 60);
      decoy("asked once", t);
      runs.add(new Run("SELECT * FROM " + t + " WHERE a = ?", 1, k -> new Object[] {k}));
    }
    for (int i = 0; i < 2; i++) {
      String t = table("unique" + i, 12_000, "g", "g % 7", "'x'", 60);
      create.add("CREATE UNIQUE INDEX ON " + t + " (a)");
      decoy("unique already", t);
      run("SELECT id FROM " + t + " WHERE a = ? AND b = ?", k -> new Object[] {k, k % 7});
    }
  }

  private String table(String name, int rows, String a, String b, String s, int pad) {
    String t = "g." + name;
    create.add(
        "CREATE TABLE " + t + " (id int, a int, b int, s text, ts timestamp, n numeric, pad text)");
    create.add(
        "INSERT INTO "
            + t
            + " SELECT g, "
            + a
            + ", "
            + b
            + ", "
            + s
            + ", timestamp '2026-01-01' + g * interval '1 s', g, repeat('x', "
            + pad
            + ") FROM generate_series(1, "
            + rows
            + ") g");
    return t;
  }

  private void gap(String kind, String table, Predicate<IndexAdvice> wanted) {
    gaps.add(new Gap(kind, table, wanted));
  }

  private void decoy(String kind, String table) {
    decoys.add(new Gap(kind, table, a -> false));
  }

  private void run(String sql, Values values) {
    runs.add(new Run(sql, CALLS, values));
  }

  /** The same keys in this order, whatever it carries. */
  private static Predicate<IndexAdvice> keys(String... columns) {
    return a -> columns(a).equals(List.of(columns));
  }

  static List<String> columns(IndexAdvice advice) {
    return advice.columns().stream().map(KeyColumn::column).toList();
  }

  /** Makes and fills the tables. */
  void plant(Connection connection) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA g");
      for (String sql : create) {
        statement.execute(sql);
      }
      statement.execute("GRANT USAGE ON SCHEMA g TO app");
      statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA g TO app");
      statement.execute("VACUUM ANALYZE");
    }
  }

  /** Runs the statements, as the application's role. */
  void work(Connection connection) throws SQLException {
    for (Run run : runs) {
      try (PreparedStatement statement = connection.prepareStatement(run.sql())) {
        for (int k = 0; k < run.times(); k++) {
          Object[] values = run.values().of(k);
          for (int v = 0; v < values.length; v++) {
            if (values[v] instanceof Integer[] array) {
              statement.setArray(v + 1, connection.createArrayOf("int4", array));
            } else {
              statement.setObject(v + 1, values[v]);
            }
          }
          statement.execute();
        }
      }
    }
  }
}
