package io.tola.portfolio.application;

import io.tola.kernel.AccountId;
import io.tola.market.api.MarketData;
import io.tola.market.api.SessionPhase;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Notes what accounts are worth, again and again, so that the curve has every day's end: the note of
 * a day is written over until the market has closed; in a market that never closes, until midnight in
 * India. A server that dies in between has lost the day's last minutes, not the day.
 *
 * <p>Runs on every node; one of them does a round. Reckons trades nobody asked for only of accounts
 * that have been quiet for a while, and not faster than a page at a time with a pause between: it
 * must not take the machine from orders.
 */
@ContextServiceDefinition(
    name = EquityWatch.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = EquityWatch.THREADS, context = EquityWatch.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class EquityWatch {

  private static final System.Logger LOG = System.getLogger(EquityWatch.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them: after a few faults of the database the
   * pool is empty for good.
   */
  static final String THREADS = "java:module/concurrent/tola-threads";

  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final int MOST_ACCOUNTS = 20;

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private PnlClerk clerk;

  @Inject private MarketData market;

  @Inject private Clock clock;

  @Inject
  @ConfigProperty(name = "tola.portfolio.snapshot-seconds", defaultValue = "300")
  private long snapshotSeconds;

  @Inject
  @ConfigProperty(name = "tola.portfolio.quiet-seconds", defaultValue = "60")
  private long quietSeconds;

  private volatile boolean stopped;
  private Thread thread;

  /** For the container. */
  public EquityWatch() {}

  EquityWatch(
      PnlClerk clerk, MarketData market, Clock clock, long snapshotSeconds, long quietSeconds) {
    this.clerk = clerk;
    this.market = market;
    this.clock = clock;
    this.snapshotSeconds = snapshotSeconds;
    this.quietSeconds = quietSeconds;
  }

  @PostConstruct
  void start() {
    thread = threads.newThread(this::run);
    thread.setName("tola-equity");
    thread.start();
  }

  @PreDestroy
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  private void run() {
    while (!stopped) {
      try {
        Thread.sleep(LOOK_EVERY.toMillis());
        look();
        followQuietAccounts();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // The next look makes good; most likely the database is away.
        LOG.log(System.Logger.Level.DEBUG, "Looked in vain", e);
      }
    }
  }

  /** Takes a snapshot if it is time for one; returns whether this node did. */
  boolean look() {
    LocalDate day = PnlClerk.day(clock.instant());
    Duration every = Duration.ofSeconds(snapshotSeconds);
    if (market.closes() && market.phase() == SessionPhase.CLOSED) {
      // A day without a session has no snapshot, and the day's last is taken once.
      Optional<Boolean> taken = clerk.snapshotIsFinal(day);
      return taken.isPresent() && !taken.get() && clerk.snapshot(day, true, every);
    }
    return clerk.snapshot(day, false, every);
  }

  private void followQuietAccounts() throws InterruptedException {
    Instant quietSince = clock.instant().minusSeconds(quietSeconds);
    List<AccountId> behind = clerk.behind(quietSince, MOST_ACCOUNTS);
    for (AccountId account : behind) {
      boolean done = false;
      while (!done && !stopped) {
        done = clerk.advance(account);
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }
}
