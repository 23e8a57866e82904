package io.tola.gateway.jms;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** What became of the messages of the orders' queue. Thread-safe. */
@ApplicationScoped
public class OrderQueueMetrics {

  private static final Metadata MESSAGES =
      Metadata.builder()
          .withName("tola_jms_orders_total")
          .withDescription("Messages of tola.orders by action and status of the answer")
          .build();
  private static final Metadata BATCHES =
      Metadata.builder()
          .withName("tola_jms_order_batches_total")
          .withDescription("Acknowledgements of tola.orders, each for a batch of messages")
          .build();
  private static final Metadata DEAD =
      Metadata.builder()
          .withName("tola_jms_dead_letters_total")
          .withDescription("Messages of tola.orders sent to tola.orders.dlq")
          .build();
  private static final Metadata UNDELIVERED =
      Metadata.builder()
          .withName("tola_jms_undelivered_answers_total")
          .withDescription("Answers whose JMSReplyTo was gone")
          .build();

  private MetricRegistry registry;

  /** For the proxy. */
  protected OrderQueueMetrics() {}

  @Inject
  OrderQueueMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  void settled(OrderTask task, boolean dead) {
    // An action comes from a stranger: only those known become tags.
    String action =
        task.action() != null && OrderRequest.ACTIONS.get(task.action()) != null
            ? task.action()
            : "unknown";
    registry
        .counter(
            MESSAGES,
            new Tag("action", action),
            new Tag("status", Integer.toString(task.answer().status())))
        .inc();
    if (dead) {
      registry.counter(DEAD).inc();
    }
  }

  void batch() {
    registry.counter(BATCHES).inc();
  }

  void undelivered(int answers) {
    if (answers > 0) {
      registry.counter(UNDELIVERED).inc(answers);
    }
  }
}
