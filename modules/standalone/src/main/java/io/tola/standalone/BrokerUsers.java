package io.tola.standalone;

import io.tola.schema.Migrations;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The platform's users as the embedded broker sees them: the rows that the REST API's login reads, with the same passwords, roles and
 * accounts.
 *
 * <p>A password is hashed once (it costs a tenth of a second of a core, two at a time at most); after that a session costs a look at
 * the row, every few seconds. A user that is disabled, or whose rights change, is another user within {@link #FRESH_NANOS}. While the
 * database is away, who was let in lately stays in, and nobody new comes in. Thread-safe.
 */
public final class BrokerUsers {

  private static final Logger LOG = Logger.getLogger(BrokerUsers.class.getName());

  /** How long a row read counts as the truth. */
  static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** After so many wrong passwords a name gets one try every {@link #SLOW_NANOS}. */
  private static final int FREE_FAILURES = 10;

  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(5);
  private static final int MAX_NAMES = 10_000;
  private static final int MAX_NAME = 64;
  private static final int MAX_PASSWORD = 256;

  private static final String SELECT =
      "SELECT u.password_salt, u.password_hash, u.password_iterations, u.roles,"
          // A temporary password is good for changing it only, and the broker doesn't hold anybody
          // to addresses.
          + " u.enabled AND NOT u.password_temporary AND cardinality(u.allowed_addresses) = 0, u.demo, u.version,"
          + " ARRAY(SELECT a.account_id::text FROM gateway.user_accounts a WHERE a.user_id = u.user_id) AS accounts"
          + " FROM gateway.users u WHERE u.username = ?";

  private final String jdbcUrl;
  private final Properties connection = new Properties();
  private final boolean demoAllowed;
  private final byte[] pepper = new byte[32];
  private final Semaphore hashing = new Semaphore(2);
  private final Map<String, Known> known = new ConcurrentHashMap<>();
  private final Map<String, Failures> failures = new ConcurrentHashMap<>();

  /**
   * Who somebody is now.
   *
   * @param roles codes: {@code trader}
   * @param accounts ids of the accounts the user may act for
   */
  record User(String name, Set<String> roles, Set<String> accounts) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  private record Row(User user, byte[] salt, byte[] hash, int iterations, long version) {}

  /**
   * @param digest of the password that matched the row's hash of that version; null when none has yet
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
  private record Known(Row row, long readAt, byte[] digest) {}

  private record Failures(int count, long lastAt) {}

  private BrokerUsers(String jdbcUrl, String user, String password, String profile) {
    this.jdbcUrl = jdbcUrl;
    this.demoAllowed = "demo".equals(profile);
    connection.setProperty("user", user);
    connection.setProperty("password", password);
    connection.setProperty("connectTimeout", "2");
    connection.setProperty("socketTimeout", "3");
    connection.setProperty("readOnly", "true");
    connection.setProperty("ApplicationName", "tola-broker");
    new SecureRandom().nextBytes(pepper);
  }

  /**
   * The users of that database.
   *
   * @param profile {@code demo}, or the demo users are refused
   */
  public static BrokerUsers of(EmbeddedDatabase database, String profile) {
    return new BrokerUsers(
        database.jdbcUrl(), Migrations.APP_ROLE, database.appPassword(), profile);
  }

  /** The user, when the password is right and the user may come in; null otherwise. */
  User authenticate(String name, String password) {
    if (name == null
        || password == null
        || name.length() > MAX_NAME
        || password.length() > MAX_PASSWORD) {
      return null;
    }
    byte[] digest = digest(name, password);
    Known before = known.get(name);
    boolean sameAsBefore =
        before != null && before.digest != null && MessageDigest.isEqual(before.digest, digest);
    Row row;
    try {
      row = row(name, before);
    } catch (SQLException e) {
      LOG.log(Level.WARNING, "the broker can''t read users: {0}", e.getMessage());
      return sameAsBefore ? before.row.user : null;
    }
    if (sameAsBefore && row != null && row.version == before.row.version) {
      return row.user;
    }
    if (!mayTry(name)) {
      return null;
    }
    if (!matches(password, row) || row == null) {
      failed(name);
      return null;
    }
    failures.remove(name);
    known.put(name, new Known(row, System.nanoTime(), digest));
    return row.user;
  }

  /** The user's rights as they are now; null when there is no such user, or nobody can say. */
  User rights(String name) {
    Known before = known.get(name);
    try {
      Row row = row(name, before);
      return row == null ? null : row.user;
    } catch (SQLException e) {
      return before == null ? null : before.row.user;
    }
  }

  /** The row, read again when it isn't fresh; null when there is none that may come in. */
  private Row row(String name, Known before) throws SQLException {
    long now = System.nanoTime();
    if (before != null && now - before.readAt < FRESH_NANOS) {
      return before.row;
    }
    Row row = read(name);
    if (row == null) {
      known.remove(name);
    } else {
      if (known.size() >= MAX_NAMES) {
        known.clear();
      }
      known.put(
          name,
          new Known(
              row,
              now,
              before != null && before.row.version == row.version ? before.digest : null));
    }
    return row;
  }

  private Row read(String name) throws SQLException {
    try (Connection c = DriverManager.getConnection(jdbcUrl, connection);
        PreparedStatement select = c.prepareStatement(SELECT)) {
      select.setString(1, name);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next() || !row.getBoolean(5) || (row.getBoolean(6) && !demoAllowed)) {
          return null;
        }
        return new Row(
            new User(name, texts(row.getArray(4)), texts(row.getArray(8))),
            row.getBytes(1),
            row.getBytes(2),
            row.getInt(3),
            row.getLong(7));
      }
    }
  }

  private static Set<String> texts(Array array) throws SQLException {
    return Set.of((String[]) array.getArray());
  }

  private boolean mayTry(String name) {
    Failures soFar = failures.get(name);
    if (soFar == null) {
      return true;
    }
    long since = System.nanoTime() - soFar.lastAt;
    if (since > FORGET_NANOS) {
      failures.remove(name);
      return true;
    }
    return soFar.count < FREE_FAILURES || since > SLOW_NANOS;
  }

  private void failed(String name) {
    LOG.log(Level.INFO, "the broker refused a login of {0}", name);
    if (failures.size() >= MAX_NAMES) {
      failures.clear();
    }
    failures.merge(
        name,
        new Failures(1, System.nanoTime()),
        (before, one) -> new Failures(before.count + 1, one.lastAt));
  }

  /** As the gateway's own check: PBKDF2-HMAC-SHA512. An unknown user takes as long as a known one. */
  private boolean matches(String password, Row row) {
    boolean admitted = false;
    try {
      admitted = hashing.tryAcquire(3, TimeUnit.SECONDS);
      if (!admitted) {
        return false;
      }
      byte[] salt = row == null ? new byte[16] : row.salt;
      byte[] hash = row == null ? new byte[64] : row.hash;
      PBEKeySpec spec =
          new PBEKeySpec(
              password.toCharArray(),
              salt,
              row == null ? 210_000 : row.iterations,
              hash.length * 8);
      byte[] derived =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
      spec.clearPassword();
      return MessageDigest.isEqual(derived, hash) && row != null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no PBKDF2WithHmacSHA512", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      if (admitted) {
        hashing.release();
      }
    }
  }

  /** Recognises a password seen before in this process; never leaves memory. */
  private byte[] digest(String name, String password) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(pepper);
      sha.update(name.getBytes(StandardCharsets.UTF_8));
      sha.update((byte) 0);
      return sha.digest(password.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no SHA-256", e);
    }
  }
}
