package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.time.PlatformClock;
import io.tola.schema.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The users' tables on PostgreSQL, as the application's role. */
class UserStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Passwords.Hash HASH = Passwords.hash("demo-password");

  private final UserStore store = new UserStore(DATABASE.appDataSource());
  private final List<AuditEntry> audited = new ArrayList<>();
  private final Clock clock = PlatformClock.system();
  private final DemoUsers demo = new DemoUsers(store, audited::addAll, clock);

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  private Map<String, AccountId> accounts(Map<String, Role> users) {
    Map<String, AccountId> accounts = new LinkedHashMap<>();
    users.forEach(
        (name, role) -> {
          if (role == Role.TRADER) {
            accounts.put(name, new AccountId(Ids.next()));
          }
        });
    return accounts;
  }

  /** A pool that hands out this many dead connections before a living one. */
  private static DataSource poolWithDead(int dead) {
    AtomicInteger left = new AtomicInteger(dead);
    return (DataSource)
        Proxy.newProxyInstance(
            UserStoreTest.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (left.getAndDecrement() > 0) {
                throw new SQLException("terminating connection", "57P01");
              }
              return DATABASE.appDataSource().getConnection();
            });
  }

  @Test
  void oneDeadConnectionOfThePoolCostsNoRead() throws SQLException {
    demo.write(DemoUsers.names(1), accounts(DemoUsers.names(1)), "demo-password");
    assertThat(new UserStore(poolWithDead(1)).find("trader1")).isPresent();
    assertThatThrownBy(() -> new UserStore(poolWithDead(2)).find("trader1"))
        .isInstanceOf(SQLException.class);
  }

  @Test
  void demoUsersAreReadAsTheyWereWritten() throws SQLException {
    Map<String, Role> users = DemoUsers.names(3);
    Map<String, AccountId> accounts = accounts(users);
    assertThat(demo.write(users, accounts, "demo-password")).isEqualTo(10);

    StoredUser trader = store.find("trader2").orElseThrow();
    assertThat(trader.roles()).containsExactly(Role.TRADER);
    assertThat(trader.accounts()).containsExactly(accounts.get("trader2"));
    assertThat(trader.enabled()).isTrue();
    assertThat(trader.demo()).isTrue();
    assertThat(Passwords.matches("demo-password", trader.password())).isTrue();
    StoredUser auditor = store.find("auditor").orElseThrow();
    assertThat(auditor.roles()).containsExactly(Role.AUDITOR);
    assertThat(auditor.accounts()).isEmpty();
    assertThat(auditor.password().salt()).isEqualTo(trader.password().salt());
    assertThat(store.find("nobody")).isEmpty();
    assertThat(audited)
        .hasSize(10)
        .allSatisfy(e -> assertThat(e.action()).isEqualTo("user_created"));
  }

  @Test
  void writingThemAgainChangesNothing() throws SQLException {
    Map<String, Role> users = DemoUsers.names(2);
    Map<String, AccountId> accounts = accounts(users);
    demo.write(users, accounts, "demo-password");
    long version = store.find("trader1").orElseThrow().version();
    audited.clear();

    assertThat(demo.write(users, accounts, "demo-password")).isZero();

    assertThat(store.find("trader1").orElseThrow().version()).isEqualTo(version);
    assertThat(audited).isEmpty();
  }

  @Test
  void moreTradersAreAddedWithTheSamePassword() throws SQLException {
    Map<String, Role> two = DemoUsers.names(2);
    Map<String, AccountId> accounts = accounts(two);
    demo.write(two, accounts, "demo-password");
    Map<String, Role> four = DemoUsers.names(4);
    Map<String, AccountId> more = accounts(four);
    more.putAll(accounts);

    assertThat(demo.write(four, more, "demo-password")).isEqualTo(2);

    assertThat(store.find("trader4").orElseThrow().password().hash())
        .isEqualTo(store.find("trader1").orElseThrow().password().hash());
  }

  @Test
  void aNewPasswordEndsOlderTokensAndIsAudited() throws SQLException {
    Map<String, Role> users = DemoUsers.names(1);
    Map<String, AccountId> accounts = accounts(users);
    demo.write(users, accounts, "demo-password");
    long version = store.find("trader1").orElseThrow().version();
    audited.clear();

    demo.write(users, accounts, "another-password");

    StoredUser changed = store.find("trader1").orElseThrow();
    assertThat(changed.version()).isGreaterThan(version);
    assertThat(Passwords.matches("another-password", changed.password())).isTrue();
    assertThat(audited)
        .hasSize(8)
        .allSatisfy(e -> assertThat(e.action()).isEqualTo("user_password_changed"));
  }

  @Test
  void aRealUserOfADemoNameIsLeftAlone() throws SQLException {
    Passwords.Hash own = Passwords.hash("a password of my own");
    store.addDemoUsers(
        List.of(Ids.next()), List.of("admin"), List.of(Role.ADMIN), own, clock.instant());
    DATABASE.execute("UPDATE users SET demo = false WHERE username = 'admin'");

    demo.write(DemoUsers.names(1), accounts(DemoUsers.names(1)), "demo-password");

    StoredUser admin = store.find("admin").orElseThrow();
    assertThat(admin.demo()).isFalse();
    assertThat(Passwords.matches("a password of my own", admin.password())).isTrue();
  }

  @Test
  void everyChangeOfRightsRaisesTheVersionWhoeverMakesIt() throws SQLException {
    add("trader1");
    long version = store.find("trader1").orElseThrow().version();
    for (String change :
        List.of(
            "UPDATE users SET enabled = false",
            "UPDATE users SET roles = ARRAY['trader', 'risk']",
            "INSERT INTO user_accounts SELECT user_id, gen_random_uuid(), now() FROM users",
            "DELETE FROM user_accounts",
            "UPDATE users SET allowed_addresses = ARRAY['192.0.2.1']",
            "UPDATE users SET password_temporary = true",
            "UPDATE users SET password_hash = decode(repeat('00', 64), 'hex')")) {
      DATABASE.execute(change);
      long after = store.find("trader1").orElseThrow().version();
      assertThat(after).as(change).isEqualTo(version + 1);
      version = after;
    }
    DATABASE.execute("UPDATE users SET username = username");
    assertThat(store.find("trader1").orElseThrow().version()).isEqualTo(version);
  }

  @Test
  void changedUsersAreFoundByTime() throws SQLException {
    add("trader1");
    add("trader2");
    Instant before = store.find("trader2").orElseThrow().updatedAt();
    DATABASE.execute("UPDATE users SET enabled = false WHERE username = 'trader1'");
    assertThat(store.changedSince(before))
        .extracting(StoredUser::username)
        .containsExactly("trader1");
  }

  @Test
  void namesFullOfSqlAreJustNames() throws SQLException {
    assertThat(store.find("x'; DROP TABLE users; --")).isEmpty();
    assertThat(store.byNames(List.of("a\",\"b}", "{", "\\"))).isEmpty();
  }

  @Test
  void theApplicationCanNeitherDeleteUsersNorStoreWeakOnes() {
    assertThatThrownBy(() -> appExecute("DELETE FROM users"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> appExecute("UPDATE user_accounts SET account_id = gen_random_uuid()"))
        .hasMessageContaining("permission denied");
    Passwords.Hash weak = new Passwords.Hash(HASH.salt(), HASH.hash(), 1_000);
    assertThatThrownBy(
            () ->
                store.addDemoUsers(
                    List.of(Ids.next()),
                    List.of("weak"),
                    List.of(Role.VIEWER),
                    weak,
                    clock.instant()))
        .hasMessageContaining("users_iterations");
  }

  @Test
  void theDirectoryTakesUpWhatChangedAndKeepsWhatItKnewWithoutADatabase() throws SQLException {
    add("trader1");
    UserDirectory directory = new UserDirectory(store, clock, "demo", 100, 5);
    long version = store.find("trader1").orElseThrow().version();
    UserDirectory.Entry entry = directory.entry("trader1");
    assertThat(entry.caller(version).roles()).isEqualTo(Set.of(Role.TRADER));
    directory.refresh();

    DATABASE.execute("UPDATE users SET roles = ARRAY['viewer']");
    assertThat(entry.caller(version)).isNotNull();
    directory.refresh();
    assertThat(entry.caller(version)).isNull();
    assertThat(entry.caller(version + 1).roles()).isEqualTo(Set.of(Role.VIEWER));

    DATABASE.execute("UPDATE users SET enabled = false");
    directory.refresh();
    assertThat(entry.caller(version + 2)).isNull();
    assertThat(directory.entry("nobody")).isNull();
  }

  private void add(String name) throws SQLException {
    store.addDemoUsers(
        List.of(Ids.next()), List.of(name), List.of(Role.TRADER), HASH, clock.instant());
  }

  private static void appExecute(String sql) throws SQLException {
    try (var connection = DATABASE.appDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
