package io.tola.gateway.jms;

import io.tola.kernel.port.OutboxBundle;
import io.tola.kernel.port.OutboxMessage;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts outbox messages on the broker's topics, in a transaction of the broker's own. Thread-safe. */
@ApplicationScoped
public class TopicSender {

  /**
   * Artemis: a transaction with an id that was seen before is rolled back. One message of a bundle
   * carries it, because the broker writes each id to its journal, and a bundle is sent whole.
   */
  private static final String DUPLICATE_ID = "_AMQ_DUPL_ID";

  /** One consumer of a shared subscription gets all messages of a group, in order. */
  private static final String GROUP = "JMSXGroupID";

  @Resource(lookup = "jms/tola")
  private ConnectionFactory factory;

  /**
   * All or none, in one commit of the broker. Outside of the caller's transaction: the broker's
   * commit must not wait for, or roll back with, the database's.
   *
   * @throws JMSException when the broker took none of them, or the commit wasn't answered; also when
   *     it has seen one of the bundles before, see {@link #isRepeat}
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void sendTogether(List<OutboxBundle> bundles) throws JMSException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
      try {
        send(session, bundles);
        session.commit();
      } catch (JMSException | RuntimeException e) {
        rollBack(session, e);
        throw e;
      }
    }
  }

  /** The session goes back to a pool: nothing may be left in it for the next batch to commit. */
  private static void rollBack(Session session, Exception cause) {
    try {
      session.rollback();
    } catch (JMSException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /** Whether the broker refused a transaction because it has already taken what is in it. */
  static boolean isRepeat(Throwable refused) {
    for (Throwable t = refused; t != null; t = t.getCause()) {
      // By name: the classes of the resource adapter are not the application's.
      if (t.getClass().getSimpleName().equals("ActiveMQDuplicateIdException")) {
        return true;
      }
    }
    return false;
  }

  private static void send(Session session, List<OutboxBundle> bundles) throws JMSException {
    // One producer a topic: making a topic, or finding one for a message, asks the broker each
    // time.
    Map<String, MessageProducer> producers = new HashMap<>(4);
    try {
      for (OutboxBundle bundle : bundles) {
        boolean first = true;
        for (OutboxMessage message : bundle.messages()) {
          MessageProducer producer = producers.get(message.topic());
          if (producer == null) {
            producer = session.createProducer(session.createTopic(message.topic()));
            producer.setDeliveryMode(DeliveryMode.PERSISTENT);
            producers.put(message.topic(), producer);
          }
          String id = message.id().toString();
          TextMessage text = session.createTextMessage(message.payload());
          if (first) {
            text.setStringProperty(DUPLICATE_ID, id);
            first = false;
          }
          text.setStringProperty(GROUP, message.key());
          text.setStringProperty("message_id", id);
          text.setStringProperty("key", message.key());
          text.setLongProperty("sequence", message.sequence());
          producer.send(text);
        }
      }
    } finally {
      for (MessageProducer producer : producers.values()) {
        producer.close();
      }
    }
  }
}
