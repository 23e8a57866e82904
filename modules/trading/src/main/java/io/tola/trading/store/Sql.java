package io.tola.trading.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The few JDBC idioms that the stores of this package share. */
final class Sql {

  private Sql() {}

  /** Sets one value of a statement; lets a query collect its conditions with their values. */
  @FunctionalInterface
  interface Setter {
    void set(PreparedStatement statement, int index) throws SQLException;
  }

  static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  static Instant instant(ResultSet rows, int column) throws SQLException {
    return rows.getObject(column, OffsetDateTime.class).toInstant();
  }

  /** Conditions joined by AND, each with its values. */
  static final class Conditions {
    private final StringBuilder text = new StringBuilder();
    private final List<Setter> setters = new ArrayList<>();

    Conditions and(String condition, Setter... values) {
      text.append(" AND ").append(condition);
      setters.addAll(List.of(values));
      return this;
    }

    String text() {
      return text.toString();
    }

    /** Sets the values from {@code index} on; returns the next free index. */
    int set(PreparedStatement statement, int index) throws SQLException {
      int next = index;
      for (Setter setter : setters) {
        setter.set(statement, next++);
      }
      return next;
    }
  }
}
