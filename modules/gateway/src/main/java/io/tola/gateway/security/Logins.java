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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Passwords for tokens. Hashes are computed on a few threads of their own with a bounded queue, so
 * that a flood of logins takes neither all cores nor the request threads. Thread-safe.
 */
@ApplicationScoped
public class Logins {

  private static final Logger LOG = System.getLogger(Logins.class.getName());
  private static final int MAX_WAITING = 256;
  private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);

  @Resource(lookup = "java:module/concurrent/tola-threads")
  private ManagedThreadFactory threads;

  private UserStore store;
  private UserDirectory directory;
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
      Tokens tokens,
      @ConfigProperty(name = "tola.security.login-threads", defaultValue = "0") int hashThreads) {
    this.store = store;
    this.directory = directory;
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
   *     an unknown, a disabled and a wrongly guessed user; TOO_MANY_LOGINS; DATABASE_UNAVAILABLE
   */
  public CompletionStage<Tokens.Issued> login(String username, String password, String address) {
    LoginThrottle.Admission admission = throttle.admit(username, address, System.nanoTime());
    if (admission.attempt() == null) {
      LOG.log(Level.INFO, "logins of {0} from {1} are slowed down", username, address);
      return CompletableFuture.failedFuture(tooMany(Duration.ofNanos(admission.waitNanos())));
    }
    CompletableFuture<Tokens.Issued> answer = new CompletableFuture<>();
    try {
      executor.execute(() -> check(username, password, address, admission.attempt(), answer));
    } catch (RejectedExecutionException e) {
      admission.attempt().notCounted();
      return CompletableFuture.failedFuture(tooMany(Duration.ofSeconds(5)));
    }
    return answer;
  }

  private void check(
      String username,
      String password,
      String address,
      LoginThrottle.Attempt attempt,
      CompletableFuture<Tokens.Issued> answer) {
    try {
      StoredUser user = store.find(username).orElse(null);
      boolean right = Passwords.matches(password, user == null ? null : user.password());
      if (!right || !directory.admits(user)) {
        LOG.log(Level.INFO, "refused a login of {0} from {1}", username, address);
        answer.completeExceptionally(
            new ProblemException(
                ProblemCode.BAD_CREDENTIALS, "Username and password don't match."));
        return;
      }
      attempt.succeeded();
      directory.put(user);
      answer.complete(tokens.issue(user));
    } catch (SQLException e) {
      attempt.notCounted();
      LOG.log(Level.WARNING, "can''t read user {0}: {1}", username, e.getMessage());
      answer.completeExceptionally(
          new ProblemException(
              ProblemCode.DATABASE_UNAVAILABLE,
              "Users can't be read now.",
              List.of(),
              DATABASE_RETRY));
    } catch (RuntimeException | Error e) {
      attempt.notCounted();
      answer.completeExceptionally(e);
    }
  }

  private static ProblemException tooMany(Duration retryAfter) {
    return new ProblemException(
        ProblemCode.TOO_MANY_LOGINS,
        "Too many logins failed; wait before the next.",
        List.of(),
        retryAfter);
  }
}
