package io.tola.gateway.security;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The local users that have shown a token lately, in memory: a request reads a field, the database
 * is asked in the background.
 *
 * <p>Every few seconds the rows that changed are read again, and every minute all of them, so a
 * user that is disabled, or whose roles changed, is out within {@code
 * tola.security.user-refresh-seconds} on every node. While the database is away the last known
 * state holds: prices stay readable, and orders can't be stored anyway. Thread-safe.
 */
@ApplicationScoped
public class UserDirectory {

  private static final Logger LOG = System.getLogger(UserDirectory.class.getName());

  /**
   * A change may commit this much later than its timestamp and still be seen by the quick reading.
   */
  private static final Duration OVERLAP = Duration.ofSeconds(30);

  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final long SECOND = 1_000_000_000L;

  private final ConcurrentHashMap<String, Entry> entries = new ConcurrentHashMap<>();

  private UserStore store;
  private Clock clock;
  private boolean demoAllowed;
  private int requestsPerSecond;
  private int refreshSeconds;

  @Resource private ManagedScheduledExecutorService scheduler;
  private ScheduledFuture<?> refreshing;

  private final List<Refresh> alongside = new CopyOnWriteArrayList<>();
  private Instant newest = Instant.EPOCH;
  private long refreshes;
  private boolean failing;

  /** For the proxy. */
  protected UserDirectory() {}

  @Inject
  UserDirectory(
      UserStore store,
      Clock clock,
      @ConfigProperty(name = "tola.profile", defaultValue = "production") String profile,
      @ConfigProperty(name = "tola.gateway.requests-per-second", defaultValue = "2000")
          int requestsPerSecond,
      @ConfigProperty(name = "tola.security.user-refresh-seconds", defaultValue = "5")
          int refreshSeconds) {
    this.store = store;
    this.clock = clock;
    this.demoAllowed = "demo".equals(profile);
    this.requestsPerSecond = requestsPerSecond;
    this.refreshSeconds = refreshSeconds;
  }

  @PostConstruct
  void start() {
    refreshing =
        scheduler.scheduleWithFixedDelay(
            this::refresh, refreshSeconds, refreshSeconds, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    refreshing.cancel(true);
  }

  /** Something else to be read again as often as users. */
  interface Refresh {
    void run() throws SQLException;
  }

  /** Reads that as well, every time. */
  void alongside(Refresh refresh) {
    alongside.add(refresh);
  }

  /** A user's place in memory; it stays the same object while the user's rights change. */
  static final class Entry {
    private final RateBucket bucket;
    private volatile State state;

    private Entry(RateBucket bucket) {
      this.bucket = bucket;
    }

    /** The caller, or null when the user may not come in, or not with a token of that version. */
    Caller caller(long version) {
      State now = state;
      return now.version == version ? now.caller : null;
    }
  }

  private record State(long version, Caller caller) {}

  /**
   * The entry of that user, read from the database when it isn't in memory.
   *
   * @return null when there is no such user
   * @throws ProblemException DATABASE_UNAVAILABLE
   */
  Entry entry(String username) {
    Entry known = entries.get(username);
    if (known != null) {
      return known;
    }
    StoredUser user;
    try {
      user = store.find(username).orElse(null);
    } catch (SQLException e) {
      LOG.log(Level.WARNING, "can''t read user {0}: {1}", username, e.getMessage());
      throw new ProblemException(
          ProblemCode.DATABASE_UNAVAILABLE, "Users can't be read now.", List.of(), RETRY_AFTER);
    }
    return user == null ? null : put(user);
  }

  /**
   * The user's rights as this node knows them now, for a door where somebody else has checked who it
   * is.
   *
   * @return null when there is no such user, or none that may come in
   * @throws ProblemException DATABASE_UNAVAILABLE
   */
  public Caller caller(String username) {
    Entry entry = entry(username);
    return entry == null ? null : entry.state.caller;
  }

  /**
   * The same, for a door that can't tell where somebody comes from: users who may come from some
   * addresses only are refused there.
   *
   * @throws ProblemException ADDRESS_REFUSED, DATABASE_UNAVAILABLE
   */
  public Caller callerFromAnywhere(String username) {
    Caller caller = caller(username);
    if (caller != null && caller.addresses() != null) {
      throw Caller.refusedDoor();
    }
    return caller;
  }

  /** Whether the user may come in at all on this node. */
  boolean admits(StoredUser user) {
    return user.enabled() && (demoAllowed || !user.demo());
  }

  /** Takes over a row just read, so that its token works at once on this node. */
  Entry put(StoredUser user) {
    return entries.compute(
        user.username(),
        (name, before) -> {
          Entry entry = before == null ? new Entry(newBucket()) : before;
          if (entry.state == null || entry.state.version <= user.version()) {
            entry.state =
                new State(
                    user.version(),
                    admits(user)
                        ? new Caller(
                            user.username(),
                            user.roles(),
                            user.accounts(),
                            entry.bucket,
                            user.addresses())
                        : null);
          }
          return entry;
        });
  }

  RateBucket newBucket() {
    return new RateBucket(requestsPerSecond, SECOND, System.nanoTime());
  }

  /** All of them, whichever fails; then throws what the first one did. */
  private void alongside() throws SQLException {
    Exception first = null;
    for (Refresh refresh : alongside) {
      try {
        refresh.run();
      } catch (SQLException | RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    if (first instanceof SQLException e) {
      throw e;
    }
    if (first != null) {
      throw (RuntimeException) first;
    }
  }

  /** Reads what changed; never throws, so that the schedule goes on. */
  void refresh() {
    try {
      boolean all = refreshes++ % 12 == 0;
      List<StoredUser> users =
          all
              ? store.byNames(List.copyOf(entries.keySet()))
              : store.changedSince(newest.minus(OVERLAP));
      for (StoredUser user : users) {
        if (user.updatedAt().isAfter(newest)) {
          newest = user.updatedAt();
        }
        if (entries.containsKey(user.username())) {
          put(user);
        }
      }
      if (newest.equals(Instant.EPOCH)) {
        newest = clock.instant();
      }
      alongside();
      if (failing) {
        failing = false;
        LOG.log(Level.INFO, "users can be read again");
      }
    } catch (SQLException | RuntimeException e) {
      if (!failing) {
        failing = true;
        LOG.log(
            Level.WARNING, "users can''t be read, the last known rights hold: {0}", e.getMessage());
      }
    }
  }
}
