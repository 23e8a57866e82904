package io.tola.risk.application;

import io.tola.kernel.AccountId;
import io.tola.kernel.Ids;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.MarketData;
import io.tola.portfolio.api.CorporateActions;
import io.tola.portfolio.api.EquityBook;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import io.tola.risk.api.GuardStatus;
import io.tola.risk.api.GuardView;
import io.tola.risk.api.Guards;
import io.tola.risk.domain.GuardThreshold;
import io.tola.risk.domain.MarketWatch;
import io.tola.risk.store.GuardStore;
import io.tola.risk.store.GuardStore.Key;
import io.tola.risk.store.GuardStore.Peak;
import io.tola.risk.store.GuardStore.State;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.concurrent.ManagedThreadFactoryDefinition;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.Config;

/**
 * Lets the guards look, on the one node that has their lease, and answers what they see. When that node
 * dies, another has the lease within {@link #LEASE}.
 */
@ContextServiceDefinition(
    name = GuardWatch.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = GuardWatch.THREADS, context = GuardWatch.CONTEXT)
@Singleton
@Startup
@Local(Guards.class)
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class GuardWatch implements Guards {

  private static final Logger LOG = System.getLogger(GuardWatch.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-guard-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them.
   */
  static final String THREADS = "java:module/concurrent/tola-guard-threads";

  /** Longer than the longest time between two looks, short enough to act within five seconds. */
  private static final Duration LEASE = Duration.ofSeconds(3);

  private static final int MOST_ACCOUNTS = 500;
  private static final int MAX_REASON = 500;

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private Config config;
  @Inject private Clock clock;
  @Inject private MarketData market;
  @Inject private EquityBook equities;
  @Inject private CorporateActions actions;
  @Inject private GuardStore store;
  @Inject private GuardOffice office;

  private GuardSettings settings;
  private GuardRound round;
  private String node;
  private ScheduledExecutorService timer;
  private volatile boolean failing;

  /** For the container. */
  public GuardWatch() {}

  GuardWatch(GuardStore store, GuardOffice office, GuardSettings settings, Clock clock) {
    this.store = store;
    this.office = office;
    this.settings = settings;
    this.clock = clock;
  }

  @PostConstruct
  void start() {
    settings = GuardSettings.read(name -> config.getOptionalValue(name, String.class));
    if (!settings.on()) {
      LOG.log(
          Level.WARNING, "The guards are switched off: nothing watches drawdowns and the market");
      return;
    }
    node = "node-" + ProcessHandle.current().pid() + "-" + Ids.next().toString().substring(24);
    round = new GuardRound(store, market, equities, actions, clock, settings, office::change);
    long every = settings.every().toMillis();
    timer = new ScheduledThreadPoolExecutor(1, threads);
    timer.scheduleWithFixedDelay(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    if (timer == null) {
      return;
    }
    timer.shutdownNow();
    try {
      store.release(node);
    } catch (RuntimeException e) {
      LOG.log(Level.DEBUG, "The guards' lease runs out by itself", e);
    }
  }

  /** An exception would end the timer for good; what fails is looked at again at once. */
  private void look() {
    try {
      if (store.lease(node, LEASE)) {
        round.look();
      } else {
        round.stand();
      }
      failing = false;
    } catch (RuntimeException e) {
      LOG.log(failing ? Level.DEBUG : Level.WARNING, "The guards can't look", e);
      failing = true;
    }
  }

  @Override
  public GuardStatus status(Set<AccountId> accounts) {
    Map<Key, State> states = store.states();
    GuardStore.Lease lease = store.lease();
    List<GuardStatus.Drawdown> drawdowns = new ArrayList<>();
    for (Peak peak : store.peaks().values()) {
      if (accounts == null || accounts.contains(peak.accountId())) {
        Key key = new Key(GuardKind.DRAWDOWN, peak.accountId().toString());
        drawdowns.add(
            new GuardStatus.Drawdown(
                peak.accountId(),
                peak.equity(),
                peak.equity().subtract(peak.pnl()).add(peak.peakPnl()),
                peak.peakAt(),
                peak.measuredAt(),
                view(key, states.get(key), peak.drawdown())));
      }
    }
    drawdowns.sort(
        Comparator.comparing((GuardStatus.Drawdown d) -> d.guard().value())
            .reversed()
            .thenComparing(GuardStatus.Drawdown::accountId));
    List<GuardView> guards = new ArrayList<>();
    for (GuardKind guard : GuardKind.values()) {
      if (guard.scope() == GuardKind.Scope.MARKET) {
        Key key = new Key(guard, MarketWatch.MARKET);
        guards.add(view(key, states.get(key), null));
      }
    }
    states.values().stream()
        .filter(s -> s.key().guard().scope() == GuardKind.Scope.SYMBOL)
        .filter(s -> s.tripped() || s.level() != GuardLevel.NORMAL)
        .sorted(
            Comparator.comparing((State s) -> s.key().guard()).thenComparing(s -> s.key().scope()))
        .forEach(s -> guards.add(view(s.key(), s, null)));
    return new GuardStatus(
        settings.on() && lease.current(),
        lease.current() ? lease.node() : null,
        drawdowns.subList(0, Math.min(MOST_ACCOUNTS, drawdowns.size())),
        guards,
        clock.instant());
  }

  /**
   * @param measured a newer value than the state's, or null
   */
  private GuardView view(Key key, State state, BigDecimal measured) {
    GuardThreshold threshold = settings.thresholds().get(key.guard());
    return new GuardView(
        key.guard(),
        key.scope(),
        state == null ? GuardLevel.NORMAL : state.level(),
        measured != null ? measured : state == null ? BigDecimal.ZERO : state.value(),
        threshold.warning(),
        threshold.critical(),
        state == null ? 0 : state.stage(),
        settings.actions().get(key.guard()),
        state != null && state.tripped(),
        state == null ? null : state.since(),
        state == null ? null : state.trippedAt(),
        state == null ? null : state.rearmedBy(),
        state == null ? null : state.rearmedAt());
  }

  @Override
  public GuardView rearm(GuardKind guard, String scope, String reason, String actor) {
    if (reason == null || reason.isBlank() || reason.length() > MAX_REASON) {
      String message = "must have 1 to " + MAX_REASON + " characters";
      throw new ProblemException(
          ProblemCode.INVALID_FIELD,
          "reason " + message,
          List.of(new FieldError("reason", message)));
    }
    Key key = new Key(guard, scope);
    return view(key, office.rearm(key, reason, actor), null);
  }
}
