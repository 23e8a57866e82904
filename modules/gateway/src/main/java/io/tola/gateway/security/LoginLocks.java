package io.tola.gateway.security;

import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Locks a user's login for a time after failures in a row, counted over all nodes in the database;
 * the {@link LoginThrottle} before it slows guessing on each node.
 *
 * <p>Nobody can lock somebody else out for ever: a lock ends by time, attempts while it holds don't
 * lengthen it, it doesn't touch tokens that were issued before, and an address from which the user
 * has logged in within 30 days counts and locks apart from the rest of the world. While a lock
 * holds, the right password is refused like a wrong one, or a lock would not stop guessing. Names
 * that nobody has are locked the same way, so that a lock doesn't tell who exists. Thread-safe.
 */
@ApplicationScoped
public class LoginLocks {

  /** How long a successful login makes an address one of the user's. */
  static final Duration KNOWN = Duration.ofDays(30);

  /** Failures further apart than this are not in a row. */
  static final Duration WINDOW = Duration.ofMinutes(15);

  /** How long failures that led to nothing are kept. */
  static final Duration FORGET = Duration.ofHours(1);

  private static final Duration SEEN_AGAIN = Duration.ofHours(1);
  private static final int QUERY_TIMEOUT = 2;
  private static final String NO_PLACE = "";
  private static final int MAX_ADDRESS = 64;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  private AuditTrail audit;
  private Clock clock;
  private int failures;
  private Duration lock;

  /** For the proxy. */
  protected LoginLocks() {}

  @Inject
  LoginLocks(
      AuditTrail audit,
      Clock clock,
      @ConfigProperty(name = "tola.security.lockout-failures", defaultValue = "8") int failures,
      @ConfigProperty(name = "tola.security.lockout-minutes", defaultValue = "15") int minutes) {
    if (failures < 1 || minutes < 1) {
      throw new IllegalStateException(
          "tola.security.lockout-failures and -minutes must be 1 or more");
    }
    this.audit = audit;
    this.clock = clock;
    this.failures = failures;
    this.lock = Duration.ofMinutes(minutes);
  }

  LoginLocks(DataSource dataSource, AuditTrail audit, Clock clock, int failures, int minutes) {
    this(audit, clock, failures, minutes);
    this.dataSource = dataSource;
  }

  /**
   * Where an attempt is counted, and how long it is locked there.
   *
   * @param place the address when it is one of the user's; empty for the rest of the world
   * @param known whether it is one of the user's and was seen within the hour
   * @param lockedFor null when it isn't
   */
  record Standing(String place, boolean known, Duration lockedFor) {}

  /** How things stand before the password is looked at. */
  Standing standing(String username, String address) throws SQLException {
    Instant now = clock.instant();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT p.place, p.seen, l.locked_until FROM (SELECT coalesce(max(address), '') AS"
                    + " place, max(last_login_at) AS seen FROM login_addresses WHERE username = ?"
                    + " AND address = ? AND last_login_at > ?) p LEFT JOIN login_locks l ON"
                    + " l.username = ? AND l.place = p.place")) {
      select.setQueryTimeout(QUERY_TIMEOUT);
      select.setString(1, username);
      select.setString(2, shortened(address));
      select.setObject(3, AccessStore.at(now.minus(KNOWN)));
      select.setString(4, username);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        OffsetDateTime seen = row.getObject(2, OffsetDateTime.class);
        OffsetDateTime until = row.getObject(3, OffsetDateTime.class);
        return new Standing(
            row.getString(1),
            seen != null && seen.toInstant().isAfter(now.minus(SEEN_AGAIN)),
            until == null || !until.toInstant().isAfter(now)
                ? null
                : Duration.between(now, until.toInstant()));
      }
    }
  }

  /**
   * Counts a failure; the one too many locks, which is audited when there is such a user.
   *
   * @return whether it locked
   */
  @Transactional(rollbackOn = Exception.class)
  public boolean failed(String username, String address, String place, boolean exists)
      throws SQLException {
    Instant now = clock.instant();
    Instant lockedUntil = count(username, place, now);
    if (lockedUntil == null || !lockedUntil.equals(now.plus(lock))) {
      return false;
    }
    if (exists) {
      audit.append(
          List.of(
              new AuditEntry(
                  Ids.next(),
                  now,
                  "system",
                  "user_login_locked",
                  "user",
                  username,
                  null,
                  Map.of(
                      "address",
                      shortened(address),
                      "locked_until",
                      lockedUntil.toString(),
                      "everywhere_unknown",
                      place.equals(NO_PLACE)))));
    }
    return true;
  }

  private Instant count(String username, String place, Instant now) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO login_locks AS l (username, place, failures, window_started_at,"
                    + " locked_until) VALUES (?, ?, 1 % ?, ?, CASE WHEN ? = 1 THEN ?::timestamptz"
                    + " END) ON CONFLICT (username, place) DO UPDATE SET failures = CASE WHEN"
                    + " l.window_started_at < ? THEN 1 ELSE l.failures + 1 END % ?,"
                    + " window_started_at = CASE WHEN l.window_started_at < ? THEN ? ELSE"
                    + " l.window_started_at END, locked_until = CASE WHEN CASE WHEN"
                    + " l.window_started_at < ? THEN 1 ELSE l.failures + 1 END >= ? THEN"
                    + " ?::timestamptz ELSE l.locked_until END RETURNING locked_until")) {
      OffsetDateTime at = AccessStore.at(now);
      OffsetDateTime windowStart = AccessStore.at(now.minus(WINDOW));
      OffsetDateTime until = AccessStore.at(now.plus(lock));
      upsert.setQueryTimeout(QUERY_TIMEOUT);
      upsert.setString(1, username);
      upsert.setString(2, place);
      upsert.setInt(3, failures);
      upsert.setObject(4, at);
      upsert.setInt(5, failures);
      upsert.setObject(6, until);
      upsert.setObject(7, windowStart);
      upsert.setInt(8, failures);
      upsert.setObject(9, windowStart);
      upsert.setObject(10, at);
      upsert.setObject(11, windowStart);
      upsert.setInt(12, failures);
      upsert.setObject(13, until);
      try (ResultSet row = upsert.executeQuery()) {
        row.next();
        OffsetDateTime locked = row.getObject(1, OffsetDateTime.class);
        return locked == null ? null : locked.toInstant();
      }
    }
  }

  /**
   * The password was right: failures there are forgotten, and the address is one of the user's;
   * unless other guesses have locked it while this one was looked at.
   *
   * @return how long it is locked there; null when it isn't
   */
  Duration succeeded(String username, String address, Standing standing) throws SQLException {
    Instant now = clock.instant();
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM login_locks WHERE username = ? AND place = ? AND (locked_until IS NULL"
                    + " OR locked_until <= ?)")) {
      delete.setString(1, username);
      delete.setString(2, standing.place());
      delete.setObject(3, AccessStore.at(now));
      delete.executeUpdate();
      Instant locked = lockedUntil(connection, username, standing.place(), now);
      if (locked != null) {
        return Duration.between(now, locked);
      }
      if (standing.known()) {
        return null;
      }
      try (PreparedStatement upsert =
          connection.prepareStatement(
              "INSERT INTO login_addresses (username, address, last_login_at) VALUES (?, ?, ?) ON"
                  + " CONFLICT (username, address) DO UPDATE SET last_login_at ="
                  + " excluded.last_login_at")) {
        upsert.setString(1, username);
        upsert.setString(2, shortened(address));
        upsert.setObject(3, AccessStore.at(now));
        upsert.executeUpdate();
      }
      return null;
    }
  }

  /** Until when logins are locked somewhere, the latest of them; null when nowhere. */
  Instant lockedUntil(String username) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return lockedUntil(connection, username, null, clock.instant());
    }
  }

  /**
   * @param place null for anywhere
   */
  private static Instant lockedUntil(
      Connection connection, String username, String place, Instant now) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "SELECT max(locked_until) FROM login_locks WHERE username = ? AND (?::text IS NULL OR"
                + " place = ?) AND locked_until > ?")) {
      select.setString(1, username);
      select.setString(2, place);
      select.setString(3, place);
      select.setObject(4, AccessStore.at(now));
      try (ResultSet row = select.executeQuery()) {
        row.next();
        OffsetDateTime until = row.getObject(1, OffsetDateTime.class);
        return until == null ? null : until.toInstant();
      }
    }
  }

  /** Ends all locks of the user; true when there was one, or failures that were counted. */
  boolean unlock(String username) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete =
            connection.prepareStatement("DELETE FROM login_locks WHERE username = ?")) {
      delete.setString(1, username);
      return delete.executeUpdate() > 0;
    }
  }

  private static String shortened(String address) {
    return address.length() <= MAX_ADDRESS ? address : address.substring(0, MAX_ADDRESS);
  }
}
