package io.tola.systemtests.platform;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** A queue of dead letters, as somebody of operations reads it. */
public final class DeadLetters {

  private DeadLetters() {}

  /** Takes what is there; for who begins. */
  public static void drain(TestPlatform platform, String queue) throws JMSException {
    take(platform, queue, 0, Duration.ZERO);
  }

  /** Takes all, and waits until there are so many. */
  public static List<Message> take(
      TestPlatform platform, String queue, int atLeast, Duration atMost) throws JMSException {
    List<Message> letters = new ArrayList<>();
    try (ActiveMQConnectionFactory factory =
            new ActiveMQConnectionFactory("tcp://127.0.0.1:" + platform.broker().port());
        Connection connection = factory.createConnection("ops", platform.password());
        Session session = connection.createSession()) {
      connection.start();
      MessageConsumer consumer = session.createConsumer(session.createQueue(queue));
      long deadline = System.nanoTime() + atMost.toNanos();
      while (true) {
        Message letter = consumer.receive(500);
        if (letter != null) {
          letters.add(letter);
        } else if (letters.size() >= atLeast) {
          return letters;
        } else {
          assertThat(System.nanoTime()).as(letters.toString()).isLessThan(deadline);
        }
      }
    }
  }
}
