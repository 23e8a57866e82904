package io.tola.gateway.jms;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** What became of the messages of the queues. Thread-safe. */
@ApplicationScoped
public class QueueMetrics {

  private static final Metadata ORDERS =
      Metadata.builder()
          .withName("tola_jms_orders_total")
          .withDescription("Messages of tola.orders by action and status of the answer")
          .build();
  private static final Metadata ORDER_BATCHES =
      Metadata.builder()
          .withName("tola_jms_order_batches_total")
          .withDescription("Acknowledgements of tola.orders, each for a batch of messages")
          .build();
  private static final Metadata TICKS =
      Metadata.builder()
          .withName("tola_jms_tick_messages_total")
          .withDescription("Messages of tola.ticks by status of the answer")
          .build();
  private static final Metadata DEAD =
      Metadata.builder()
          .withName("tola_jms_dead_letters_total")
          .withDescription("Messages of a queue sent to its dead letters")
          .build();
  private static final Metadata UNDELIVERED =
      Metadata.builder()
          .withName("tola_jms_undelivered_answers_total")
          .withDescription("Answers to messages of a queue whose JMSReplyTo was gone")
          .build();

  private MetricRegistry registry;

  /** For the proxy. */
  protected QueueMetrics() {}

  @Inject
  QueueMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  void order(OrderTask task, boolean dead) {
    // An action comes from a stranger: only those known become tags.
    String action =
        task.action() != null && OrderRequest.ACTIONS.get(task.action()) != null
            ? task.action()
            : "unknown";
    registry.counter(ORDERS, new Tag("action", action), status(task.answer())).inc();
    if (dead) {
      dead(OrderListener.ORDERS);
    }
  }

  void orderBatch() {
    registry.counter(ORDER_BATCHES).inc();
  }

  void ticks(Answer answer, boolean dead) {
    registry.counter(TICKS, status(answer)).inc();
    if (dead) {
      dead(TickListener.TICKS);
    }
  }

  void undelivered(String queue, int answers) {
    if (answers > 0) {
      registry.counter(UNDELIVERED, new Tag("queue", queue)).inc(answers);
    }
  }

  private void dead(String queue) {
    registry.counter(DEAD, new Tag("queue", queue)).inc();
  }

  private static Tag status(Answer answer) {
    return new Tag("status", Integer.toString(answer.status()));
  }
}
