package io.tola.gateway.security;

import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * Changes of {@code users} and {@code user_accounts}, and the tables {@code revoked_tokens} and
 * {@code external_logouts}. Works in the caller's transaction where there is one. Thread-safe.
 */
@ApplicationScoped
public class AccessStore {

  private static final int QUERY_TIMEOUT = 5;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public AccessStore() {}

  AccessStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /**
   * A page of all users, oldest first.
   *
   * @param after the last one of the page before, or null
   * @param role only those who hold it, or null
   * @param enabled only those, or null
   */
  List<StoredUser> page(Instant after, UUID afterId, Role role, Boolean enabled, int limit)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                UserStore.SELECT
                    + "WHERE (?::timestamptz IS NULL OR (u.created_at, u.user_id) > (?, ?)) AND"
                    + " (?::text IS NULL OR ? = ANY (u.roles)) AND (?::boolean IS NULL OR u.enabled"
                    + " = ?) ORDER BY u.created_at, u.user_id LIMIT ?")) {
      OffsetDateTime from = after == null ? null : at(after);
      select.setObject(1, from);
      select.setObject(2, from);
      select.setObject(3, afterId);
      select.setString(4, role == null ? null : role.code());
      select.setString(5, role == null ? null : role.code());
      select.setObject(6, enabled);
      select.setObject(7, enabled);
      select.setInt(8, limit);
      return UserStore.read(select);
    }
  }

  /** The user, held until the transaction ends. */
  Optional<StoredUser> lock(String username) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                UserStore.SELECT + "WHERE u.username = ? FOR UPDATE OF u")) {
      select.setString(1, username);
      return UserStore.read(select).stream().findFirst();
    }
  }

  /** The user as the transaction has made it. */
  Optional<StoredUser> find(String username) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(UserStore.SELECT + "WHERE u.username = ?")) {
      select.setString(1, username);
      return UserStore.read(select).stream().findFirst();
    }
  }

  /** Holds off every other change of who is an administrator until the transaction ends. */
  void lockAdmins() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement lock =
            connection.prepareStatement(
                "SELECT pg_advisory_xact_lock(hashtextextended('tola.gateway.admins', 0))")) {
      lock.execute();
    }
  }

  /**
   * How many others may manage users.
   *
   * @param demo whether demo users count
   */
  int otherAdmins(UUID than, boolean demo) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT count(*) FROM users WHERE enabled AND 'admin' = ANY (roles) AND user_id <> ?"
                    + " AND (? OR NOT demo)")) {
      select.setObject(1, than);
      select.setBoolean(2, demo);
      try (ResultSet row = select.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /** Adds a user; false when the name is taken. */
  boolean add(StoredUser user) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO users (user_id, username, password_salt, password_hash,"
                    + " password_iterations, password_temporary, roles, enabled, allowed_addresses,"
                    + " created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT"
                    + " (username) DO NOTHING")) {
      insert.setQueryTimeout(QUERY_TIMEOUT);
      insert.setObject(1, user.userId());
      insert.setString(2, user.username());
      insert.setBytes(3, user.password().salt());
      insert.setBytes(4, user.password().hash());
      insert.setInt(5, user.password().iterations());
      insert.setBoolean(6, user.passwordTemporary());
      insert.setArray(7, connection.createArrayOf("text", codes(user.roles())));
      insert.setBoolean(8, user.enabled());
      insert.setArray(
          9, connection.createArrayOf("text", AddressList.entriesOf(user.addresses()).toArray()));
      insert.setObject(10, at(user.createdAt()));
      insert.setObject(11, at(user.createdAt()));
      return insert.executeUpdate() == 1;
    }
  }

  /** Sets what an administrator sets. */
  void change(UUID userId, Set<Role> roles, boolean enabled, AddressList addresses)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE users SET roles = ?, enabled = ?, allowed_addresses = ? WHERE user_id ="
                    + " ?")) {
      update.setArray(1, connection.createArrayOf("text", codes(roles)));
      update.setBoolean(2, enabled);
      update.setArray(
          3, connection.createArrayOf("text", AddressList.entriesOf(addresses).toArray()));
      update.setObject(4, userId);
      update.executeUpdate();
    }
  }

  /** Lets the user act for these accounts. */
  void grant(UUID userId, Collection<AccountId> accounts, Instant now) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO user_accounts (user_id, account_id, created_at) SELECT ?, a, ? FROM"
                    + " unnest(?::uuid[]) AS a")) {
      insert.setObject(1, userId);
      insert.setObject(2, at(now));
      insert.setArray(3, ids(connection, accounts));
      insert.executeUpdate();
    }
  }

  /** And no longer for these. */
  void revoke(UUID userId, Collection<AccountId> accounts) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM user_accounts WHERE user_id = ? AND account_id = ANY (?)")) {
      delete.setObject(1, userId);
      delete.setArray(2, ids(connection, accounts));
      delete.executeUpdate();
    }
  }

  /** Sets the password. */
  void password(UUID userId, Passwords.Hash password, boolean temporary) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE users SET password_salt = ?, password_hash = ?, password_iterations = ?,"
                    + " password_temporary = ? WHERE user_id = ?")) {
      update.setBytes(1, password.salt());
      update.setBytes(2, password.hash());
      update.setInt(3, password.iterations());
      update.setBoolean(4, temporary);
      update.setObject(5, userId);
      update.executeUpdate();
    }
  }

  /** Ends all of the user's tokens. */
  void raiseVersion(UUID userId) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE users SET version = version + 1 WHERE user_id = ?")) {
      update.setObject(1, userId);
      update.executeUpdate();
    }
  }

  /** Takes a token back; false when it was already. */
  boolean revokeToken(RevokedTokens.Id id, String username, Instant expiresAt) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO revoked_tokens (token_id, username, expires_at) VALUES (?, ?, ?) ON"
                    + " CONFLICT DO NOTHING")) {
      insert.setBytes(1, id.bytes());
      insert.setString(2, username);
      insert.setObject(3, at(expiresAt));
      return insert.executeUpdate() == 1;
    }
  }

  /** Tokens taken back after that moment of the database's clock that haven't expired. */
  List<RevokedTokens.Row> revokedSince(Instant since, Instant now) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT token_id, revoked_at, expires_at FROM revoked_tokens WHERE revoked_at > ?"
                    + " AND expires_at > ?")) {
      select.setQueryTimeout(QUERY_TIMEOUT);
      select.setObject(1, at(since));
      select.setObject(2, at(now));
      List<RevokedTokens.Row> rows = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rows.add(
              new RevokedTokens.Row(
                  RevokedTokens.Id.ofHash(row.getBytes(1)),
                  row.getObject(2, OffsetDateTime.class).toInstant(),
                  row.getObject(3, OffsetDateTime.class).toInstant()));
        }
      }
      return rows;
    }
  }

  /**
   * Ends all tokens of an external user that were issued by then; never takes an end back.
   *
   * @return until when tokens must have been issued to be ended
   */
  Instant endExternal(String username, Instant issuedUntil) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement upsert =
            connection.prepareStatement(
                "INSERT INTO external_logouts AS l (username, issued_until) VALUES (?, ?) ON"
                    + " CONFLICT (username) DO UPDATE SET issued_until ="
                    + " greatest(l.issued_until, excluded.issued_until), written_at ="
                    + " clock_timestamp() RETURNING issued_until")) {
      upsert.setString(1, username);
      upsert.setObject(2, at(issuedUntil));
      try (ResultSet row = upsert.executeQuery()) {
        row.next();
        return row.getObject(1, OffsetDateTime.class).toInstant();
      }
    }
  }

  /** Ends of external users written after that moment of the database's clock. */
  List<RevokedTokens.End> endedSince(Instant since) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(
                "SELECT username, issued_until, written_at FROM external_logouts WHERE written_at"
                    + " > ?")) {
      select.setQueryTimeout(QUERY_TIMEOUT);
      select.setObject(1, at(since));
      List<RevokedTokens.End> ends = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          ends.add(
              new RevokedTokens.End(
                  row.getString(1),
                  row.getObject(2, OffsetDateTime.class).toInstant(),
                  row.getObject(3, OffsetDateTime.class).toInstant()));
        }
      }
      return ends;
    }
  }

  /** Removes what no longer means anything: expired tokens, locks and failures that are over. */
  void sweep(Instant now) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement tokens =
            connection.prepareStatement("DELETE FROM revoked_tokens WHERE expires_at < ?");
        PreparedStatement locks =
            connection.prepareStatement(
                "DELETE FROM login_locks WHERE window_started_at < ? AND (locked_until IS NULL OR"
                    + " locked_until < ?)");
        PreparedStatement addresses =
            connection.prepareStatement("DELETE FROM login_addresses WHERE last_login_at < ?")) {
      tokens.setObject(1, at(now));
      tokens.executeUpdate();
      locks.setObject(1, at(now.minus(LoginLocks.FORGET)));
      locks.setObject(2, at(now));
      locks.executeUpdate();
      addresses.setObject(1, at(now.minus(LoginLocks.KNOWN)));
      addresses.executeUpdate();
    }
  }

  static OffsetDateTime at(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static Object[] codes(Set<Role> roles) {
    return roles.stream().map(Role::code).toArray();
  }

  private static java.sql.Array ids(Connection connection, Collection<AccountId> accounts)
      throws SQLException {
    return connection.createArrayOf("uuid", accounts.stream().map(AccountId::value).toArray());
  }
}
