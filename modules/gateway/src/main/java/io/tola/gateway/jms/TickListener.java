package io.tola.gateway.jms;

import io.tola.gateway.security.UserDirectory;
import io.tola.market.api.TickDesk;
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
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Takes ticks from the queue, a batch of messages at a time, and gives the batch back to the broker
 * only when its ticks are stored. What is delivered again changes nothing: a tick that is stored is
 * recognised. Thread-safe; several threads listen.
 *
 * <p>A message of which nothing could be stored goes to the dead letters, in the transaction that
 * takes it from the queue, with the reason in {@value Received#REASON}.
 */
@ApplicationScoped
public class TickListener implements Listening.Listener {

  static final String TICKS = "tola.ticks";
  static final String DEAD = "tola.ticks.dlq";

  private static final long PATIENCE_MILLIS = 1_000;
  private static final int MAX_BATCH_BYTES = 4 * 1024 * 1024;
  private static final int PROBE_SECONDS = 2;

  // Not shareable: see OrderListener.
  @Resource(lookup = "jms/tola-listen", shareable = false)
  private ConnectionFactory factory;

  @Resource(lookup = "jdbc/tola")
  private DataSource database;

  @Inject private TickDesk desk;
  @Inject private UserDirectory users;
  @Inject private QueueMetrics metrics;

  @Inject
  @ConfigProperty(name = "tola.jms.ticks.batch", defaultValue = "256")
  private int batchSize;

  private record Item(Received received, TickTask task) {}

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
      MessageConsumer consumer = session.createConsumer(session.createQueue(TICKS));
      MessageProducer dead = session.createProducer(session.createQueue(DEAD));
      TickIntake intake =
          new TickIntake(desk, users::callerFromAnywhere, this::databaseAnswers, pause);
      connection.start();
      connected.run();
      while (pause.waitFor(Duration.ZERO)) {
        List<Item> items = receive(consumer);
        if (items.isEmpty()) {
          continue;
        }
        if (!intake.settle(items.stream().map(Item::task).toList())) {
          session.rollback();
          return;
        }
        List<Replies.Reply> answers = new ArrayList<>();
        for (Item item : items) {
          settle(item, answers, session, dead);
        }
        metrics.undelivered(TICKS, replies.send(answers));
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
              new TickTask(
                  received.id(),
                  received.property("format"),
                  received.body(),
                  received.user(),
                  received.answerTo() != null)));
      if (batch.size() >= batchSize || bytes >= MAX_BATCH_BYTES) {
        break;
      }
      message = consumer.receiveNoWait();
    }
    return batch;
  }

  private void settle(Item item, List<Replies.Reply> answers, Session session, MessageProducer dead)
      throws JMSException {
    String reason = item.task.deadReason();
    if (reason != null) {
      dead.send(item.received.deadLetter(session, reason));
    }
    Destination to = item.received.answerTo();
    if (to != null) {
      answers.add(item.received.reply(to, item.task.answer()));
    }
    metrics.ticks(item.task.answer(), reason != null);
  }

  private boolean databaseAnswers() {
    try (java.sql.Connection connection = database.getConnection()) {
      return connection.isValid(PROBE_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }
}
