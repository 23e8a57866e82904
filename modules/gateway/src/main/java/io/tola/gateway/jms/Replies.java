package io.tola.gateway.jms;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Sends answers where the senders wait for them, in a session of its own: an answer that nobody takes
 * any more must not undo the batch. Used by one thread.
 */
final class Replies implements AutoCloseable {

  private static final Logger LOG = System.getLogger(Replies.class.getName());

  /** Finding a destination asks the broker; a client's queue stays the same for many answers. */
  private static final int MAX_PRODUCERS = 64;

  private final ConnectionFactory factory;
  private Connection connection;
  private Session session;
  private final Map<String, MessageProducer> producers = new LinkedHashMap<>();

  /** An answer and where it goes. */
  record Reply(Destination to, String correlationId, Answer answer) {}

  Replies(ConnectionFactory factory) {
    this.factory = factory;
  }

  /**
   * Whether the server may write there on a sender's behalf: a queue, and none of the platform's own.
   */
  static boolean isAllowed(Destination to) throws JMSException {
    if (!(to instanceof Queue queue)) {
      return false;
    }
    String name = queue.getQueueName();
    return name != null
        && !name.startsWith("tola.")
        && !name.startsWith("activemq")
        && !name.startsWith("$")
        && name.indexOf(':') < 0;
  }

  /**
   * Sends all, in one commit where that works. Whose queue is gone gets none.
   *
   * @return how many could not be delivered
   * @throws JMSException when the broker can't be talked to
   */
  int send(List<Reply> replies) throws JMSException {
    if (replies.isEmpty()) {
      return 0;
    }
    try {
      open(true);
      int gone = 0;
      for (Reply reply : replies) {
        try {
          send(reply);
        } catch (JMSException e) {
          LOG.log(Level.DEBUG, "an answer has no taker: {0}", e.toString());
          producers.remove(name(reply.to));
          gone++;
        }
      }
      session.commit();
      return gone;
    } catch (JMSException | RuntimeException e) {
      LOG.log(Level.DEBUG, "answers refused together, sending one by one: {0}", e.toString());
      close();
    }
    int gone = 0;
    open(false);
    try {
      for (Reply reply : replies) {
        try {
          send(reply);
        } catch (JMSException | RuntimeException e) {
          LOG.log(Level.DEBUG, "an answer has no taker: {0}", e.toString());
          producers.remove(name(reply.to));
          gone++;
        }
      }
    } finally {
      close();
    }
    return gone;
  }

  private void open(boolean transacted) throws JMSException {
    if (session == null) {
      connection = factory.createConnection();
      session =
          transacted
              ? connection.createSession(true, Session.SESSION_TRANSACTED)
              : connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    }
  }

  private void send(Reply reply) throws JMSException {
    TextMessage text = session.createTextMessage(reply.answer.body());
    text.setJMSCorrelationID(reply.correlationId);
    text.setIntProperty("status", reply.answer.status());
    text.setStringProperty("content_type", reply.answer.contentType());
    MessageProducer producer = producer(reply.to);
    // A temporary queue dies with its client: nothing is gained by writing to disk for it.
    producer.send(
        text,
        reply.to instanceof TemporaryQueue ? DeliveryMode.NON_PERSISTENT : DeliveryMode.PERSISTENT,
        producer.getPriority(),
        0);
  }

  private MessageProducer producer(Destination to) throws JMSException {
    String name = name(to);
    MessageProducer known = producers.get(name);
    if (known != null) {
      return known;
    }
    if (producers.size() >= MAX_PRODUCERS) {
      String oldest = producers.keySet().iterator().next();
      producers.remove(oldest).close();
    }
    MessageProducer producer = session.createProducer(to);
    producers.put(name, producer);
    return producer;
  }

  private static String name(Destination to) throws JMSException {
    return ((Queue) to).getQueueName();
  }

  @Override
  public void close() {
    producers.clear();
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (JMSException | RuntimeException e) {
      LOG.log(Level.DEBUG, "closing: {0}", e.toString());
    } finally {
      connection = null;
      session = null;
    }
  }
}
