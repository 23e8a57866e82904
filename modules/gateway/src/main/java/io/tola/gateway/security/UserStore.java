package io.tola.gateway.security;

import io.tola.kernel.AccountId;
import io.tola.kernel.Role;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The tables {@code users} and {@code user_accounts}. Thread-safe; works in the caller's
 * transaction where there is one.
 */
@ApplicationScoped
public class UserStore {

  static final String SELECT =
      "SELECT u.user_id, u.username, u.password_salt, u.password_hash, u.password_iterations,"
          + " u.roles, u.enabled, u.demo, u.allowed_addresses, u.password_temporary, u.version,"
          + " u.created_at, u.updated_at, ARRAY(SELECT a.account_id FROM"
          + " user_accounts a WHERE a.user_id = u.user_id ORDER BY a.account_id) AS accounts FROM"
          + " users u ";

  /** Seconds; a login must not hang on a database that hangs. */
  private static final int QUERY_TIMEOUT = 2;

  private static final long RETRY_BEFORE_NANOS = 500_000_000L;

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  /** For the container. */
  public UserStore() {}

  UserStore(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** The user of that name. */
  Optional<StoredUser> find(String username) throws SQLException {
    return byNames(List.of(username)).stream().findFirst();
  }

  /**
   * Those of the names that exist. Asked a second time when the first failed at once for its
   * connection: after a restart of the database the pool may still hold one that is dead.
   */
  List<StoredUser> byNames(Collection<String> usernames) throws SQLException {
    long start = System.nanoTime();
    try {
      return readByNames(usernames);
    } catch (SQLException e) {
      // A database that hangs has had its time; only a quick refusal is worth another try.
      if (System.nanoTime() - start > RETRY_BEFORE_NANOS || !isConnectionFault(e)) {
        throw e;
      }
      return readByNames(usernames);
    }
  }

  /** SQLSTATE class 08 is the connection's, 57P is a server that is stopping. */
  static boolean isConnectionFault(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  private List<StoredUser> readByNames(Collection<String> usernames) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select =
            connection.prepareStatement(SELECT + "WHERE u.username = ANY (?)")) {
      select.setArray(1, connection.createArrayOf("text", usernames.toArray()));
      return read(select);
    }
  }

  /** Users whose row changed after that moment of the database's clock. */
  List<StoredUser> changedSince(Instant since) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement(SELECT + "WHERE u.updated_at > ?")) {
      select.setObject(1, OffsetDateTime.ofInstant(since, ZoneOffset.UTC));
      return read(select);
    }
  }

  /** Holds off every other seeding node until the caller's transaction ends. */
  void lockSeeding() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement lock =
            connection.prepareStatement(
                "SELECT pg_advisory_xact_lock(hashtextextended('tola.gateway.demo-users', 0))")) {
      lock.execute();
    }
  }

  /**
   * Adds the users that aren't there, all with one password; leaves the others alone.
   *
   * @param roles role of each user, in the order of the names
   * @return the names added
   */
  Set<String> addDemoUsers(
      List<UUID> ids,
      List<String> usernames,
      List<Role> roles,
      Passwords.Hash password,
      Instant now)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO users (user_id, username, password_salt, password_hash,"
                    + " password_iterations, roles, demo, created_at, updated_at) SELECT t.user_id,"
                    + " t.username, ?, ?, ?, ARRAY[t.role], true, ?, ? FROM unnest(?::uuid[],"
                    + " ?::text[], ?::text[]) AS t (user_id, username, role) ON CONFLICT (username)"
                    + " DO NOTHING RETURNING username")) {
      OffsetDateTime at = OffsetDateTime.ofInstant(now, ZoneOffset.UTC);
      insert.setBytes(1, password.salt());
      insert.setBytes(2, password.hash());
      insert.setInt(3, password.iterations());
      insert.setObject(4, at);
      insert.setObject(5, at);
      insert.setArray(6, connection.createArrayOf("uuid", ids.toArray()));
      insert.setArray(7, connection.createArrayOf("text", usernames.toArray()));
      insert.setArray(
          8, connection.createArrayOf("text", roles.stream().map(Role::code).toArray()));
      return names(insert);
    }
  }

  /**
   * Gives demo users a password; returns the names of those whose hash changed. Other users are
   * left alone.
   */
  Set<String> changeDemoPasswords(Collection<String> usernames, Passwords.Hash password)
      throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "UPDATE users SET password_salt = ?, password_hash = ?, password_iterations = ?"
                    + " WHERE username = ANY (?) AND demo AND password_hash <> ? RETURNING"
                    + " username")) {
      update.setBytes(1, password.salt());
      update.setBytes(2, password.hash());
      update.setInt(3, password.iterations());
      update.setArray(4, connection.createArrayOf("text", usernames.toArray()));
      update.setBytes(5, password.hash());
      return names(update);
    }
  }

  /** Lets demo users act for accounts; what is there already stays. */
  void assignDemoAccounts(Map<String, AccountId> accountsByUsername, Instant now)
      throws SQLException {
    List<String> usernames = new ArrayList<>(accountsByUsername.keySet());
    List<UUID> accounts = new ArrayList<>();
    usernames.forEach(name -> accounts.add(accountsByUsername.get(name).value()));
    try (Connection connection = dataSource.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO user_accounts (user_id, account_id, created_at) SELECT u.user_id,"
                    + " t.account_id, ? FROM unnest(?::text[], ?::uuid[]) AS t (username,"
                    + " account_id) JOIN users u ON u.username = t.username AND u.demo WHERE NOT"
                    + " EXISTS (SELECT FROM user_accounts a WHERE a.user_id = u.user_id AND"
                    + " a.account_id = t.account_id) ON CONFLICT DO NOTHING")) {
      insert.setObject(1, OffsetDateTime.ofInstant(now, ZoneOffset.UTC));
      insert.setArray(2, connection.createArrayOf("text", usernames.toArray()));
      insert.setArray(3, connection.createArrayOf("uuid", accounts.toArray()));
      insert.executeUpdate();
    }
  }

  /** Whether the database answers at all. */
  void probe() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement select = connection.prepareStatement("SELECT 1")) {
      select.setQueryTimeout(QUERY_TIMEOUT);
      select.execute();
    }
  }

  private static Set<String> names(PreparedStatement statement) throws SQLException {
    Set<String> names = new LinkedHashSet<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  static List<StoredUser> read(PreparedStatement select) throws SQLException {
    select.setQueryTimeout(QUERY_TIMEOUT);
    List<StoredUser> users = new ArrayList<>();
    try (ResultSet row = select.executeQuery()) {
      while (row.next()) {
        users.add(
            new StoredUser(
                row.getObject("user_id", UUID.class),
                row.getString("username"),
                new Passwords.Hash(
                    row.getBytes("password_salt"),
                    row.getBytes("password_hash"),
                    row.getInt("password_iterations")),
                roles(row.getArray("roles")),
                accounts(row.getArray("accounts")),
                row.getBoolean("enabled"),
                row.getBoolean("demo"),
                AddressList.of(List.of((String[]) row.getArray("allowed_addresses").getArray())),
                row.getBoolean("password_temporary"),
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant()));
      }
    }
    return users;
  }

  private static Set<Role> roles(Array array) throws SQLException {
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (Object code : (Object[]) array.getArray()) {
      roles.add(Role.valueOf(((String) code).toUpperCase(Locale.ROOT)));
    }
    return roles;
  }

  private static Set<AccountId> accounts(Array array) throws SQLException {
    Set<AccountId> accounts = new LinkedHashSet<>();
    for (Object id : (Object[]) array.getArray()) {
      accounts.add(new AccountId((UUID) id));
    }
    return accounts;
  }
}
