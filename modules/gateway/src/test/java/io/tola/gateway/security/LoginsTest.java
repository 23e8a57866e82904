package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Role;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.kernel.time.PlatformClock;
import io.tola.schema.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logins against PostgreSQL: what many guesses at once may learn. */
class LoginsTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final String RIGHT = "a long enough password";
  private static final Passwords.Hash HASH = Passwords.hash(RIGHT);
  private static final String HOME = "192.0.2.1";
  private static final int FAILURES = 3;
  private static final int THREADS = 4;

  @TempDir private Path folder;

  private final Clock clock = PlatformClock.system();
  private final AuditTrail audit = entries -> {};
  private final AccessStore store = new AccessStore(DATABASE.appDataSource());
  private final UserStore users = new UserStore(DATABASE.appDataSource());
  private final UserDirectory directory = new UserDirectory(users, clock, "production", 100, 5);
  private Logins logins;

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  @AfterEach
  void stop() {
    logins.stop();
  }

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  private LoginLocks locks() {
    return new LoginLocks(DATABASE.appDataSource(), audit, clock, FAILURES, 15);
  }

  private void open(LoginLocks locks) throws SQLException {
    UserOffice office =
        new UserOffice(
            directory, store, locks, new RevokedTokens(store, clock), audit, clock, "production");
    office.create(
        "anna",
        HASH,
        false,
        new UserOffice.Rights(Set.of(Role.VIEWER), Set.of(), true, null),
        "boss");
    Tokens tokens =
        new Tokens(clock, SigningKey.load(folder.resolve("key.pem")), "tola", "tola", 60);
    logins = new Logins(users, directory, office, locks, new PasswordRules(12), tokens, THREADS);
    logins.start(Executors.defaultThreadFactory());
  }

  /** What the login was answered: null for a token. */
  private CompletableFuture<ProblemCode> login(String password) {
    return logins
        .login("anna", password, HOME)
        .toCompletableFuture()
        .handle(
            (issued, refused) -> {
              Throwable cause =
                  refused instanceof CompletionException ? refused.getCause() : refused;
              return cause == null ? null : ((ProblemException) cause).code();
            });
  }

  @Test
  void guessesAtTheSameTimeLearnNoMoreThanThoseThatAreLookedAtAtOnce() throws SQLException {
    open(locks());
    List<CompletableFuture<ProblemCode>> guesses = new ArrayList<>();
    for (int i = 0; i < LoginThrottle.FAILURES_PER_USER; i++) {
      guesses.add(login("guess " + i));
    }
    List<ProblemCode> answers = guesses.stream().map(CompletableFuture::join).toList();
    assertThat(answers).containsOnly(ProblemCode.BAD_CREDENTIALS, ProblemCode.LOGIN_LOCKED);
    assertThat(Collections.frequency(answers, ProblemCode.BAD_CREDENTIALS))
        .isBetween(FAILURES, FAILURES + THREADS - 1);
    assertThat(login(RIGHT).join()).isEqualTo(ProblemCode.LOGIN_LOCKED);
  }

  @Test
  void theRightPasswordAmongManyGuessesIsRefusedWhenTheOthersHaveLockedTheLogin()
      throws SQLException {
    boolean[] others = {true};
    open(
        new LoginLocks(DATABASE.appDataSource(), audit, clock, FAILURES, 15) {
          @Override
          Standing standing(String username, String address) throws SQLException {
            Standing before = super.standing(username, address);
            for (int i = 0; others[0] && i < FAILURES; i++) {
              failed(username, address, before.place(), true);
            }
            return before;
          }
        });
    assertThat(login(RIGHT).join()).isEqualTo(ProblemCode.LOGIN_LOCKED);
    others[0] = false;
    assertThat(locks().unlock("anna")).isTrue();
    assertThat(login(RIGHT).join()).isNull();
  }
}
