package io.tola.kernel.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * Statements of several stores that are sent together: one trip to the database instead of one a
 * store.
 *
 * <p>The driver pipelines what one text separates by semicolons, in the order added. Under READ
 * COMMITTED each statement sees the rows as they are once the locks of the one before were had. When
 * one fails, those behind it are not done, and the transaction is lost.
 *
 * <p>Used by one thread, in one transaction; after {@link #send} it is empty and can be used again.
 */
public final class RoundTrip {

  /** Sets a statement's parameters from an index on, and returns the index behind them. */
  @FunctionalInterface
  public interface Binder {
    int bind(PreparedStatement statement, int index) throws SQLException;
  }

  /**
   * Reads the result the statement stands at, to its end: a statement with an answer left is not
   * kept by the server's cache, and would be parsed and planned anew.
   */
  @FunctionalInterface
  public interface Answer {
    void read(PreparedStatement statement) throws SQLException;
  }

  private record Part(String sql, Binder binder, Answer answer) {}

  /** There are as many texts as the code has combinations; the same object finds its plan faster. */
  private static final Map<List<String>, String> TEXTS = new ConcurrentHashMap<>();

  private final List<Part> parts = new ArrayList<>(12);
  private final List<Runnable> afterwards = new ArrayList<>(2);

  /** Adds a statement; its answer is read after the answers to those added before. */
  public void add(String sql, Binder binder, Answer answer) {
    parts.add(new Part(sql, binder, answer));
  }

  /**
   * Adds a statement that must write so many rows.
   *
   * @param what the rows' name, for whoever reads that it wrote another number of them
   */
  public void write(String sql, Binder binder, int rows, String what) {
    add(sql, binder, s -> requireRows(what, rows, s.getUpdateCount()));
  }

  /**
   * Says that something wrote as many rows as it had to.
   *
   * @throws IllegalStateException when it didn't
   */
  public static void requireRows(String what, int expected, int written) {
    if (written != expected) {
      throw new IllegalStateException(written + " of " + expected + " " + what + " were written");
    }
  }

  /** Has something done once all answers have been read; not when anything failed. */
  public void then(Runnable done) {
    afterwards.add(done);
  }

  /**
   * Sends everything in the caller's transaction and reads the answers.
   *
   * @throws SqlFault when the database failed or refused
   * @throws IllegalStateException when a statement wrote another number of rows than it had to
   */
  public void send(DataSource dataSource) {
    List<Part> sent = List.copyOf(parts);
    List<Runnable> next = List.copyOf(afterwards);
    parts.clear();
    afterwards.clear();
    if (!sent.isEmpty()) {
      send(dataSource, sent);
    }
    next.forEach(Runnable::run);
  }

  private static void send(DataSource dataSource, List<Part> sent) {
    String text =
        TEXTS.computeIfAbsent(
            sent.stream().map(Part::sql).toList(), statements -> String.join(";\n", statements));
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement = connection.prepareStatement(text)) {
      int index = 1;
      for (Part part : sent) {
        index = part.binder.bind(statement, index);
      }
      statement.execute();
      for (Part part : sent) {
        part.answer.read(statement);
        statement.getMoreResults();
      }
    } catch (SQLException e) {
      throw new SqlFault(e);
    }
  }
}
