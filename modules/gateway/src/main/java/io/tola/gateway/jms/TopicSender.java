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
import java.util.List;

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
   * All or none, in one commit of the broker. A new transaction, because the broker's commit must not wait for, or roll back with, the
   * database's.
   */
  @Transactional(value = Transactional.TxType.REQUIRES_NEW, rollbackOn = Exception.class)
  public void sendTogether(List<OutboxMessage> messages) throws JMSException {
    send(messages);
  }

  /** One after the other; each send waits for the broker. What was sent before a failure stays sent. */
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void sendOneByOne(List<OutboxMessage> messages) throws JMSException {
    send(messages);
  }

  private void send(List<OutboxMessage> messages) throws JMSException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(null)) {
      producer.setDeliveryMode(DeliveryMode.PERSISTENT);
      for (OutboxMessage message : messages) {
        TextMessage text = session.createTextMessage(message.payload());
        text.setStringProperty(DUPLICATE_ID, message.id().toString());
        text.setStringProperty(GROUP, message.key());
        text.setStringProperty("message_id", message.id().toString());
        text.setStringProperty("key", message.key());
        text.setLongProperty("sequence", message.sequence());
        producer.send(session.createTopic(message.topic()), text);
      }
    }
  }
}
