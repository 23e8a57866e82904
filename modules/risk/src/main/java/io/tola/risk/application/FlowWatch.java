package io.tola.risk.application;

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
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * Counts orders every other second, behind them, records breaks that stay open every minute, and looks
 * after the months of risk events every hour. Runs on every node; one of them counts. While a pass leaves something the next one follows
 * after a rest as long as the pass, so counting takes half of one thread at most and catches up with
 * whatever came.
 */
@ContextServiceDefinition(
    name = FlowWatch.CONTEXT,
    cleared = {},
    unchanged = ContextServiceDefinition.TRANSACTION,
    propagated = ContextServiceDefinition.ALL_REMAINING)
@ManagedThreadFactoryDefinition(name = FlowWatch.THREADS, context = FlowWatch.CONTEXT)
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class FlowWatch {

  private static final Logger LOG = System.getLogger(FlowWatch.class.getName());

  static final String CONTEXT = "java:module/concurrent/tola-flow-context";

  /**
   * Threads without a container's local transaction. Liberty's own have one for as long as they live,
   * and it would keep every connection that broke on them: after a few faults of the database the
   * pool is empty for good.
   */
  static final String THREADS = "java:module/concurrent/tola-flow-threads";

  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration MONTHS_EVERY = Duration.ofHours(1);
  private static final Duration BREAKS_EVERY = Duration.ofMinutes(1);

  private static final Metadata BACKLOG =
      Metadata.builder()
          .withName("tola_risk_flow_backlog")
          .withDescription("Execution reports that this node's last pass left uncounted")
          .build();

  @Resource(lookup = THREADS)
  private ManagedThreadFactory threads;

  @Inject private FlowClerk clerk;
  @Inject private MetricRegistry metrics;

  private volatile boolean stopped;
  private volatile long backlog;
  private Thread thread;

  @PostConstruct
  void start() {
    metrics.gauge(BACKLOG, () -> backlog);
    thread = threads.newThread(this::run);
    thread.setName("tola-order-flow");
    thread.start();
  }

  @PreDestroy
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  private void run() {
    long monthsAt = System.nanoTime();
    long breaksAt = monthsAt;
    long rest = EVERY.toNanos();
    boolean failing = false;
    while (!stopped) {
      try {
        Thread.sleep(Duration.ofNanos(rest).toMillis());
        if (System.nanoTime() - monthsAt >= 0) {
          List<String> dropped = clerk.keepMonths();
          if (!dropped.isEmpty()) {
            LOG.log(Level.INFO, "Dropped months of risk events: {0}", dropped);
          }
          monthsAt = System.nanoTime() + MONTHS_EVERY.toNanos();
        }
        long began = System.nanoTime();
        backlog = clerk.count().left();
        rest = backlog > 0 ? System.nanoTime() - began : EVERY.toNanos();
        // After counting, which it must never stand in the way of.
        if (System.nanoTime() - breaksAt >= 0) {
          breaksAt = System.nanoTime() + BREAKS_EVERY.toNanos();
          clerk.openBreaks();
        }
        failing = false;
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        // The next pass makes good; most likely the database is away.
        LOG.log(failing ? Level.DEBUG : Level.WARNING, "Orders are not counted: {0}", e.toString());
        failing = true;
        rest = EVERY.toNanos();
      }
    }
  }
}
