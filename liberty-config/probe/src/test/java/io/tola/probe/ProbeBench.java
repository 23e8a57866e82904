package io.tola.probe;

import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.UUID;
import javax.sql.PooledConnection;
import org.postgresql.ds.PGConnectionPoolDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Prints what the probe adds to a statement: the same statements through the driver's own pool data
 * source and through {@link PostgresPool}, by turns. Not a test: run its main method. Arguments:
 * rounds, statements a round.
 */
final class ProbeBench {

  private ProbeBench() {}

  private interface Work {
    void run(PreparedStatement statement, Connection connection) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 15;
    int statements = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4_000;
    alone("a statement of 1 parameter, no database", 1);
    alone("a statement of 12 parameters, no database", 12);
    alone("a statement of 120 parameters, no database", 120);
    try (TestDatabase database = TestDatabase.create()) {
      var source = database.ownerDataSource().unwrap(PGSimpleDataSource.class);
      PGConnectionPoolDataSource bare = new PGConnectionPoolDataSource();
      PostgresPool timed = new PostgresPool();
      for (PGConnectionPoolDataSource pool : new PGConnectionPoolDataSource[] {bare, timed}) {
        pool.setURL(source.getURL());
        pool.setUser(source.getUser());
        pool.setPassword(source.getPassword());
      }
      PooledConnection one = bare.getPooledConnection();
      PooledConnection other = timed.getPooledConnection();
      compare(
          "SELECT of one row, 1 parameter",
          "SELECT ?::int",
          rounds,
          statements,
          one,
          other,
          (s, c) -> {
            s.setInt(1, 4);
            read(s);
          });
      String columns = "?::uuid[]" + ", ?::text[]".repeat(11);
      Object[] ids = new Object[64];
      Object[] texts = new Object[64];
      Arrays.setAll(ids, i -> new UUID(i, i));
      Arrays.setAll(texts, i -> "text " + i);
      compare(
          "SELECT of arrays, 12 parameters of 64 elements",
          "SELECT count(*) FROM unnest(" + columns + ")",
          rounds,
          statements / 4,
          one,
          other,
          (s, c) -> {
            s.setArray(1, c.createArrayOf("uuid", ids));
            for (int i = 2; i <= 12; i++) {
              s.setArray(i, c.createArrayOf("text", texts));
            }
            read(s);
          });
      compare(
          "SELECT of 500 rows and 5 columns",
          "SELECT n, n, n, n, n FROM generate_series(1, ?) n",
          rounds,
          statements / 8,
          one,
          other,
          (s, c) -> {
            s.setInt(1, 500);
            read(s);
          });
      one.close();
      other.close();
      System.out.println("sum of all that was read, so that it had to be: " + read);
    }
  }

  /** The probe over a driver that does nothing, so that nothing else is measured: the best of ten. */
  private static void alone(String what, int parameters) throws Exception {
    Connection nothing = Nothing.connection();
    Connection timed = new TimedConnection(nothing, Profile.ours(), "bench").proxy();
    timed.setAutoCommit(false);
    long[] best = {Long.MAX_VALUE, Long.MAX_VALUE};
    int times = 100_000;
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 2; i++) {
        Connection c = i == 0 ? nothing : timed;
        try (PreparedStatement s = c.prepareStatement("UPDATE bench SET a = ?")) {
          long took =
              run(
                  s,
                  c,
                  times,
                  (statement, connection) -> {
                    for (int p = 1; p <= parameters; p++) {
                      statement.setString(p, "x");
                    }
                    read += statement.executeUpdate();
                    statement.clearParameters();
                  });
          best[i] = Math.min(best[i], took);
        }
        if (i == 1) {
          timed.commit();
        }
      }
    }
    System.out.printf(
        "%-48s without %,8d ns, with %,8d ns, the probe %,7d ns a statement (best of 10 x %d)%n",
        what, best[0], best[1], best[1] - best[0], times);
  }

  /** A driver that does nothing. */
  private static final class Nothing {
    static Connection connection() {
      return proxy(
          Connection.class,
          (p, m, a) ->
              switch (m.getName()) {
                case "prepareStatement" ->
                    proxy(
                        PreparedStatement.class,
                        (q, n, b) ->
                            n.getReturnType() == int.class
                                ? 1
                                : n.getReturnType() == boolean.class ? false : null);
                case "getAutoCommit" -> false;
                default -> null;
              });
    }

    private static <T> T proxy(Class<T> type, java.lang.reflect.InvocationHandler handler) {
      return type.cast(
          java.lang.reflect.Proxy.newProxyInstance(
              ProbeBench.class.getClassLoader(), new Class<?>[] {type}, handler));
    }
  }

  private static long read;

  private static void read(PreparedStatement statement) throws Exception {
    try (ResultSet rows = statement.executeQuery()) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int i = 1; i <= columns; i++) {
          read += rows.getLong(i);
        }
      }
    }
  }

  private static void compare(
      String what,
      String sql,
      int rounds,
      int statements,
      PooledConnection bare,
      PooledConnection timed,
      Work work)
      throws Exception {
    Connection a = bare.getConnection();
    Connection b = timed.getConnection();
    long[] without = new long[rounds];
    long[] with = new long[rounds];
    try (PreparedStatement one = a.prepareStatement(sql);
        PreparedStatement other = b.prepareStatement(sql)) {
      for (int i = -3; i < rounds; i++) {
        long first = run(one, a, statements, work);
        long second = run(other, b, statements, work);
        if (i >= 0) {
          without[i] = first;
          with[i] = second;
        }
      }
    }
    Arrays.sort(without);
    Arrays.sort(with);
    System.out.printf(
        "%-48s without %,8d ns, with %,8d ns, the probe %,7d ns a statement (medians of %d x %d)%n",
        what,
        without[rounds / 2],
        with[rounds / 2],
        with[rounds / 2] - without[rounds / 2],
        rounds,
        statements);
  }

  private static long run(PreparedStatement s, Connection c, int times, Work work)
      throws Exception {
    long since = System.nanoTime();
    for (int i = 0; i < times; i++) {
      work.run(s, c);
    }
    return (System.nanoTime() - since) / times;
  }
}
