import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * Orders over JMS, to copy from. Needs one dependency: org.apache.artemis:artemis-jakarta-client.
 *
 * <p>Run it: {@code java -cp '<the client and its dependencies>' OrderClient.java
 * tcp://127.0.0.1:61616 trader1 <password>}. It buys one RELIANCE, then rests an order far below the
 * market, makes it larger and cancels it.
 *
 * <p>Three rules keep it safe, whatever breaks in between:
 *
 * <ol>
 *   <li>Every order has a {@code client_order_id} of the client's own, noted before it is sent.
 *   <li>No answer in time says nothing about the order: send the same message again. It is executed
 *       once, and the second answer is the stored outcome, with status 200 instead of 201.
 *   <li>One thread a session, as JMS wants it.
 * </ol>
 */
public final class OrderClient implements AutoCloseable {

  private static final long ANSWER_MILLIS = 10_000;
  private static final int ATTEMPTS = 3;

  private final ActiveMQConnectionFactory factory;
  private final Connection connection;
  private final Session session;
  private final MessageProducer orders;
  private final TemporaryQueue answers;
  private final MessageConsumer answered;

  /** What the platform says: the status and body that REST would have answered with. */
  public record Answer(int status, String body) {}

  public OrderClient(String broker, String user, String password) throws JMSException {
    factory = new ActiveMQConnectionFactory(broker);
    connection = factory.createConnection(user, password);
    session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
    // The broker keeps a sent order on disk (persistent is the default) before send() returns.
    orders = session.createProducer(session.createQueue("tola.orders"));
    answers = session.createTemporaryQueue();
    answered = session.createConsumer(answers);
    connection.start();
  }

  /**
   * Sends and waits for the answer.
   *
   * @param action {@code place}, {@code replace} or {@code cancel}
   * @param body the JSON that REST takes, with {@code order_id} in a replace; a cancel is {@code
   *     {"order_id":"…"}}
   */
  public Answer ask(String action, String body) throws JMSException {
    String correlation = UUID.randomUUID().toString();
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      TextMessage message = session.createTextMessage(body);
      message.setStringProperty("action", action);
      message.setJMSReplyTo(answers);
      message.setJMSCorrelationID(correlation);
      orders.send(message);
      Answer answer = answer(correlation);
      if (answer != null) {
        return answer;
      }
    }
    throw new JMSException("no answer; the order may have been executed: ask again later");
  }

  private Answer answer(String correlation) throws JMSException {
    long end = System.nanoTime() + ANSWER_MILLIS * 1_000_000;
    for (long left = ANSWER_MILLIS; left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      Message message = answered.receive(left);
      // Another correlation id is the late answer of an attempt that was given up.
      if (message instanceof TextMessage text && correlation.equals(text.getJMSCorrelationID())) {
        return new Answer(text.getIntProperty("status"), text.getText());
      }
    }
    return null;
  }

  @Override
  public void close() throws JMSException {
    connection.close();
    factory.close();
  }

  /** Arguments: broker's URL, user, password. */
  public static void main(String[] arguments) throws JMSException {
    try (OrderClient client = new OrderClient(arguments[0], arguments[1], arguments[2])) {
      Answer bought =
          client.ask(
              "place",
              """
              {"client_order_id":"%s","symbol":"RELIANCE","side":"BUY","order_type":"MARKET",
               "quantity":1,"product":"CNC"}"""
                  .formatted("buy-" + UUID.randomUUID()));
      System.out.println("bought: " + bought.status() + ' ' + bought.body());

      String price = priceBelow(bought.body());
      Answer resting =
          client.ask(
              "place",
              """
              {"client_order_id":"%s","symbol":"RELIANCE","side":"BUY","order_type":"LIMIT",
               "price":%s,"quantity":1,"product":"CNC"}"""
                  .formatted("rest-" + UUID.randomUUID(), price));
      System.out.println("resting: " + resting.status() + ' ' + resting.body());

      Answer replaced =
          client.ask(
              "replace",
              """
              {"order_id":"%s","client_order_id":"%s","quantity":2}"""
                  .formatted(field(resting.body(), "order_id"), "more-" + UUID.randomUUID()));
      System.out.println("replaced: " + replaced.status() + ' ' + replaced.body());

      Answer canceled =
          client.ask("cancel", "{\"order_id\":\"" + field(resting.body(), "order_id") + "\"}");
      System.out.println("canceled: " + canceled.status() + ' ' + canceled.body());
    }
  }

  /** Five percent below what was paid, in whole rupees, a multiple of every tick size. */
  private static String priceBelow(String order) {
    return String.valueOf((long) (Double.parseDouble(field(order, "average_price")) * 0.95));
  }

  /** Enough for this example; a real client has a JSON library. */
  private static String field(String json, String name) {
    String after = json.substring(json.indexOf('"' + name + "\":") + name.length() + 3);
    return after.split("[,}]", 2)[0].replace("\"", "").trim();
  }
}
