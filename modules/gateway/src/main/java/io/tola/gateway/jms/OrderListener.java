package io.tola.gateway.jms;

import io.tola.gateway.security.UserDirectory;
import io.tola.trading.api.OrderDesk;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Takes orders from the queue, a batch at a time, and gives the batch back to the broker only when
 * every order in it is durable and answered: first the database's commit, then the answers, then the
 * acknowledgement. Whatever happens in between is delivered again, and changes nothing, because the
 * order's client_order_id is known. Thread-safe; several threads listen.
 *
 * <p>A message that can't be understood goes to the dead letters at once, in the transaction that
 * takes it from the queue, with the reason in {@value #REASON}.
 */
@ApplicationScoped
public class OrderListener {

  private static final Logger LOG = System.getLogger(OrderListener.class.getName());

  static final String ORDERS = "tola.orders";
  static final String DEAD = "tola.orders.dlq";

  /** Property of a dead letter: why. */
  static final String REASON = "tola_reason";

  private static final String SENDER = "JMSXUserID";
  private static final String STAMP = "_AMQ_VALIDATED_USER";
  private static final int MAX_REASON = 1_000;
  private static final long PATIENCE_MILLIS = 1_000;
  private static final long STAMP_MILLIS = 5_000;

  /** A batch that has grown to so many bytes is long enough: what isn't read yet stays at the broker. */
  private static final int MAX_BATCH_BYTES = 4 * 1024 * 1024;

  // Not shareable: the listener's session and that of its answers would be one, and the commit of
  // the answers would acknowledge the orders.
  @Resource(lookup = "jms/tola-listen", shareable = false)
  private ConnectionFactory factory;

  @Inject private OrderDesk desk;
  @Inject private UserDirectory users;
  @Inject private OrderQueueMetrics metrics;

  @Inject
  @ConfigProperty(name = "tola.jms.orders.batch", defaultValue = "256")
  private int batchSize;

  /** A message with its task. */
  private record Received(Message message, OrderTask task) {}

  /**
   * Makes sure that the broker says who sent a message, instead of the sender: without that, anybody
   * could trade for anybody.
   *
   * @return whether it does
   * @throws JMSException when the broker can't be asked
   */
  public boolean brokerNamesSenders() throws JMSException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
      TemporaryQueue queue = session.createTemporaryQueue();
      try (MessageConsumer consumer = session.createConsumer(queue);
          MessageProducer producer = session.createProducer(queue)) {
        connection.start();
        TextMessage forged = session.createTextMessage("who sent this?");
        forged.setStringProperty(STAMP, "somebody else");
        producer.send(forged, DeliveryMode.NON_PERSISTENT, 4, STAMP_MILLIS);
        Message received = consumer.receive(STAMP_MILLIS);
        if (received == null) {
          throw new JMSException("no answer from the broker");
        }
        String sender = received.getStringProperty(SENDER);
        return sender != null && !sender.equals("somebody else");
      }
      // The adapter deletes the queue with the connection.
    }
  }

  /**
   * Listens until the door closes or the connection breaks.
   *
   * @param pause how to wait, and whether the door is closing
   * @throws JMSException when the connection broke; what was in hand is delivered again
   */
  public void listen(OrderBatch.Pause pause, Runnable connected)
      throws JMSException, InterruptedException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
        Replies replies = new Replies(factory)) {
      MessageConsumer consumer = session.createConsumer(session.createQueue(ORDERS));
      MessageProducer dead = session.createProducer(session.createQueue(DEAD));
      OrderBatch batch = new OrderBatch(desk, users::caller, pause);
      connection.start();
      connected.run();
      while (pause.waitFor(Duration.ZERO)) {
        List<Received> received = receive(consumer);
        if (received.isEmpty()) {
          continue;
        }
        if (!batch.settle(received.stream().map(Received::task).toList())) {
          session.rollback();
          return;
        }
        metrics.batch();
        List<Replies.Reply> answers = new ArrayList<>(received.size());
        for (Received one : received) {
          settle(one, answers, session, dead);
        }
        metrics.undelivered(replies.send(answers));
        session.commit();
      }
    }
  }

  private List<Received> receive(MessageConsumer consumer) throws JMSException {
    List<Received> batch = new ArrayList<>();
    Message message = consumer.receive(PATIENCE_MILLIS);
    long bytes = 0;
    while (message != null) {
      byte[] body = body(message);
      bytes += body == null ? 0 : body.length;
      batch.add(
          new Received(
              message,
              new OrderTask(
                  message.getJMSMessageID(),
                  property(message, "action"),
                  body == null ? new byte[0] : body,
                  property(message, SENDER))));
      if (batch.size() >= batchSize || bytes >= MAX_BATCH_BYTES) {
        break;
      }
      message = consumer.receiveNoWait();
    }
    return batch;
  }

  /** A property that isn't text is as good as none. */
  private static String property(Message message, String name) throws JMSException {
    return message.getObjectProperty(name) instanceof String text ? text : null;
  }

  /** The body's bytes; null when the message is of a kind that has no JSON in it. */
  private static byte[] body(Message message) throws JMSException {
    if (message instanceof TextMessage text) {
      String body = text.getText();
      return body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    }
    if (message instanceof BytesMessage bytes) {
      byte[] body = new byte[(int) Math.min(bytes.getBodyLength(), Integer.MAX_VALUE - 8)];
      bytes.readBytes(body);
      return body;
    }
    return null;
  }

  private void settle(
      Received received, List<Replies.Reply> answers, Session session, MessageProducer dead)
      throws JMSException {
    Message message = received.message;
    OrderTask task = received.task;
    Destination to = message.getJMSReplyTo();
    boolean answerable = to != null && Replies.isAllowed(to);
    String reason = task.deadReason();
    if (reason == null && task.answer().problem() && !answerable) {
      reason = "refused, and no JMSReplyTo to say so: " + task.answer().body();
    }
    if (reason != null) {
      dead.send(deadLetter(session, message, task, reason));
    }
    if (answerable) {
      String correlation = message.getJMSCorrelationID();
      answers.add(
          new Replies.Reply(
              to, correlation == null ? message.getJMSMessageID() : correlation, task.answer()));
    }
    metrics.settled(task, reason != null);
  }

  /** A copy: a message received can't be given new properties without losing the others. */
  private static Message deadLetter(Session session, Message message, OrderTask task, String reason)
      throws JMSException {
    Message letter;
    if (message instanceof TextMessage text) {
      letter = session.createTextMessage(text.getText());
    } else if (message instanceof BytesMessage) {
      BytesMessage bytes = session.createBytesMessage();
      bytes.writeBytes(task.body());
      letter = bytes;
    } else {
      letter = session.createMessage();
    }
    for (Enumeration<?> names = message.getPropertyNames(); names.hasMoreElements(); ) {
      String name = (String) names.nextElement();
      if (!name.startsWith("JMS") && !name.startsWith("_AMQ") && !name.startsWith("tola_")) {
        letter.setObjectProperty(name, message.getObjectProperty(name));
      }
    }
    letter.setJMSCorrelationID(message.getJMSCorrelationID());
    letter.setStringProperty(
        REASON, reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
    letter.setStringProperty("tola_message_id", message.getJMSMessageID());
    letter.setStringProperty("tola_user", task.user());
    LOG.log(Level.INFO, "message {0} of {1} is a dead letter: {2}", task.id(), task.user(), reason);
    return letter;
  }
}
