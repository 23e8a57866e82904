package io.tola.systemtests.platform;

import io.tola.standalone.EmbeddedBroker;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** What a plain JMS client with a durable subscription receives of the executions' topic. */
public final class Reports {

  private static final String CLIENT = "system-tests";
  private static final String SUBSCRIPTION = "reports";

  private final List<String> ids = new ArrayList<>();
  private final List<com.fasterxml.jackson.databind.JsonNode> bodies = new ArrayList<>();

  private Reports() {}

  /** Subscribes and goes away again: from now on the broker keeps what is published. */
  public static void subscribe(TestPlatform platform) throws JMSException {
    try (Connection connection = connect(platform);
        Session session = connection.createSession();
        MessageConsumer consumer = consumer(session)) {
      connection.start();
      while (consumer.receive(200) != null) {
        // What an earlier subscriber of this name left.
      }
    }
  }

  /**
   * Receives until that many reports are there, and then a little longer for what should not come.
   */
  public static Reports receive(TestPlatform platform, int count, Duration atMost)
      throws JMSException {
    Reports reports = new Reports();
    long deadline = System.nanoTime() + atMost.toNanos();
    try (Connection connection = connect(platform);
        Session session = connection.createSession();
        MessageConsumer consumer = consumer(session)) {
      connection.start();
      while (System.nanoTime() < deadline) {
        Message message = consumer.receive(1_000);
        if (message == null) {
          if (reports.bodies.size() >= count) {
            break;
          }
          continue;
        }
        reports.ids.add(message.getStringProperty("message_id"));
        Api.parse(((TextMessage) message).getText()).get("reports").forEach(reports.bodies::add);
      }
    }
    return reports;
  }

  private static MessageConsumer consumer(Session session) throws JMSException {
    return session.createDurableConsumer(
        session.createTopic(EmbeddedBroker.EXECUTIONS), SUBSCRIPTION);
  }

  private static Connection connect(TestPlatform platform) throws JMSException {
    ActiveMQConnectionFactory factory =
        new ActiveMQConnectionFactory("tcp://127.0.0.1:" + platform.broker().port());
    Connection connection =
        factory.createConnection(EmbeddedBroker.USER, platform.broker().password());
    connection.setClientID(CLIENT);
    return connection;
  }

  /** Ids of all messages in the order they came, repeats included. */
  public List<String> messageIds() {
    return ids;
  }

  /** The account's report numbers in the order they came. */
  public List<Long> sequencesOf(UUID account) {
    return bodies.stream()
        .filter(b -> b.get("account_id").asText().equals(account.toString()))
        .map(b -> b.get("sequence").asLong())
        .toList();
  }
}
