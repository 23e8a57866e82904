package io.tola.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EmbeddedBrokerTest {

  @TempDir private Path directory;

  private DataFolder folder;
  private EmbeddedBroker broker;
  private ServerLocator locator;

  @BeforeEach
  void start() throws Exception {
    folder = DataFolder.open(directory.resolve("data"));
    broker = EmbeddedBroker.start(folder, Ports.free());
    locator = ActiveMQClient.createServerLocator("tcp://127.0.0.1:" + broker.port());
  }

  @AfterEach
  void stop() {
    locator.close();
    broker.close();
    folder.close();
  }

  @Test
  void anAcknowledgedMessageSurvivesARestart() throws Exception {
    send(EmbeddedBroker.ORDERS, "order");
    broker.stop();
    broker.start();
    try (ClientSessionFactory factory = locator.createSessionFactory();
        ClientSession session = session(factory, broker.password())) {
      session.start();
      ClientMessage received = session.createConsumer(EmbeddedBroker.ORDERS).receive(10_000);
      assertThat(received.getBodyBuffer().readString()).isEqualTo("order");
    }
  }

  @ParameterizedTest
  @CsvSource({
    EmbeddedBroker.ORDERS + ',' + EmbeddedBroker.DEAD_ORDERS,
    EmbeddedBroker.TICKS + ',' + EmbeddedBroker.DEAD_TICKS
  })
  void aMessageThatIsNeverSettledEndsAmongItsQueuesDeadLettersAndNowhereElse(
      String queue, String dead) throws Exception {
    send(queue, "poison");
    int deliveries = 0;
    try (ClientSessionFactory factory = locator.createSessionFactory();
        ClientSession session =
            factory.createSession(
                EmbeddedBroker.USER, broker.password(), false, false, false, false, 0)) {
      session.start();
      ClientConsumer consumer = session.createConsumer(queue);
      for (int i = 0; i < 120 && broker.messageCount(dead) == 0; i++) {
        ClientMessage message = consumer.receive(250);
        if (message != null) {
          deliveries++;
          message.acknowledge();
          session.rollback();
        }
      }
    }
    assertThat(deliveries).isEqualTo(10);
    assertThat(broker.messageCount(dead)).isEqualTo(1);
    assertThat(broker.messageCount(queue)).isZero();
  }

  @Test
  void aWrongPasswordIsRefused() throws Exception {
    try (ClientSessionFactory factory = locator.createSessionFactory()) {
      assertThatThrownBy(() -> session(factory, "guess")).isInstanceOf(ActiveMQException.class);
    }
  }

  @Test
  void aMisspeltQueueIsAnErrorForAJmsClientAndNotANewQueue() throws Exception {
    try (ActiveMQConnectionFactory factory =
            new ActiveMQConnectionFactory("tcp://127.0.0.1:" + broker.port());
        JMSContext jms = factory.createContext(EmbeddedBroker.USER, broker.password())) {
      jms.createProducer().send(jms.createQueue(EmbeddedBroker.TICKS), "found");
      for (String misspelt : new String[] {"tola.oders", "other"}) {
        assertThatThrownBy(() -> jms.createProducer().send(jms.createQueue(misspelt), "lost"))
            .isInstanceOf(JMSRuntimeException.class);
      }
    }
    assertThat(broker.messageCount(EmbeddedBroker.TICKS)).isEqualTo(1);
  }

  private void send(String address, String text) throws Exception {
    try (ClientSessionFactory factory = locator.createSessionFactory();
        ClientSession session = session(factory, broker.password());
        ClientProducer producer = session.createProducer(address)) {
      ClientMessage message = session.createMessage(true);
      message.getBodyBuffer().writeString(text);
      producer.send(message);
    }
  }

  private static ClientSession session(ClientSessionFactory factory, String password)
      throws ActiveMQException {
    return factory.createSession(EmbeddedBroker.USER, password, false, true, true, false, 0);
  }
}
