package io.tola.gateway.security;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Passwords for tokens. Hashes are computed on a few threads of their own with a bounded queue, so
 * that a flood of logins takes neither all cores nor the request threads. Thread-safe.
 */
@ApplicationScoped
public class Logins {

  private static final Logger LOG = System.getLogger(Logins.class.getName());
  private static final int MAX_WAITING = 256;
  private static final int HASH_SECONDS = 20;
  private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);

  @Resource(lookup = "java:module/concurrent/tola-threads")
  private ManagedThreadFactory threads;

  private UserStore store;
  private UserDirectory directory;
  private UserOffice office;
  private LoginLocks locks;
  private PasswordRules rules;
  private Tokens tokens;
  private int hashThreads;
  private LoginThrottle throttle;
  private ThreadPoolExecutor executor;

  /** For the proxy. */
  protected Logins() {}

  /**
   * @param hashThreads how many hashes are computed at once; 0 means half of the cores, one at
   *     least
   */
  @Inject
  Logins(
      UserStore store,
      UserDirectory directory,
      UserOffice office,
      LoginLocks locks,
      PasswordRules rules,
      Tokens tokens,
      @ConfigProperty(name = "tola.security.login-threads", defaultValue = "0") int hashThreads) {
    this.store = store;
    this.directory = directory;
    this.office = office;
    this.locks = locks;
    this.rules = rules;
    this.tokens = tokens;
    this.hashThreads =
        hashThreads > 0 ? hashThreads : Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    this.throttle = new LoginThrottle(System.nanoTime());
  }

  @PostConstruct
  void start() {
    start(threads);
  }

  void start(ThreadFactory factory) {
    executor =
        new ThreadPoolExecutor(
            hashThreads,
            hashThreads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(MAX_WAITING),
            factory);
    executor.allowCoreThreadTimeOut(true);
  }

  @PreDestroy
  void stop() {
    executor.shutdownNow();
  }

  /**
   * Exchanges a password for a token.
   *
   * @param address where the request comes from
   * @return completes exceptionally with a {@link ProblemException}: BAD_CREDENTIALS, the same for
   *     an unknown, a disabled and a wrongly guessed user; TOO_MANY_LOGINS; LOGIN_LOCKED;
   *     ADDRESS_REFUSED; PASSWORD_CHANGE_NEEDED; DATABASE_UNAVAILABLE
   */
  public CompletionStage<Tokens.Issued> login(String username, String password, String address) {
    return checked(
        username,
        password,
        address,
        user -> {
          if (user.passwordTemporary()) {
            throw new ProblemException(
                ProblemCode.PASSWORD_CHANGE_NEEDED,
                "The password was set by somebody else: change it at POST /api/v1/auth/password.");
          }
          directory.put(user);
          return tokens.issue(user);
        });
  }

  /**
   * Changes a user's own password, which ends the user's tokens.
   *
   * @return completes exceptionally as {@link #login} does, but for PASSWORD_CHANGE_NEEDED, and with
   *     PASSWORD_REFUSED
   */
  public CompletionStage<UserOffice.User> changePassword(
      String username, String password, String wanted, String address) {
    return checked(
        username,
        password,
        address,
        user -> {
          rules.check(username, wanted, "new_password");
          if (wanted.equals(password)) {
            throw PasswordRules.refused("new_password", "must differ from the old one");
          }
          UserOffice.User changed =
              office.setPassword(
                  username, Passwords.hash(wanted), false, username, user.password());
          office.seen(username);
          return changed;
        });
  }

  /**
   * Hashes a password that an administrator sets, on the same threads.
   *
   * @throws ProblemException PASSWORD_REFUSED; TOO_MANY_LOGINS when the threads are busy
   */
  public Passwords.Hash hash(String username, String password) {
    rules.check(username, password, "password");
    CompletableFuture<Passwords.Hash> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> answer.complete(Passwords.hash(password)));
      return answer.get(HASH_SECONDS, TimeUnit.SECONDS);
    } catch (RejectedExecutionException | TimeoutException e) {
      throw tooMany(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw tooMany(Duration.ofSeconds(5));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** What somebody may do whose password was right. */
  private interface Admitted<T> {
    T go(StoredUser user) throws SQLException;
  }

  private <T> CompletionStage<T> checked(
      String username, String password, String address, Admitted<T> then) {
    LoginThrottle.Admission admission = throttle.admit(username, address, System.nanoTime());
    if (admission.attempt() == null) {
      LOG.log(Level.INFO, "logins of {0} from {1} are slowed down", username, address);
      return CompletableFuture.failedFuture(tooMany(Duration.ofNanos(admission.waitNanos())));
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> check(username, password, address, admission.attempt(), then, answer));
    } catch (RejectedExecutionException e) {
      admission.attempt().notCounted();
      return CompletableFuture.failedFuture(tooMany(Duration.ofSeconds(5)));
    }
    return answer;
  }

  private <T> void check(
      String username,
      String password,
      String address,
      LoginThrottle.Attempt attempt,
      Admitted<T> then,
      CompletableFuture<T> answer) {
    try {
      LoginLocks.Standing standing = locks.standing(username, address);
      if (standing.lockedFor() != null) {
        // The password isn't looked at: a lock that told right from wrong would not stop guessing.
        attempt.notCounted();
        answer.completeExceptionally(locked(standing.lockedFor()));
        return;
      }
      StoredUser user = store.find(username).orElse(null);
      boolean right = Passwords.matches(password, user == null ? null : user.password());
      if (!right || !directory.admits(user)) {
        LOG.log(Level.INFO, "refused a login of {0} from {1}", username, address);
        if (locks.failed(username, address, standing.place(), user != null)) {
          LOG.log(Level.WARNING, "logins of {0} are locked for a time", username);
        }
        answer.completeExceptionally(
            new ProblemException(
                ProblemCode.BAD_CREDENTIALS, "Username and password don't match."));
        return;
      }
      if (user.addresses() != null && !user.addresses().admits(address)) {
        LOG.log(
            Level.WARNING,
            "refused a login of {0} from {1}, which isn't on the list",
            username,
            address);
        attempt.succeeded();
        throw Caller.refusedAddress(address);
      }
      Duration lockedFor = locks.succeeded(username, address, standing);
      if (lockedFor != null) {
        // It was one of many guesses at once, and the others have locked the login meanwhile.
        attempt.notCounted();
        throw locked(lockedFor);
      }
      attempt.succeeded();
      answer.complete(then.go(user));
    } catch (SQLException e) {
      attempt.notCounted();
      LOG.log(Level.WARNING, "can''t read user {0}: {1}", username, e.getMessage());
      answer.completeExceptionally(
          new ProblemException(
              ProblemCode.DATABASE_UNAVAILABLE,
              "Users can't be read now.",
              List.of(),
              DATABASE_RETRY));
    } catch (ProblemException e) {
      answer.completeExceptionally(e);
    } catch (RuntimeException | Error e) {
      attempt.notCounted();
      answer.completeExceptionally(e);
    }
  }

  private static ProblemException locked(Duration lockedFor) {
    return new ProblemException(
        ProblemCode.LOGIN_LOCKED,
        "Too many logins of this user failed; wait, or ask an administrator to unlock.",
        List.of(),
        lockedFor);
  }

  private static ProblemException tooMany(Duration retryAfter) {
    return new ProblemException(
        ProblemCode.TOO_MANY_LOGINS,
        "Too many logins failed; wait before the next.",
        List.of(),
        retryAfter);
  }
}
