package io.tola.systemtests.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.standalone.EmbeddedBroker;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** A plain JMS client of one trader: sends to the orders' queue and takes the answers. Used by one thread. */
public final class OrdersByQueue implements AutoCloseable {

  private final ActiveMQConnectionFactory factory;
  private final Connection connection;
  private final Session session;
  private final MessageProducer producer;
  private final TemporaryQueue answers;
  private final MessageConsumer consumer;
  private final Map<String, Answer> received = new LinkedHashMap<>();

  /** What the door answered. */
  public record Answer(int status, String contentType, JsonNode body) {}

  /** Connects as that demo user. */
  public OrdersByQueue(TestPlatform platform, String user) throws JMSException {
    factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + platform.broker().port());
    connection = factory.createConnection(user, platform.password());
    session = connection.createSession();
    producer = session.createProducer(session.createQueue(EmbeddedBroker.ORDERS));
    answers = session.createTemporaryQueue();
    consumer = session.createConsumer(answers);
    connection.start();
  }

  /** Sends, and returns the correlation id of the answer. */
  public String send(String action, String body) throws JMSException {
    String correlation = UUID.randomUUID().toString();
    TextMessage message = message(action, body);
    message.setJMSReplyTo(answers);
    message.setJMSCorrelationID(correlation);
    producer.send(message);
    return correlation;
  }

  /** Sends all in one commit, so that the door finds them at once; returns the correlation ids. */
  public List<String> sendTogether(String action, List<String> bodies) throws JMSException {
    List<String> correlations = new ArrayList<>(bodies.size());
    try (Session together = connection.createSession(true, Session.SESSION_TRANSACTED)) {
      MessageProducer sender = together.createProducer(together.createQueue(EmbeddedBroker.ORDERS));
      for (String body : bodies) {
        String correlation = UUID.randomUUID().toString();
        TextMessage message = message(action, body);
        message.setJMSReplyTo(answers);
        message.setJMSCorrelationID(correlation);
        sender.send(message);
        correlations.add(correlation);
      }
      together.commit();
    }
    return correlations;
  }

  /** Sends without waiting for an answer. */
  public void sendUnanswered(String action, String body) throws JMSException {
    producer.send(message(action, body));
  }

  private TextMessage message(String action, String body) throws JMSException {
    TextMessage message = session.createTextMessage(body);
    if (action != null) {
      message.setStringProperty("action", action);
    }
    return message;
  }

  /** Waits for the answer of that correlation id; null when it doesn't come. */
  public Answer answer(String correlation, Duration atMost) throws JMSException {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!received.containsKey(correlation) && System.nanoTime() < deadline) {
      Message message = consumer.receive(200);
      if (message instanceof TextMessage text) {
        received.put(
            text.getJMSCorrelationID(),
            new Answer(
                text.getIntProperty("status"),
                text.getStringProperty("content_type"),
                Api.parse(text.getText())));
      }
    }
    return received.get(correlation);
  }

  /** Sends and waits. */
  public Answer ask(String action, String body) throws JMSException {
    String correlation = send(action, body);
    Answer answer = answer(correlation, Duration.ofMinutes(2));
    if (answer == null) {
      throw new AssertionError("no answer to " + action + ' ' + body);
    }
    return answer;
  }

  @Override
  public void close() throws JMSException {
    connection.close();
    factory.close();
  }
}
