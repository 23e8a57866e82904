package io.tola.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.schema.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.PooledConnection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.ds.PGSimpleDataSource;

/** What goes through the pool's connections is in the profile, and works as it does without. */
class PostgresPoolTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private PooledConnection pooled;
  private Connection connection;

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  static PostgresPool pool() throws SQLException {
    var source = DATABASE.ownerDataSource().unwrap(PGSimpleDataSource.class);
    PostgresPool pool = new PostgresPool();
    pool.setURL(source.getURL());
    pool.setUser(source.getUser());
    pool.setPassword(source.getPassword());
    pool.setApplicationName("probe-test");
    return pool;
  }

  @BeforeEach
  void open() throws SQLException {
    pooled = pool().getPooledConnection();
    connection = pooled.getConnection();
  }

  @AfterEach
  void close() throws SQLException {
    Profile.ours().thresholds(Thresholds.DEFAULT);
    pooled.close();
  }

  private static StatementFigures figures(String text) {
    Optional<StatementFigures> found =
        Profile.ours().statements().stream().filter(f -> f.text().equals(text)).findFirst();
    assertThat(found).as(text).isPresent();
    return found.get();
  }

  @Test
  void aReadIsTimedWithItsRowsAndWhereItCameFrom() throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT n AS reads FROM generate_series(1, ?) n")) {
      for (int i = 0; i < 3; i++) {
        select.setInt(1, 7);
        try (ResultSet rows = select.executeQuery()) {
          int sum = 0;
          while (rows.next()) {
            sum += rows.getInt(1);
          }
          assertThat(sum).isEqualTo(28);
        }
      }
    }
    StatementFigures figures = figures("SELECT n AS reads FROM generate_series(?, ...) n");
    assertThat(figures.micros().getTotalCount()).isEqualTo(3);
    assertThat(figures.rows()).isEqualTo(21);
    assertThat(figures.rowsCounted()).isEqualTo(3);
    assertThat(figures.type()).isEqualTo(StatementType.SELECT);
    assertThat(figures.sites().get(0).module()).isEqualTo("probe");
    assertThat(figures.sites().get(0).method())
        .isEqualTo("PostgresPoolTest.aReadIsTimedWithItsRowsAndWhereItCameFrom");
  }

  @Test
  void writesCountTheRowsTheyChanged() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE writes (a int)");
    }
    try (var insert =
        connection.prepareStatement("INSERT INTO writes SELECT generate_series(1, 5)")) {
      assertThat(insert.executeUpdate()).isEqualTo(5);
      assertThat(insert.execute()).isFalse();
      assertThat(insert.getUpdateCount()).isEqualTo(5);
    }
    try (var update = connection.prepareStatement("UPDATE writes SET a = a WHERE a = ?")) {
      for (int i = 1; i <= 3; i++) {
        update.setInt(1, i);
        update.addBatch();
      }
      assertThat(update.executeBatch()).containsExactly(2, 2, 2);
    }
    assertThat(figures("INSERT INTO writes SELECT generate_series(?, ...)").rows()).isEqualTo(10);
    assertThat(figures("UPDATE writes SET a = a WHERE a = ?").rows()).isEqualTo(6);
  }

  @Test
  void severalResultsOfOneTextAreReadAsWithoutTheProbe() throws SQLException {
    try (PreparedStatement both =
        connection.prepareStatement("SELECT ?::int; SELECT 2 WHERE false; SELECT ?::int")) {
      both.setInt(1, 1);
      both.setInt(2, 3);
      assertThat(both.execute()).isTrue();
      try (ResultSet first = both.getResultSet()) {
        assertThat(first.next()).isTrue();
        assertThat(first.getInt(1)).isEqualTo(1);
      }
      assertThat(both.getMoreResults()).isTrue();
      assertThat(both.getMoreResults()).isTrue();
      try (ResultSet third = both.getResultSet()) {
        assertThat(third.next()).isTrue();
        assertThat(third.getInt(1)).isEqualTo(3);
      }
      assertThat(both.getMoreResults()).isFalse();
    }
    assertThat(figures("SELECT ?::int; SELECT ? WHERE false; SELECT ?::int").type())
        .isEqualTo(StatementType.BATCH);
  }

  @Test
  void aFailureIsCountedAndReachesTheCallerAsItIs() throws SQLException {
    try (var broken = connection.prepareStatement("SELECT 1 / ? AS broken")) {
      broken.setInt(1, 0);
      assertThatThrownBy(broken::executeQuery)
          .isInstanceOf(SQLException.class)
          .extracting(e -> ((SQLException) e).getSQLState())
          .isEqualTo("22012");
    }
    StatementFigures figures = figures("SELECT ? / ? AS broken");
    assertThat(figures.failed()).isEqualTo(1);
    assertThat(figures.failures()).containsEntry("22012", 1L);
  }

  @Test
  void copyIsAskedOfTheConnectionItselfAndTimed() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE copied (a int)");
    }
    CopyIn copy =
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY copied FROM STDIN");
    byte[] rows = "1\n2\n3\n".getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(rows, 0, rows.length);
    assertThat(copy.endCopy()).isEqualTo(3);
    StatementFigures figures = figures("COPY copied FROM STDIN");
    assertThat(figures.type()).isEqualTo(StatementType.COPY);
    assertThat(figures.rows()).isEqualTo(3);
  }

  @Test
  void aCopyThatFailsIsCountedByWhatMadeItFail() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE refused (a int)");
    }
    var copies = connection.unwrap(PGConnection.class).getCopyAPI();
    assertThatThrownBy(() -> copies.copyIn("COPY nowhere_at_all FROM STDIN"))
        .isInstanceOf(SQLException.class);
    assertThat(figures("COPY nowhere_at_all FROM STDIN").failures()).containsEntry("42P01", 1L);

    CopyIn wrong = copies.copyIn("COPY refused FROM STDIN");
    byte[] rows = "one\n".getBytes(StandardCharsets.UTF_8);
    wrong.writeToCopy(rows, 0, rows.length);
    assertThatThrownBy(wrong::endCopy).isInstanceOf(SQLException.class);
    CopyIn canceled = copies.copyIn("COPY refused FROM STDIN");
    canceled.cancelCopy();
    assertThat(canceled.isActive()).isFalse();
    assertThat(figures("COPY refused FROM STDIN").failures())
        .containsEntry("22P02", 1L)
        .containsEntry("57014", 1L);
    assertThat(figures("COPY refused FROM STDIN").failed()).isEqualTo(2);
  }

  @Test
  void aCopyThatCannotBeWrittenIsCountedByThatAndNotAsCanceled() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE unwritten (a int)");
    }
    CopyIn copy =
        connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY unwritten FROM STDIN");
    assertThatThrownBy(
            () ->
                copy.writeToCopy(
                    new org.postgresql.util.ByteStreamWriter() {
                      @Override
                      public int getLength() {
                        return 5;
                      }

                      @Override
                      public void writeTo(ByteStreamTarget target) throws java.io.IOException {
                        throw new java.io.IOException("the sender's file is gone");
                      }
                    }))
        .isInstanceOf(SQLException.class);
    try {
      copy.cancelCopy();
    } catch (SQLException e) {
      // The driver may have given the connection up.
      assertThat(copy.isActive()).isFalse();
    }
    assertThat(figures("COPY unwritten FROM STDIN").failed()).isEqualTo(1);
    assertThat(figures("COPY unwritten FROM STDIN").failures()).doesNotContainKey("57014");
  }

  private static long count(String text) {
    return Profile.ours().statements().stream()
        .filter(f -> f.text().equals(text))
        .mapToLong(f -> f.micros().getTotalCount())
        .sum();
  }

  @Test
  void theEndOfATransactionIsTimedWithItsFailureAndInNoTally() throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TEMP TABLE deferred (a int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    }
    long commits = count("COMMIT");
    long rollbacks = count("ROLLBACK");
    Profile.ours().thresholds(new Thresholds(1, 1, 10, 2));
    connection.setAutoCommit(false);
    for (String sql : new String[] {"INSERT INTO deferred VALUES (1)", "SELECT 'after'"}) {
      try (var statement = connection.createStatement()) {
        statement.execute(sql);
      }
      connection.commit();
    }
    try (var statement = connection.createStatement()) {
      statement.execute("INSERT INTO deferred VALUES (1)");
    }
    assertThatThrownBy(connection::commit)
        .isInstanceOf(SQLException.class)
        .extracting(e -> ((SQLException) e).getSQLState())
        .isEqualTo("23505");
    try (var statement = connection.createStatement()) {
      statement.execute("SELECT 'thrown away'");
    }
    var savepoint = connection.setSavepoint();
    connection.rollback(savepoint);
    connection.rollback();
    connection.setAutoCommit(true);
    assertThat(count("COMMIT")).isEqualTo(commits + 3);
    assertThat(count("ROLLBACK")).isEqualTo(rollbacks + 1);
    assertThat(figures("COMMIT").failures()).containsEntry("23505", 1L);
    assertThat(figures("COMMIT").slow()).isPositive();
    assertThat(Profile.ours().slowStatements())
        .anySatisfy(s -> assertThat(s.text()).isEqualTo("COMMIT"));
    // Each transaction sent one statement, and two would have been chatty.
    assertThat(Profile.ours().habits())
        .noneSatisfy(h -> assertThat(h.unit()).contains("theEndOfATransaction"));
  }

  @Test
  void theDriversOwnObjectsAreReached() throws SQLException {
    assertThat(connection.isWrapperFor(PGConnection.class)).isTrue();
    assertThat(connection.unwrap(PGConnection.class).getBackendPID()).isPositive();
    assertThat(connection.unwrap(org.postgresql.core.BaseConnection.class)).isNotNull();
    try (var statement = connection.prepareStatement("SELECT 1")) {
      assertThat(statement.unwrap(org.postgresql.PGStatement.class)).isNotNull();
      assertThat(statement.getConnection()).isSameAs(connection);
    }
  }

  @Test
  void aSlowStatementIsKeptWithItsParametersShapesAndNeverTheirValues() throws SQLException {
    Profile.ours().thresholds(new Thresholds(1_000_000, 2_000_000, 10, 50));
    Units.begin("GET", "/api/v1/orders/0190b3a2-5a77-7c3e-8e39-0f2b5b8f0a11/events");
    try (var sleep =
        connection.prepareStatement("SELECT pg_sleep(0.01), ?::text, ?::uuid[], ?::int AS slow")) {
      sleep.setString(1, "a secret");
      sleep.setArray(
          2, connection.createArrayOf("uuid", new Object[] {java.util.UUID.randomUUID()}));
      sleep.setNull(3, java.sql.Types.INTEGER);
      sleep.executeQuery().close();
    } finally {
      Units.end();
    }
    SlowStatement slow =
        Profile.ours().slowStatements().stream()
            .filter(s -> s.text().endsWith("AS slow"))
            .findFirst()
            .orElseThrow();
    assertThat(slow.parameters()).containsExactly("String(8)", "uuid[1]", "null");
    assertThat(slow.tookNanos()).isBetween(10_000_000L, 10_000_000_000L);
    assertThat(slow.unit()).isEqualTo("GET /api/v1/orders/{id}/events");
    assertThat(slow.site().method())
        .isEqualTo(
            "PostgresPoolTest.aSlowStatementIsKeptWithItsParametersShapesAndNeverTheirValues");
    assertThat(slow.toString()).doesNotContain("secret");
  }

  @Test
  void aRequestThatReadsOneByOneIsFound() throws SQLException {
    Units.begin("GET", "/api/v1/market/quote/RELIANCE");
    for (int i = 0; i < 11; i++) {
      try (var one = connection.prepareStatement("SELECT ? AS one_by_one")) {
        one.setInt(1, i);
        one.executeQuery().close();
      }
    }
    Units.end();
    assertThat(Profile.ours().habits())
        .anySatisfy(
            habit -> {
              assertThat(habit.unit()).isEqualTo("GET /api/v1/market/quote/{id}");
              assertThat(habit.text()).isEqualTo("SELECT ? AS one_by_one");
              assertThat(habit.statements()).isEqualTo(11);
            });
  }

  @Test
  void openConnectionsAreCounted() throws SQLException {
    assertThat(Profile.ours().connections()).containsEntry("probe-test", 1L);
    pooled.close();
    assertThat(Profile.ours().connections()).containsEntry("probe-test", 0L);
  }

  /** What a server's pool hears, and goes by when it throws its connections away. */
  @Test
  void aConnectionThatBreaksIsToldToThePoolAsWithoutTheProbe() throws SQLException {
    var broken = new java.util.ArrayList<javax.sql.ConnectionEvent>();
    pooled.addConnectionEventListener(
        new javax.sql.ConnectionEventListener() {
          @Override
          public void connectionClosed(javax.sql.ConnectionEvent event) {}

          @Override
          public void connectionErrorOccurred(javax.sql.ConnectionEvent event) {
            broken.add(event);
          }
        });
    assertThat(connection.isValid(1)).isTrue();
    int pid = connection.unwrap(PGConnection.class).getBackendPID();
    try (var select = connection.prepareStatement("SELECT 1 AS broken_off")) {
      DATABASE.execute("SELECT pg_terminate_backend(" + pid + ", 5000)");
      assertThatThrownBy(select::executeQuery)
          .isInstanceOf(SQLException.class)
          .extracting(e -> ((SQLException) e).getSQLState())
          .asString()
          .matches("57P01|08.*");
    }
    assertThat(broken).hasSize(1);
    assertThat(figures("SELECT ? AS broken_off").failed()).isEqualTo(1);
  }

  private static LoanFigures loans() {
    return Profile.ours().loans().stream()
        .filter(l -> l.name().equals("probe-test"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aConnectionIsLentFromTheBeginOfARequestToItsEndOrItsOwn() throws SQLException {
    long before = loans().lent();
    connection.beginRequest();
    assertThat(loans().open())
        .singleElement()
        .satisfies(
            l -> {
              assertThat(l.site().method())
                  .isEqualTo(
                      "PostgresPoolTest.aConnectionIsLentFromTheBeginOfARequestToItsEndOrItsOwn");
              assertThat(l.thread()).isEqualTo(Thread.currentThread().getName());
            });
    connection.endRequest();
    connection.endRequest();
    assertThat(loans().open()).isEmpty();
    assertThat(loans().lent()).isEqualTo(before + 1);
    connection.beginRequest();
    pooled.close();
    assertThat(loans().open()).isEmpty();
    assertThat(loans().heldMicros().getTotalCount()).isEqualTo(loans().lent());
  }

  private static SentAs sentAs(String text) {
    return Profile.ours().sentAs().get(Profile.idOf(text));
  }

  @Test
  void aStatementIsKeptAsItIsSentUnlessItsLiteralsDiffer() throws SQLException {
    String constant = "SELECT 'OPEN' AS constant, ?::bigint, ?";
    try (PreparedStatement select = connection.prepareStatement(constant)) {
      for (int i = 0; i < 2; i++) {
        select.setString(2, "%x");
        select.setLong(1, 7);
        select.execute();
      }
    }
    assertThat(sentAs(constant).sql()).isEqualTo(constant);
    assertThat(sentAs(constant).parameters()).containsExactly("Long", "String%");
    for (String value : new String[] {"a", "b", "a"}) {
      connection.createStatement().execute("SELECT '" + value + "' AS varying");
    }
    assertThat(sentAs("SELECT ? AS varying")).isNull();
    assertThat(Profile.ours().varying()).contains(Profile.idOf("SELECT ? AS varying"));
    assertThat(Profile.idOf("SELECT a FROM t WHERE b IN ($1, $2)"))
        .isEqualTo(Profile.idOf("SELECT a FROM t WHERE b IN (?, ?, ?)"));
  }

  @Test
  void whatIsPlannedIsNoStatementOfItsOwn() throws SQLException {
    connection.createStatement().execute("PREPARE planned AS SELECT 1 AS planned");
    connection.createStatement().execute("EXPLAIN EXECUTE planned");
    connection.createStatement().execute("EXPLAIN SELECT 2");
    assertThat(figures("EXPLAIN ?").micros().getTotalCount()).isEqualTo(2);
    assertThat(figures("PREPARE ?").type()).isEqualTo(StatementType.OTHER);
  }
}
