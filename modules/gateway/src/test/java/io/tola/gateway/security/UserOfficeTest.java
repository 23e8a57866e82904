package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tola.gateway.security.UserOffice.Rights;
import io.tola.gateway.security.UserOffice.User;
import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.Page;
import io.tola.kernel.Role;
import io.tola.kernel.Symbol;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.RestrictedSymbol;
import io.tola.risk.api.RiskDesk;
import io.tola.risk.api.RuleDesk;
import io.tola.schema.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Users, locks and approvals on PostgreSQL, as the application's role. */
class UserOfficeTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Passwords.Hash HASH = Passwords.hash("a long enough password");
  private static final AccountId ONE = new AccountId(Ids.next());
  private static final AccountId TWO = new AccountId(Ids.next());
  private static final Rights ADMIN = new Rights(Set.of(Role.ADMIN), Set.of(), true, null);

  private final List<AuditEntry> audited = new ArrayList<>();
  private final Ticking clock = new Ticking();
  private final AccessStore store = new AccessStore(DATABASE.appDataSource());
  private final UserStore users = new UserStore(DATABASE.appDataSource());
  private final UserDirectory directory = new UserDirectory(users, clock, "production", 100, 5);
  private final RevokedTokens revoked = new RevokedTokens(store, clock);
  private final LoginLocks locks =
      new LoginLocks(DATABASE.appDataSource(), audited::addAll, clock, 3, 15);
  private final UserOffice office =
      new UserOffice(directory, store, locks, revoked, audited::addAll, clock, "production");
  private final Approvals approvals =
      new Approvals(DATABASE.appDataSource(), audited::addAll, clock, 24);

  /** A clock that is moved by hand. */
  private static final class Ticking extends Clock {
    private Instant now = Instant.now(Clock.systemUTC()).truncatedTo(ChronoUnit.MICROS);

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  private static Rights trader(AccountId... accounts) {
    return new Rights(Set.of(Role.TRADER), Set.of(accounts), true, null);
  }

  private static ProblemCode refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable what) {
    return catchThrowableOfType(ProblemException.class, what).code();
  }

  // Users

  @Test
  void aCreatedUserIsReadAsWrittenAndAuditedWithoutPassword() throws SQLException {
    User made =
        office.create(
            "anna",
            HASH,
            true,
            new Rights(
                Set.of(Role.TRADER, Role.RISK),
                Set.of(ONE),
                true,
                AddressList.of(List.of("192.0.2.0/24"))),
            "boss");
    assertThat(office.user("anna")).isEqualTo(made);
    assertThat(made.roles()).containsExactlyInAnyOrder(Role.TRADER, Role.RISK);
    assertThat(made.accounts()).containsExactly(ONE);
    assertThat(made.allowedAddresses()).containsExactly("192.0.2.0/24");
    assertThat(made.passwordTemporary()).isTrue();
    assertThat(made.demo()).isFalse();
    assertThat(audited).hasSize(1);
    assertThat(audited.get(0).action()).isEqualTo("user_created");
    assertThat(audited.get(0).actor()).isEqualTo("boss");
    assertThat(audited.get(0).detail().keySet())
        .containsExactlyInAnyOrder(
            "roles", "accounts", "enabled", "allowed_addresses", "password_temporary");
  }

  @Test
  void aNameIsGivenOnce() throws SQLException {
    office.create("anna", HASH, true, trader(), "boss");
    assertThat(refused(() -> office.create("anna", HASH, true, trader(), "boss")))
        .isEqualTo(ProblemCode.USER_EXISTS);
    assertThat(refused(() -> office.user("nobody"))).isEqualTo(ProblemCode.USER_NOT_FOUND);
  }

  @Test
  void aChangeReplacesRightsEndsTokensAndNeedsTheCurrentVersion() throws SQLException {
    User made = office.create("anna", HASH, false, trader(ONE), "boss");
    directory.put(users.find("anna").orElseThrow());
    UserDirectory.Entry entry = directory.entry("anna");
    assertThat(entry.caller(made.version())).isNotNull();

    User changed = office.change("anna", trader(TWO), made.version(), "boss", "192.0.2.1");
    office.seen("anna");

    assertThat(changed.accounts()).containsExactly(TWO);
    assertThat(changed.version()).isGreaterThan(made.version());
    assertThat(entry.caller(made.version())).isNull();
    assertThat(entry.caller(changed.version()).onlyAccount()).isEqualTo(TWO);
    assertThat(audited.get(1).action()).isEqualTo("user_changed");
    assertThat(audited.get(1).detail().toString())
        .contains(ONE.toString())
        .contains(TWO.toString());
    assertThat(refused(() -> office.change("anna", trader(), made.version(), "boss", "192.0.2.1")))
        .isEqualTo(ProblemCode.USER_CONFLICT);
  }

  @Test
  void theSameRightsAgainChangeNothing() throws SQLException {
    User made = office.create("anna", HASH, false, trader(ONE), "boss");
    assertThat(office.change("anna", trader(ONE), made.version(), "boss", "x").version())
        .isEqualTo(made.version());
    assertThat(audited).hasSize(1);
  }

  @Test
  void theLastAdministratorStays() throws SQLException {
    User boss = office.create("boss", HASH, false, ADMIN, "system");
    Rights disabled = new Rights(Set.of(Role.ADMIN), Set.of(), false, null);
    assertThat(refused(() -> office.change("boss", trader(), boss.version(), "boss", "x")))
        .isEqualTo(ProblemCode.LAST_ADMIN);
    assertThat(refused(() -> office.change("boss", disabled, boss.version(), "boss", "x")))
        .isEqualTo(ProblemCode.LAST_ADMIN);

    User other = office.create("other", HASH, false, ADMIN, "boss");
    DATABASE.execute("UPDATE users SET demo = true WHERE username = 'other'");
    assertThat(refused(() -> office.change("boss", trader(), boss.version(), "boss", "x")))
        .as("a demo user manages nothing in production")
        .isEqualTo(ProblemCode.LAST_ADMIN);
    DATABASE.execute("UPDATE users SET demo = false WHERE username = 'other'");
    assertThat(office.change("boss", trader(), boss.version(), "other", "x").roles())
        .containsExactly(Role.TRADER);
    assertThat(other.roles()).containsExactly(Role.ADMIN);
  }

  @Test
  void theFirstAdministratorIsMadeOnceAndOnlyWhenThereIsNone() throws SQLException {
    assertThat(office.createFirstAdmin("admin", HASH)).isTrue();
    assertThat(office.user("admin").passwordTemporary()).isTrue();
    assertThat(office.createFirstAdmin("admin", HASH)).isFalse();
    assertThat(audited).hasSize(1);
  }

  @Test
  void nobodyLocksThemselvesOutByAddress() throws SQLException {
    User boss = office.create("boss", HASH, false, ADMIN, "system");
    Rights elsewhere =
        new Rights(Set.of(Role.ADMIN), Set.of(), true, AddressList.of(List.of("192.0.2.0/24")));
    assertThat(
            refused(() -> office.change("boss", elsewhere, boss.version(), "boss", "203.0.113.1")))
        .isEqualTo(ProblemCode.INVALID_FIELD);
    assertThat(
            office
                .change("boss", elsewhere, boss.version(), "boss", "192.0.2.9")
                .allowedAddresses())
        .containsExactly("192.0.2.0/24");
  }

  @Test
  void aPasswordIsSetByAnAdministratorOrWithTheOldOne() throws SQLException {
    User made = office.create("anna", HASH, false, trader(), "boss");
    Passwords.Hash next = Passwords.hash("another long password");
    User reset = office.setPassword("anna", next, true, "boss", null);
    assertThat(reset.passwordTemporary()).isTrue();
    assertThat(reset.version()).isGreaterThan(made.version());
    assertThat(refused(() -> office.setPassword("anna", HASH, false, "anna", HASH)))
        .as("somebody else was first")
        .isEqualTo(ProblemCode.USER_CONFLICT);
    assertThat(office.setPassword("anna", HASH, false, "anna", next).passwordTemporary()).isFalse();
    assertThat(audited)
        .extracting(AuditEntry::action)
        .containsExactly("user_created", "user_password_reset", "user_password_changed");
  }

  @Test
  void everyPageHoldsTheNextUsersAndFiltersHold() throws SQLException {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      names.add("user" + i);
      clock.now = clock.now.plusMillis(i % 2);
      office.create("user" + i, HASH, false, i == 3 ? ADMIN : trader(), "boss");
    }
    List<String> read = new ArrayList<>();
    String cursor = null;
    do {
      Page<User> page = office.users(null, null, 3, cursor);
      page.items().forEach(user -> read.add(user.username()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(read).containsExactlyInAnyOrderElementsOf(names);
    assertThat(office.users(Role.ADMIN, true, 10, null).items())
        .extracting(User::username)
        .containsExactly("user3");
    assertThat(office.users(null, false, 10, null).items()).isEmpty();
    assertThat(refused(() -> office.users(null, null, 3, "x")))
        .isEqualTo(ProblemCode.INVALID_PARAMETER);
  }

  // Tokens taken back

  @Test
  void aTokenTakenBackIsKnownToEveryNodeUntilItExpires() throws SQLException {
    RevokedTokens.Id id = RevokedTokens.Id.of("header.claims");
    RevokedTokens other = new RevokedTokens(store, clock);
    assertThat(other.holds(id)).isFalse();
    List<RevokedTokens.Id> told = new ArrayList<>();
    other.listen(
        new RevokedTokens.Listener() {
          @Override
          public void ended(RevokedTokens.Id ended) {
            told.add(ended);
          }

          @Override
          public void ended(String externalName, Instant issuedUntil) {
            throw new AssertionError();
          }
        });

    office.endToken("anna", new Authenticator.Held(id, clock.now.plusSeconds(60), false));
    other.refresh();
    other.refresh();

    assertThat(other.holds(id)).isTrue();
    assertThat(told).containsExactly(id);
    assertThat(new RevokedTokens(store, clock).holds(id)).as("a node that has just begun").isTrue();
    clock.now = clock.now.plusSeconds(61);
    other.refresh();
    assertThat(other.holds(id)).isFalse();
    store.sweep(clock.now);
    assertThat(store.revokedSince(Instant.EPOCH, Instant.EPOCH)).isEmpty();
  }

  @Test
  void aRowThatStandsBehindTheNewestIsFoundWithinAMinute() throws SQLException {
    RevokedTokens other = new RevokedTokens(store, clock);
    RevokedTokens.Id late = RevokedTokens.Id.of("late");
    Instant expires = clock.now.plusSeconds(3_600);
    office.endToken("anna", new Authenticator.Held(RevokedTokens.Id.of("first"), expires, false));
    other.refresh();
    // As a primary writes it that took over with its clock behind.
    office.endToken("bert", new Authenticator.Held(late, expires, false));
    office.endExternal(
        "ext:carl", new Authenticator.Held(RevokedTokens.Id.of("carls"), expires, true));
    DATABASE.execute(
        "UPDATE revoked_tokens SET revoked_at = revoked_at - interval '1 hour' WHERE username <>"
            + " 'anna'");
    for (int i = 0; i < 11; i++) {
      other.refresh();
    }
    assertThat(other.holds(late)).as("before a minute is over").isFalse();
    other.refresh();
    assertThat(other.holds(late)).isTrue();
  }

  @Test
  void whatFailsBesideItKeepsNothingElseFromBeingReadAgain() throws SQLException {
    List<String> done = new ArrayList<>();
    directory.alongside(
        () -> {
          throw new IllegalStateException("approvals");
        });
    directory.alongside(() -> done.add("revoked tokens"));
    directory.refresh();
    directory.refresh();
    assertThat(done).hasSize(2);
  }

  @Test
  void anExternalUsersEndOfAllTokensIsKnownToEveryNodeAndNeverTakenBack() throws SQLException {
    RevokedTokens other = new RevokedTokens(store, clock);
    assertThat(other.endedUntil("ext:anna")).isNull();
    Authenticator.Held token =
        new Authenticator.Held(RevokedTokens.Id.of("t"), clock.now.plusSeconds(60), true);
    Instant now = clock.now;
    office.seenExternal("ext:anna", office.endExternal("ext:anna", token), token);
    assertThat(revoked.endedUntil("ext:anna")).isEqualTo(now);
    assertThat(revoked.holds(token.id())).isTrue();
    other.refresh();
    assertThat(other.endedUntil("ext:anna")).isEqualTo(now);

    clock.now = now.minusSeconds(300);
    assertThat(office.endExternal("ext:anna", token)).as("by a clock behind").isEqualTo(now);
    clock.now = now.plusSeconds(300);
    office.endExternal("ext:anna", token);
    other.refresh();
    assertThat(other.endedUntil("ext:anna")).isEqualTo(clock.now);
    assertThat(audited)
        .extracting(AuditEntry::action)
        .containsOnly("user_tokens_revoked")
        .hasSize(3);
  }

  // Locks

  private boolean fails(String user, String address) throws SQLException {
    return locks.failed(user, address, locks.standing(user, address).place(), true);
  }

  @Test
  void failuresInARowLockForATimeAndAttemptsMeanwhileDontLengthenIt() throws SQLException {
    assertThat(fails("anna", "192.0.2.1")).isFalse();
    assertThat(fails("anna", "192.0.2.2")).isFalse();
    assertThat(locks.standing("anna", "192.0.2.3").lockedFor()).isNull();
    assertThat(fails("anna", "192.0.2.3")).isTrue();
    assertThat(locks.standing("anna", "192.0.2.9").lockedFor()).isEqualTo(Duration.ofMinutes(15));
    assertThat(locks.standing("bert", "192.0.2.1").lockedFor()).isNull();
    assertThat(audited).extracting(AuditEntry::action).containsExactly("user_login_locked");

    clock.now = clock.now.plus(Duration.ofMinutes(15));
    assertThat(locks.standing("anna", "192.0.2.1").lockedFor()).isNull();
    assertThat(fails("anna", "192.0.2.1")).as("counted anew").isFalse();
  }

  @Test
  void failuresFarApartAreNotInARowAndASuccessForgetsThem() throws SQLException {
    for (int i = 0; i < 6; i++) {
      assertThat(fails("anna", "192.0.2.1")).isFalse();
      clock.now = clock.now.plus(Duration.ofMinutes(8));
    }
    fails("anna", "192.0.2.1");
    locks.succeeded("anna", "192.0.2.7", locks.standing("anna", "192.0.2.7"));
    assertThat(fails("anna", "192.0.2.1")).isFalse();
    assertThat(fails("anna", "192.0.2.1")).isFalse();
  }

  @Test
  void guessingElsewhereDoesntLockOutAnAddressTheUserComesFrom() throws SQLException {
    locks.succeeded("anna", "198.51.100.4", locks.standing("anna", "198.51.100.4"));
    for (int i = 0; i < 10; i++) {
      fails("anna", "192.0.2." + i);
    }
    assertThat(locks.standing("anna", "192.0.2.1").lockedFor()).isNotNull();
    assertThat(locks.standing("anna", "198.51.100.4").lockedFor()).isNull();
    assertThat(fails("anna", "198.51.100.4")).isFalse();
    clock.now = clock.now.plus(LoginLocks.KNOWN);
    assertThat(locks.standing("anna", "198.51.100.4").place()).isEmpty();
  }

  @Test
  void anAdministratorUnlocksAndSeesTheLock() throws SQLException {
    office.create("anna", HASH, false, trader(), "boss");
    for (int i = 0; i < 3; i++) {
      fails("anna", "192.0.2.1");
    }
    assertThat(office.user("anna").lockedUntil()).isEqualTo(clock.now.plus(Duration.ofMinutes(15)));
    assertThat(office.unlock("anna", "boss").lockedUntil()).isNull();
    assertThat(locks.standing("anna", "192.0.2.1").lockedFor()).isNull();
    assertThat(audited.get(audited.size() - 1).action()).isEqualTo("user_unlocked");
  }

  // Approvals

  private static Caller risk(String name) {
    return new Caller(name, Set.of(Role.RISK), Set.of(), null);
  }

  private Approvals.Approval ask() throws SQLException {
    return approvals.ask(
        Approvals.Kind.LIMIT_RAISE, ONE.value(), "{\"max_order_value\": 100.50}", "anna");
  }

  @Test
  void anotherPersonApprovesOnceAndItIsDone() throws SQLException {
    Approvals.Approval asked = ask();
    List<String> done = new ArrayList<>();
    Approvals.Deed deed = approval -> done.add(approval.request());

    assertThat(refused(() -> approvals.approve(asked.id(), risk("anna"), null, deed)))
        .isEqualTo(ProblemCode.SECOND_PERSON_NEEDED);
    Caller trader = new Caller("bert", Set.of(Role.TRADER), Set.of(), null);
    assertThat(refused(() -> approvals.approve(asked.id(), trader, null, deed)))
        .isEqualTo(ProblemCode.FORBIDDEN);
    assertThat(done).isEmpty();

    Approvals.Approval approved = approvals.approve(asked.id(), risk("bert"), "fine", deed);
    assertThat(approved.status()).isEqualTo(Approvals.Status.APPROVED);
    assertThat(approved.decidedBy()).isEqualTo("bert");
    assertThat(done).containsExactly("{\"max_order_value\": 100.50}");
    assertThat(refused(() -> approvals.approve(asked.id(), risk("bert"), null, deed)))
        .isEqualTo(ProblemCode.APPROVAL_CLOSED);
    assertThat(refused(() -> approvals.refuse(asked.id(), risk("bert"), "no")))
        .isEqualTo(ProblemCode.APPROVAL_CLOSED);
    assertThat(audited)
        .extracting(AuditEntry::action)
        .containsExactly("approval_requested", "approval_approved");
    assertThat(refused(() -> approvals.approval(Ids.next())))
        .isEqualTo(ProblemCode.APPROVAL_NOT_FOUND);
  }

  @Test
  void aRefusedOrExpiredRequestIsClosed() throws SQLException {
    Approvals.Approval own = ask();
    assertThat(approvals.refuse(own.id(), risk("anna"), "a mistake").status())
        .isEqualTo(Approvals.Status.REFUSED);
    Approvals.Approval late = ask();
    clock.now = clock.now.plus(Duration.ofHours(24));
    assertThat(approvals.approval(late.id()).status()).isEqualTo(Approvals.Status.EXPIRED);
    assertThat(refused(() -> approvals.approve(late.id(), risk("bert"), null, a -> {})))
        .isEqualTo(ProblemCode.APPROVAL_CLOSED);
    assertThat(approvals.expire()).isEqualTo(1);
    assertThat(approvals.expire()).isZero();
    assertThat(approvals.approvals(Approvals.Status.EXPIRED, 10, null).items()).hasSize(1);
    assertThat(approvals.approvals(Approvals.Status.PENDING, 10, null).items()).isEmpty();
    Page<Approvals.Approval> first = approvals.approvals(null, 1, null);
    assertThat(first.items()).extracting(Approvals.Approval::id).containsExactly(late.id());
    assertThat(approvals.approvals(null, 1, first.nextCursor()).items())
        .extracting(Approvals.Approval::id)
        .containsExactly(own.id());
  }

  @Test
  void whatCantBeDoneAnyMoreIsStaleAndClosed() throws SQLException {
    Approvals.Approval older = askWithVersion(3);
    Approvals.Approval current = askWithVersion(4);
    Predicate<Approvals.Approval> gone = approval -> approval.id().equals(older.id());
    assertThat(approvals.outdate(gone)).isEqualTo(1);
    assertThat(approvals.outdate(gone)).isZero();
    assertThat(approvals.approval(older.id()).status()).isEqualTo(Approvals.Status.STALE);
    assertThat(approvals.approval(older.id()).decidedAt()).isEqualTo(clock.now);
    assertThat(approvals.approvals(Approvals.Status.PENDING, 10, null).items())
        .extracting(Approvals.Approval::id)
        .containsExactly(current.id());
    assertThat(refused(() -> approvals.approve(older.id(), risk("bert"), null, a -> {})))
        .isEqualTo(ProblemCode.APPROVAL_CLOSED);
    approvals.outdated(current.id());
    approvals.outdated(current.id());
    assertThat(approvals.approvals(Approvals.Status.STALE, 10, null).items()).hasSize(2);
    assertThat(audited)
        .extracting(AuditEntry::action)
        .containsExactly(
            "approval_requested", "approval_requested", "approval_stale", "approval_stale");

    Approvals.Approval done = askWithVersion(5);
    approvals.approve(done.id(), risk("bert"), null, a -> {});
    approvals.outdated(done.id());
    assertThat(approvals.approval(done.id()).status()).isEqualTo(Approvals.Status.APPROVED);
  }

  /** A facade of which only that is asked. */
  private static <T> T answering(Class<T> facade, Function<String, Object> byMethod) {
    return facade.cast(
        Proxy.newProxyInstance(
            facade.getClassLoader(),
            new Class<?>[] {facade},
            (proxy, method, arguments) -> byMethod.apply(method.getName())));
  }

  private static AccountLimits limits(long version) {
    return new AccountLimits(
        ONE, null, null, null, null, 10, null, null, Set.of(), version, null, null);
  }

  @Test
  void whatARequestWouldChangeIsGoneWhenItWasChangedSince() throws SQLException {
    RiskDesk risk =
        answering(RiskDesk.class, method -> method.equals("defaultLimits") ? limits(7) : limits(4));
    Instant asked = clock.now;
    RestrictedSymbol infy =
        new RestrictedSymbol(new Symbol("INFY"), "x", "anna", asked.minusSeconds(1));
    RestrictedSymbol again =
        new RestrictedSymbol(new Symbol("TCS"), "x", "anna", asked.plusSeconds(1));
    RuleDesk rules = answering(RuleDesk.class, method -> List.of(infy, again));
    Map<String, Boolean> gone = new LinkedHashMap<>();
    for (Approvals.Kind kind : Approvals.Kind.values()) {
      for (UUID account : new UUID[] {ONE.value(), null}) {
        for (String request :
            List.of(
                "{\"version\":4}",
                "{\"version\":7}",
                "{\"symbol\":\"INFY\"}",
                "{\"symbol\":\"TCS\"}",
                "{\"symbol\":\"ITC\"}")) {
          if (kind == Approvals.Kind.LIMIT_RAISE == request.contains("version")) {
            Approvals.Approval approval = approvals.ask(kind, account, request, "anna");
            gone.put(
                kind + (account == null ? " " : " account ") + request,
                Approvals.isGone(approval, risk, rules));
          }
        }
      }
    }
    assertThat(gone)
        .containsEntry("LIMIT_RAISE account {\"version\":4}", false)
        .containsEntry("LIMIT_RAISE account {\"version\":7}", true)
        .containsEntry("LIMIT_RAISE {\"version\":4}", true)
        .containsEntry("LIMIT_RAISE {\"version\":7}", false)
        .containsEntry("SYMBOL_RELEASE {\"symbol\":\"INFY\"}", false)
        .containsEntry("SYMBOL_RELEASE {\"symbol\":\"TCS\"}", true)
        .containsEntry("SYMBOL_RELEASE {\"symbol\":\"ITC\"}", true)
        .containsEntry("ALGO_REGISTRATION account {\"symbol\":\"ITC\"}", false);
  }

  @Test
  void aRaiseOfAnAccountUnderTheDefaultsIsGoneWhenTheyWereChangedSince() throws SQLException {
    Approvals.Approval raise = askWithVersion(0);
    Approvals.Approval ofOwn = askWithVersion(4);
    RuleDesk rules = answering(RuleDesk.class, method -> List.of());
    Map<Instant, Boolean> goneByChange = new LinkedHashMap<>();
    for (Instant changed :
        new Instant[] {null, raise.requestedAt(), raise.requestedAt().plusSeconds(1)}) {
      AccountLimits defaults =
          new AccountLimits(
              null, null, null, null, null, 10, null, null, Set.of(), 7, "anna", changed);
      goneByChange.put(changed, Approvals.isGone(raise, desk(defaults, limits(0)), rules));
      // Limits of its own don't follow the defaults.
      assertThat(Approvals.isGone(ofOwn, desk(defaults, limits(4)), rules)).isFalse();
    }
    assertThat(goneByChange.values()).containsExactly(false, false, true);
  }

  private static RiskDesk desk(AccountLimits defaults, AccountLimits own) {
    return answering(RiskDesk.class, method -> method.equals("defaultLimits") ? defaults : own);
  }

  private Approvals.Approval askWithVersion(long version) throws SQLException {
    return approvals.ask(
        Approvals.Kind.LIMIT_RAISE, ONE.value(), "{\"version\": " + version + "}", "anna");
  }

  @Test
  void theTableItselfHoldsToTheSecondPersonAndToOneDecision() throws SQLException {
    Approvals.Approval asked = ask();
    String own =
        "UPDATE approvals SET status = 'APPROVED', decided_by = 'anna', decided_at = now() WHERE"
            + " approval_id = '"
            + asked.id()
            + "'";
    assertThatThrownBy(() -> execute(own)).hasMessageContaining("approvals_second_person");
    execute(own.replace("'anna'", "'bert'"));
    assertThatThrownBy(() -> execute("UPDATE approvals SET status = 'PENDING', decided_at = NULL"))
        .hasMessageContaining("decided once");
    assertThatThrownBy(() -> execute("DELETE FROM approvals"))
        .hasMessageContaining("permission denied");
  }

  private static void execute(String sql) throws SQLException {
    try (var connection = DATABASE.appDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
