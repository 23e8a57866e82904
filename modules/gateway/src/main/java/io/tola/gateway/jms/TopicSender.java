package io.tola.gateway.jms;

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

/** Puts outbox messages on the broker's topics, in a transaction of the broker's own or without one. Thread-safe. */
@ApplicationScoped
public class TopicSender {

  /** Artemis: a message whose id was seen before is dropped. */
  private static final String DUPLICATE_ID = "_AMQ_DUPL_ID";

  /** One consumer of a shared subscription gets all messages of a group, in order. */
  private static final String GROUP = "JMSXGroupID";

  @Resource(lookup = "jms/tola")
  private ConnectionFactory factory;

  /**
   * All or none, in one commit of the broker. Outside of the caller's transaction: the broker's
   * commit must not wait for, or roll back with, the database's.
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void sendTogether(List<OutboxMessage> messages) throws JMSException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
      try {
        send(session, messages);
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

  /**
   * One after the other; each send waits for the broker. What was sent before a failure stays sent.
   */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void sendOneByOne(List<OutboxMessage> messages) throws JMSException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
      send(session, messages);
    }
  }

  private static void send(Session session, List<OutboxMessage> messages) throws JMSException {
    // One producer a topic: making a topic, or finding one for a message, asks the broker each
    // time.
    Map<String, MessageProducer> producers = new HashMap<>(4);
    try {
      for (OutboxMessage message : messages) {
        MessageProducer producer = producers.get(message.topic());
        if (producer == null) {
          producer = session.createProducer(session.createTopic(message.topic()));
          producer.setDeliveryMode(DeliveryMode.PERSISTENT);
          producers.put(message.topic(), producer);
        }
        String id = message.id().toString();
        TextMessage text = session.createTextMessage(message.payload());
        text.setStringProperty(DUPLICATE_ID, id);
        text.setStringProperty(GROUP, message.key());
        text.setStringProperty("message_id", id);
        text.setStringProperty("key", message.key());
        text.setLongProperty("sequence", message.sequence());
        producer.send(text);
      }
    } finally {
      for (MessageProducer producer : producers.values()) {
        producer.close();
      }
    }
  }
}
