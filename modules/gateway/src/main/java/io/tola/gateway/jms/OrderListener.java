package io.tola.gateway.jms;

import io.tola.gateway.security.UserDirectory;
import io.tola.trading.api.OrderDesk;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Takes orders from the queue, a batch at a time, and gives the batch back to the broker only when
 * every order in it is durable and answered: first the database's commit, then the answers, then the
 * acknowledgement. Whatever happens in between is delivered again, and changes nothing, because the
 * order's client_order_id is known. Thread-safe; several threads listen.
 *
 * <p>A message that can't be understood goes to the dead letters at once, in the transaction that
 * takes it from the queue, with the reason in {@value Received#REASON}.
 */
@ApplicationScoped
public class OrderListener implements Listening.Listener {

  static final String ORDERS = "tola.orders";
  static final String DEAD = "tola.orders.dlq";

  private static final long PATIENCE_MILLIS = 1_000;

  /** A batch that has grown to so many bytes is long enough: what isn't read yet stays at the broker. */
  private static final int MAX_BATCH_BYTES = 4 * 1024 * 1024;

  // Not shareable: the listener's session and that of its answers would be one, and the commit of
  // the answers would acknowledge the orders.
  @Resource(lookup = "jms/tola-listen", shareable = false)
  private ConnectionFactory factory;

  @Inject private OrderDesk desk;
  @Inject private UserDirectory users;
  @Inject private QueueMetrics metrics;

  @Inject
  @ConfigProperty(name = "tola.jms.orders.batch", defaultValue = "256")
  private int batchSize;

  /** A message with its task. */
  private record Item(Received received, OrderTask task) {}

  /** Whether the broker says who sent a message; see {@link SenderCheck}. */
  @Override
  public boolean brokerNamesSenders() throws JMSException {
    return SenderCheck.passes(factory);
  }

  @Override
  public void listen(Listening.Pause pause, Runnable connected)
      throws JMSException, InterruptedException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        Replies replies = new Replies(factory)) {
      MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
      MessageProducer dead = session.createProducer(session.createQueue(DEAD));
      OrderBatch batch = new OrderBatch(desk, users::callerFromAnywhere, pause);
      connection.start();
      connected.run();
      while (pause.waitFor(Duration.ZERO)) {
        List<Item> items = receive(consumer);
        if (items.isEmpty()) {
          continue;
        }
        if (!batch.settle(items.stream().map(Item::task).toList())) {
          session.rollback();
          return;
        }
        metrics.orderBatch();
        List<Replies.Reply> answers = new ArrayList<>(items.size());
        for (Item item : items) {
          settle(item, answers, session, dead);
        }
        metrics.undelivered(ORDERS, replies.send(answers));
        session.commit();
      }
    }
  }

  private List<Item> receive(MessageConsumer consumer) throws JMSException {
    List<Item> batch = new ArrayList<>();
    Message message = consumer.receive(PATIENCE_MILLIS);
    long bytes = 0;
    while (message != null) {
      Received received = Received.of(message);
      bytes += received.body().length;
      batch.add(
          new Item(
              received,
              new OrderTask(
                  received.id(), received.property("action"), received.body(), received.user())));
      if (batch.size() >= batchSize || bytes >= MAX_BATCH_BYTES) {
        break;
      }
      message = consumer.receiveNoWait();
    }
    return batch;
  }

  private void settle(Item item, List<Replies.Reply> answers, Session session, MessageProducer dead)
      throws JMSException {
    OrderTask task = item.task;
    Destination to = item.received.answerTo();
    String reason = task.deadReason();
    if (reason == null && task.answer().problem() && to == null) {
      reason = "refused, and no JMSReplyTo to say so: " + task.answer().body();
    }
    if (reason != null) {
      dead.send(item.received.deadLetter(session, reason));
    }
    if (to != null) {
      answers.add(item.received.reply(to, task.answer()));
    }
    metrics.order(task, reason != null);
  }
}
