package io.tola.gateway.security;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Role;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Writes the demo profile's users: {@code trader1} to {@code traderN} and one user per other role, and a second one for role risk,
 * all with one password and one hash, because fifty hashes would take five seconds of the start.
 *
 * <p>One transaction with its audit entries; run again, or by several nodes at once, it changes
 * nothing.
 */
@ApplicationScoped
public class DemoUsers {

  private UserStore store;
  private AuditTrail audit;
  private Clock clock;

  /** For the proxy. */
  protected DemoUsers() {}

  @Inject
  DemoUsers(UserStore store, AuditTrail audit, Clock clock) {
    this.store = store;
    this.audit = audit;
    this.clock = clock;
  }

  /** The users' names and roles, traders first. */
  static Map<String, Role> names(int traders) {
    Map<String, Role> names = new LinkedHashMap<>();
    for (int i = 1; i <= traders; i++) {
      names.put("trader" + i, Role.TRADER);
    }
    for (Role role : Role.values()) {
      if (role != Role.TRADER) {
        names.put(role.code(), role);
      }
    }
    // Limits are raised by two.
    names.put("risk2", Role.RISK);
    return names;
  }

  /**
   * Brings users, passwords and accounts to what the configuration says.
   *
   * @param accounts each trader's account
   * @return how many users were added
   */
  @Transactional(rollbackOn = Exception.class)
  public int write(Map<String, Role> users, Map<String, AccountId> accounts, String password)
      throws SQLException {
    store.lockSeeding();
    Instant now = clock.instant();
    List<String> usernames = new ArrayList<>(users.keySet());
    Map<String, StoredUser> before = new HashMap<>();
    store.byNames(usernames).forEach(user -> before.put(user.username(), user));

    Passwords.Hash hash = hashInUse(before, password);
    Set<String> added = Set.of();
    if (before.size() < users.size()) {
      List<UUID> ids = usernames.stream().map(name -> Ids.next()).toList();
      added = store.addDemoUsers(ids, usernames, new ArrayList<>(users.values()), hash, now);
    }
    Set<String> changed = store.changeDemoPasswords(usernames, hash);
    store.assignDemoAccounts(accounts, now);

    List<AuditEntry> entries = new ArrayList<>();
    for (String name : added) {
      AccountId account = accounts.get(name);
      entries.add(
          entry(
              now,
              "user_created",
              name,
              account,
              Map.of("role", users.get(name).code(), "demo", Boolean.TRUE)));
    }
    for (String name : changed) {
      entries.add(
          entry(
              now,
              "user_password_changed",
              name,
              accounts.get(name),
              Map.of("demo", Boolean.TRUE)));
    }
    if (!entries.isEmpty()) {
      audit.append(entries);
    }
    return added.size();
  }

  /** The hash some demo user has, when it is this password's; a new one otherwise. */
  private static Passwords.Hash hashInUse(Map<String, StoredUser> before, String password) {
    return before.values().stream()
        .filter(StoredUser::demo)
        .findFirst()
        .map(StoredUser::password)
        .filter(hash -> Passwords.matches(password, hash))
        .orElseGet(() -> Passwords.hash(password));
  }

  private static AuditEntry entry(
      Instant at, String action, String name, AccountId account, Map<String, ?> detail) {
    return new AuditEntry(
        Ids.next(),
        at,
        "system",
        action,
        "user",
        name,
        account == null ? null : account.value(),
        detail);
  }
}
