package io.tola.portfolio.store;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;

/** How values stand in columns and array parameters. */
final class Columns {

  private Columns() {}

  static Money money(ResultSet row, int column) throws SQLException {
    return new Money(row.getBigDecimal(column));
  }

  static Price price(ResultSet row, int column) throws SQLException {
    return new Price(row.getBigDecimal(column));
  }

  static UUID uuid(ResultSet row, int column) throws SQLException {
    return row.getObject(column, UUID.class);
  }

  static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }

  static void uuids(PreparedStatement s, int index, UUID[] values) throws SQLException {
    array(s, index, "uuid", values);
  }

  static void texts(PreparedStatement s, int index, String[] values) throws SQLException {
    array(s, index, "text", values);
  }

  static void longs(PreparedStatement s, int index, Long[] values) throws SQLException {
    array(s, index, "bigint", values);
  }

  static void numbers(PreparedStatement s, int index, BigDecimal[] values) throws SQLException {
    array(s, index, "numeric", values);
  }

  /** RFC 3339 texts; PostgreSQL reads them without loss down to the microsecond. */
  static void instants(PreparedStatement s, int index, Instant[] values) throws SQLException {
    String[] texts = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      texts[i] = values[i].toString();
    }
    array(s, index, "timestamptz", texts);
  }

  private static void array(PreparedStatement s, int index, String type, Object[] values)
      throws SQLException {
    Connection connection = s.getConnection();
    Array array = connection.createArrayOf(type, values);
    s.setArray(index, array);
  }
}
