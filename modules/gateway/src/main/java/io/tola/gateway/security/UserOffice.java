package io.tola.gateway.security;

import io.tola.kernel.AccountId;
import io.tola.kernel.Cursor;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.Role;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Manages users: each change is one transaction with its audit entry of before and after, and ends
 * the tokens issued before it. Whoever calls has checked who may. Thread-safe.
 *
 * <p>Always holds: somebody may manage users. The change that would leave nobody is refused, also
 * when two administrators take the role from each other at the same time.
 */
@ApplicationScoped
public class UserOffice {

  private static final char LIST = 'u';

  private UserDirectory directory;
  private AccessStore store;
  private LoginLocks locks;
  private RevokedTokens revoked;
  private AuditTrail audit;
  private Clock clock;
  private boolean demoAllowed;

  /** For the proxy. */
  protected UserOffice() {}

  @Inject
  UserOffice(
      UserDirectory directory,
      AccessStore store,
      LoginLocks locks,
      RevokedTokens revoked,
      AuditTrail audit,
      Clock clock,
      @ConfigProperty(name = "tola.profile", defaultValue = "production") String profile) {
    this.directory = directory;
    this.store = store;
    this.locks = locks;
    this.revoked = revoked;
    this.audit = audit;
    this.clock = clock;
    this.demoAllowed = "demo".equals(profile);
  }

  /**
   * A user as those see it who manage users.
   *
   * @param allowedAddresses empty means from anywhere
   * @param passwordTemporary has to be changed before the next login
   * @param lockedUntil logins are locked somewhere until then; null when nowhere
   * @param demo made by the demo profile
   * @param version to be sent back with a change
   */
  public record User(
      UUID userId,
      String username,
      Set<Role> roles,
      Set<AccountId> accounts,
      boolean enabled,
      Set<String> allowedAddresses,
      boolean passwordTemporary,
      Instant lockedUntil,
      boolean demo,
      long version,
      Instant createdAt,
      Instant updatedAt) {}

  /**
   * What an administrator decides about a user.
   *
   * @param addresses null means from anywhere
   */
  public record Rights(
      Set<Role> roles, Set<AccountId> accounts, boolean enabled, AddressList addresses) {}

  /**
   * All users, oldest first.
   *
   * @param role only those who hold it, or null
   * @param enabled only those, or null
   * @throws ProblemException INVALID_PARAMETER for a bad cursor
   */
  @Transactional(rollbackOn = Exception.class)
  public Page<User> users(Role role, Boolean enabled, int limit, String cursor)
      throws SQLException {
    Cursor after = Cursor.decode(cursor, LIST);
    List<StoredUser> found =
        store.page(
            after == null ? null : after.at(),
            after == null ? null : after.id(),
            role,
            enabled,
            limit + 1);
    String next = null;
    if (found.size() > limit) {
      found = found.subList(0, limit);
      StoredUser last = found.get(limit - 1);
      next = new Cursor(last.createdAt(), last.userId()).encode(LIST);
    }
    List<User> users = new ArrayList<>();
    for (StoredUser user : found) {
      users.add(view(user));
    }
    return new Page<>(users, next);
  }

  /**
   * @throws ProblemException USER_NOT_FOUND
   */
  @Transactional(rollbackOn = Exception.class)
  public User user(String username) throws SQLException {
    return view(store.find(username).orElseThrow(UserOffice::notFound));
  }

  /**
   * Adds a user with a password that has to be changed before the first login, unless said
   * otherwise.
   *
   * @throws ProblemException USER_EXISTS
   */
  @Transactional(rollbackOn = Exception.class)
  public User create(
      String username, Passwords.Hash password, boolean temporary, Rights rights, String actor)
      throws SQLException {
    Instant now = clock.instant();
    UUID id = Ids.next();
    StoredUser user =
        new StoredUser(
            id,
            username,
            password,
            rights.roles(),
            rights.accounts(),
            rights.enabled(),
            false,
            rights.addresses(),
            temporary,
            1,
            now,
            now);
    if (!store.add(user)) {
      throw new ProblemException(
          ProblemCode.USER_EXISTS,
          "There is a user of that name; names are never given twice.",
          List.of(new FieldError("username", "is taken")));
    }
    if (!rights.accounts().isEmpty()) {
      store.grant(id, rights.accounts(), now);
    }
    StoredUser after = store.find(username).orElseThrow(UserOffice::notFound);
    Map<String, Object> detail = figures(after);
    detail.put("password_temporary", temporary);
    audit(now, actor, "user_created", username, detail);
    return view(after);
  }

  /**
   * Makes an administrator when nobody else may manage users, also when several nodes try at once.
   *
   * @return whether one was made
   */
  @Transactional(rollbackOn = Exception.class)
  public boolean createFirstAdmin(String username, Passwords.Hash password) throws SQLException {
    store.lockAdmins();
    if (store.otherAdmins(new UUID(0, 0), demoAllowed) > 0) {
      return false;
    }
    create(
        username, password, true, new Rights(Set.of(Role.ADMIN), Set.of(), true, null), "system");
    return true;
  }

  /**
   * Replaces a user's rights, and ends the tokens issued before.
   *
   * @param version the one that is replaced
   * @param comesFrom where the actor is
   * @throws ProblemException USER_NOT_FOUND, USER_CONFLICT when the version is not current,
   *     LAST_ADMIN, INVALID_FIELD for a list of addresses with which actors would lock themselves
   *     out
   */
  @Transactional(rollbackOn = Exception.class)
  public User change(String username, Rights rights, long version, String actor, String comesFrom)
      throws SQLException {
    StoredUser before = store.lock(username).orElseThrow(UserOffice::notFound);
    if (before.version() != version) {
      throw new ProblemException(
          ProblemCode.USER_CONFLICT,
          "The user was changed meanwhile: the version is " + before.version() + " now.");
    }
    if (username.equals(actor)
        && rights.addresses() != null
        && !rights.addresses().admits(comesFrom)) {
      String fault = "must hold the address you come from, " + comesFrom;
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          "allowed_addresses " + fault + ": you would lock yourself out.",
          List.of(new FieldError("allowed_addresses", fault)));
    }
    if (manages(before) && !(rights.enabled() && rights.roles().contains(Role.ADMIN))) {
      store.lockAdmins();
      if (store.otherAdmins(before.userId(), demoAllowed) == 0) {
        throw new ProblemException(
            ProblemCode.LAST_ADMIN,
            "This is the last user who may manage users: make another administrator first.");
      }
    }
    Instant now = clock.instant();
    store.change(before.userId(), rights.roles(), rights.enabled(), rights.addresses());
    Set<AccountId> gone = new LinkedHashSet<>(before.accounts());
    gone.removeAll(rights.accounts());
    Set<AccountId> come = new LinkedHashSet<>(rights.accounts());
    come.removeAll(before.accounts());
    if (!gone.isEmpty()) {
      store.revoke(before.userId(), gone);
    }
    if (!come.isEmpty()) {
      store.grant(before.userId(), come, now);
    }
    StoredUser after = store.find(username).orElseThrow(UserOffice::notFound);
    if (after.version() != before.version()) {
      audit(
          now,
          actor,
          "user_changed",
          username,
          Map.of("before", figures(before), "after", figures(after)));
    }
    return view(after);
  }

  /**
   * Sets a user's password, ends the user's tokens and locks.
   *
   * @param actor an administrator, or the user
   * @param old the hash that the user's old password was checked against; null for an administrator
   * @throws ProblemException USER_NOT_FOUND, USER_CONFLICT when the password was changed meanwhile
   */
  @Transactional(rollbackOn = Exception.class)
  public User setPassword(
      String username, Passwords.Hash password, boolean temporary, String actor, Passwords.Hash old)
      throws SQLException {
    StoredUser before = store.lock(username).orElseThrow(UserOffice::notFound);
    if (old != null && !java.util.Arrays.equals(old.hash(), before.password().hash())) {
      throw new ProblemException(ProblemCode.USER_CONFLICT, "The password was changed meanwhile.");
    }
    store.password(before.userId(), password, temporary);
    if (old == null) {
      locks.unlock(username);
    }
    boolean own = username.equals(actor);
    audit(
        clock.instant(),
        actor,
        own ? "user_password_changed" : "user_password_reset",
        username,
        Map.of("temporary", temporary));
    return user(username);
  }

  /**
   * Ends the locks of a user's logins.
   *
   * @throws ProblemException USER_NOT_FOUND
   */
  @Transactional(rollbackOn = Exception.class)
  public User unlock(String username, String actor) throws SQLException {
    if (store.lock(username).isEmpty()) {
      throw notFound();
    }
    if (locks.unlock(username)) {
      audit(clock.instant(), actor, "user_unlocked", username, Map.of());
    }
    return user(username);
  }

  /**
   * Ends every token of a user.
   *
   * @throws ProblemException USER_NOT_FOUND
   */
  @Transactional(rollbackOn = Exception.class)
  public User endTokens(String username, String actor) throws SQLException {
    StoredUser user = store.lock(username).orElseThrow(UserOffice::notFound);
    store.raiseVersion(user.userId());
    audit(clock.instant(), actor, "user_tokens_revoked", username, Map.of());
    return user(username);
  }

  /** Ends one token; call {@link #seen} afterwards. */
  @Transactional(rollbackOn = Exception.class)
  public void endToken(String username, Authenticator.Held token) throws SQLException {
    if (store.revokeToken(token.id(), username, token.expiresAt())) {
      audit(clock.instant(), username, "user_logged_out", username, Map.of());
    }
  }

  /**
   * Ends every token of an external issuer's user that was issued by now, this one in any case; call
   * {@link #seenExternal} afterwards.
   *
   * @param token the one that the user has shown
   * @return until when tokens must have been issued to be ended
   */
  @Transactional(rollbackOn = Exception.class)
  public Instant endExternal(String username, Authenticator.Held token) throws SQLException {
    Instant now = clock.instant();
    Instant issuedUntil = store.endExternal(username, now);
    store.revokeToken(token.id(), username, token.expiresAt());
    audit(now, username, "user_tokens_revoked", username, Map.of());
    return issuedUntil;
  }

  /** Makes the end of an external user's tokens felt on this node now. */
  public void seenExternal(String username, Instant issuedUntil, Authenticator.Held token) {
    revoked.add(username, issuedUntil);
    seen(token);
  }

  /** Makes an ended token's end felt on this node now; other nodes read it within seconds. */
  public void seen(Authenticator.Held token) {
    revoked.add(token.id(), token.expiresAt());
  }

  /** Makes a committed change felt on this node now; other nodes read it within seconds. */
  public void seen(String username) throws SQLException {
    store.find(username).ifPresent(directory::put);
  }

  private boolean manages(StoredUser user) {
    return user.enabled() && user.roles().contains(Role.ADMIN) && (demoAllowed || !user.demo());
  }

  private User view(StoredUser user) throws SQLException {
    return new User(
        user.userId(),
        user.username(),
        user.roles(),
        user.accounts(),
        user.enabled(),
        AddressList.entriesOf(user.addresses()),
        user.passwordTemporary(),
        locks.lockedUntil(user.username()),
        user.demo(),
        user.version(),
        user.createdAt(),
        user.updatedAt());
  }

  private static Map<String, Object> figures(StoredUser user) {
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put(
        "roles", List.copyOf(new TreeSet<>(user.roles().stream().map(Role::code).toList())));
    figures.put(
        "accounts",
        List.copyOf(new TreeSet<>(user.accounts().stream().map(AccountId::toString).toList())));
    figures.put("enabled", user.enabled());
    figures.put("allowed_addresses", List.copyOf(AddressList.entriesOf(user.addresses())));
    return figures;
  }

  private void audit(
      Instant at, String actor, String action, String username, Map<String, ?> detail) {
    audit.append(
        List.of(new AuditEntry(Ids.next(), at, actor, action, "user", username, null, detail)));
  }

  private static ProblemException notFound() {
    return new ProblemException(ProblemCode.USER_NOT_FOUND, "There is no such user.");
  }
}
