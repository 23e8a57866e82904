package io.tola.gateway.jms;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;

/**
 * Makes sure that the broker says who sent a message, instead of the sender: without that, anybody
 * could trade for anybody.
 */
final class SenderCheck {

  private static final String STAMP = "_AMQ_VALIDATED_USER";
  private static final String FORGED = "somebody else";
  private static final long PATIENCE_MILLIS = 5_000;

  private SenderCheck() {}

  /**
   * Tries with a forged message.
   *
   * @return whether the broker names senders
   * @throws JMSException when the broker can't be asked
   */
  static boolean passes(ConnectionFactory factory) throws JMSException {
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
      TemporaryQueue queue = session.createTemporaryQueue();
      try (MessageConsumer consumer = session.createConsumer(queue);
          MessageProducer producer = session.createProducer(queue)) {
        connection.start();
        TextMessage forged = session.createTextMessage("who sent this?");
        forged.setStringProperty(STAMP, FORGED);
        producer.send(forged, DeliveryMode.NON_PERSISTENT, 4, PATIENCE_MILLIS);
        Message received = consumer.receive(PATIENCE_MILLIS);
        if (received == null) {
          throw new JMSException("no answer from the broker");
        }
        String sender = received.getStringProperty(Received.SENDER);
        return sender != null && !sender.equals(FORGED);
      }
      // The adapter deletes the queue with the connection.
    }
  }
}
