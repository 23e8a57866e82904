package io.tola.trading.application;

import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import io.tola.trading.store.OutboxStore;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Local;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.metrics.MetricRegistry;

/** The platform's {@link Outbox}: every module appends here, the gateway's door publishes. */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
@Local(Outbox.class)
@LocalBean
public class TradingOutbox implements Outbox {

  private static final Duration STOP_WITHIN = Duration.ofSeconds(3);

  @Resource(lookup = "jdbc/tola")
  private DataSource dataSource;

  @Resource(lookup = TradingDesk.THREADS)
  private ManagedThreadFactory threads;

  @Inject private Clock clock;
  @Inject private MetricRegistry metrics;

  private OutboxStore store;
  private OutboxRelay relay;

  @PostConstruct
  void start() {
    store = new OutboxStore(dataSource);
    relay = new OutboxRelay(store, clock, threads);
    metrics.gauge(
        MetricsObserver.metadata(
            "tola_outbox_lag_seconds", "Age of the oldest message not yet published", "seconds"),
        relay,
        OutboxRelay::lagSeconds);
    metrics.gauge(
        MetricsObserver.metadata(
            "tola_outbox_waiting", "Messages not yet published, about", "none"),
        relay,
        OutboxRelay::waiting);
    metrics.gauge(
        MetricsObserver.metadata(
            "tola_outbox_leading", "1 on the node that publishes the outbox", "none"),
        relay,
        r -> r.isLeading() ? 1 : 0);
    metrics.gauge(
        MetricsObserver.metadata(
            "tola_outbox_published", "Messages this node has published since its start", "none"),
        relay,
        OutboxRelay::published);
    metrics.gauge(
        MetricsObserver.metadata(
            "tola_outbox_failures", "Times this node could not publish since its start", "none"),
        relay,
        OutboxRelay::failures);
    relay.start();
  }

  @PreDestroy
  void stop() {
    relay.stop(STOP_WITHIN);
  }

  @Override
  @TransactionAttribute(TransactionAttributeType.MANDATORY)
  public void append(List<OutboxMessage> messages) {
    store.append(messages, clock.instant());
  }

  @Override
  public void publishTo(Publisher publisher) {
    relay.publishTo(publisher);
  }

  /** Tells the relay that something may have been committed. */
  public void ring() {
    relay.ring();
  }

  /** How long the oldest message has been waiting, in seconds. */
  public double lagSeconds() {
    return relay.lagSeconds();
  }
}
