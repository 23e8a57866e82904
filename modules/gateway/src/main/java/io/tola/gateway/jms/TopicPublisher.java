package io.tola.gateway.jms;

import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.transaction.Status;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transactional;
import jakarta.transaction.UserTransaction;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends what the outbox releases to the broker's topics, a batch in one broker transaction.
 *
 * <p>At least once from the outbox, at most once at the broker: the message's id is its duplicate
 * id, so a batch whose first commit was answered with silence can be sent again. The key is the
 * message group, so one consumer of a shared subscription sees one account's messages in order.
 * Thread-safe; the relay uses one thread.
 */
@ApplicationScoped
public class TopicPublisher implements Outbox.Publisher {

  private static final Logger LOG = System.getLogger(TopicPublisher.class.getName());
  private static final String DUPLICATE_ID = "_AMQ_DUPL_ID";
  private static final String GROUP = "JMSXGroupID";
  private static final int TIMEOUT_SECONDS = 15;

  @Inject private Outbox outbox;
  @Inject private Broker broker;

  @Resource(lookup = "jms/tola")
  private ConnectionFactory factory;

  @Resource private UserTransaction transaction;

  private final AtomicLong sent = new AtomicLong();

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    outbox.publishTo(this);
  }

  /**
   * Sends outside of the caller's transaction: the broker's commit must not wait for, or roll back
   * with, the database's.
   *
   * @throws Exception when the broker didn't take every message; nothing is lost, the outbox offers
   *     them again
   */
  @Override
  @Transactional(Transactional.TxType.NOT_SUPPORTED)
  public void publish(List<OutboxMessage> messages) throws Exception {
    if (messages.isEmpty()) {
      return;
    }
    try {
      try {
        together(messages);
      } catch (Exception e) {
        // In a transaction Artemis refuses the whole batch when it has seen one of its messages
        // before: alone, a repeat is dropped and the others pass.
        LOG.log(Level.DEBUG, "batch of {0} refused, sending one by one: {1}", messages.size(), e);
        oneByOne(messages);
      }
      sent.addAndGet(messages.size());
      broker.worked();
    } catch (Exception e) {
      broker.failed(e);
      throw e;
    }
  }

  private void together(List<OutboxMessage> messages) throws Exception {
    transaction.setTransactionTimeout(TIMEOUT_SECONDS);
    transaction.begin();
    try {
      send(messages);
      transaction.commit();
    } finally {
      rollBackIfOpen();
    }
  }

  private void rollBackIfOpen() {
    try {
      if (transaction.getStatus() != Status.STATUS_NO_TRANSACTION) {
        transaction.rollback();
      }
    } catch (SystemException | IllegalStateException e) {
      LOG.log(Level.DEBUG, "nothing left to roll back: {0}", e.getMessage());
    }
  }

  private void oneByOne(List<OutboxMessage> messages) throws JMSException {
    send(messages);
  }

  /**
   * In a transaction of the container the session joins it; without one, each send waits for the
   * broker.
   */
  private void send(List<OutboxMessage> messages) throws JMSException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(null)) {
      producer.setDeliveryMode(DeliveryMode.PERSISTENT);
      producer.setDisableMessageTimestamp(false);
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

  /** Messages taken over by the broker since the node started. */
  public long sent() {
    return sent.get();
  }
}
