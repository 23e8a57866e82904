package io.tola.market.store;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Leases ({@code leases}), by the database's clock. Works in the caller's transaction if there is one.
 * Thread-safe.
 */
@ApplicationScoped
public class LeaseStore {

  private static final String LATER = "clock_timestamp() + ? * interval '1 millisecond'";

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public LeaseStore() {}

  public LeaseStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** What was taken. */
  public record Taken(long token, Instant until) {}

  /** Takes the lock if it is free; never waits for somebody who has or confirms it. */
  public Optional<Taken> take(String name, Duration length) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try (PreparedStatement known =
          connection.prepareStatement(
              "INSERT INTO leases (name, token, until) VALUES (?, 0, '-infinity')"
                  + " ON CONFLICT (name) DO NOTHING")) {
        known.setString(1, name);
        known.executeUpdate();
      }
      try (PreparedStatement take =
          connection.prepareStatement(
              "UPDATE leases SET token = token + 1, until = "
                  + LATER
                  + " WHERE name = (SELECT name FROM leases WHERE name = ?"
                  + " AND until <= clock_timestamp() FOR UPDATE SKIP LOCKED)"
                  + " RETURNING token, until")) {
        take.setLong(1, length.toMillis());
        take.setString(2, name);
        try (ResultSet row = take.executeQuery()) {
          return row.next()
              ? Optional.of(
                  new Taken(row.getLong(1), row.getObject(2, OffsetDateTime.class).toInstant()))
              : Optional.empty();
        }
      }
    }
  }

  /**
   * Whether the lease still stands; if so it can't be taken until the transaction ends. By the weakest
   * lock that {@link #take} minds: a stronger one would keep the holder's own {@link #renew} waiting.
   */
  public boolean confirm(String name, long token) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement confirm =
            connection.prepareStatement(
                "SELECT 1 FROM leases WHERE name = ? AND token = ? AND until > clock_timestamp()"
                    + " FOR KEY SHARE")) {
      confirm.setString(1, name);
      confirm.setLong(2, token);
      try (ResultSet row = confirm.executeQuery()) {
        return row.next();
      }
    }
  }

  /**
   * Moves its end, unless it has run out.
   *
   * @param length from now; zero gives it back
   */
  public Optional<Instant> renew(String name, long token, Duration length) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement renew =
            connection.prepareStatement(
                "UPDATE leases SET until = "
                    + LATER
                    + " WHERE name = ? AND token = ? AND until > clock_timestamp() RETURNING until")) {
      renew.setLong(1, length.toMillis());
      renew.setString(2, name);
      renew.setLong(3, token);
      try (ResultSet row = renew.executeQuery()) {
        return row.next()
            ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
            : Optional.empty();
      }
    }
  }
}
