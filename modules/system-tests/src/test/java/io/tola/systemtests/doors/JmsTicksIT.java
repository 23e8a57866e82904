package io.tola.systemtests.doors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.standalone.EmbeddedBroker;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.DeadLetters;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Ticks by the queue, with a plain JMS client; each test has a day of its own. */
@ExtendWith(SharedPlatform.class)
class JmsTicksIT {

  private static final Duration SOON = Duration.ofSeconds(120);
  private static final String SHARE = "WIPRO";

  private final TestPlatform platform;
  private ActiveMQConnectionFactory factory;
  private Connection connection;
  private Session session;
  private MessageProducer ticks;
  private TemporaryQueue answers;
  private MessageConsumer answered;

  JmsTicksIT(TestPlatform platform) {
    this.platform = platform;
  }

  @BeforeEach
  void connect() throws JMSException {
    DeadLetters.drain(platform, EmbeddedBroker.DEAD_TICKS);
    factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + platform.broker().port());
    connection = factory.createConnection("feed", platform.password());
    session = connection.createSession();
    ticks = session.createProducer(session.createQueue(EmbeddedBroker.TICKS));
    answers = session.createTemporaryQueue();
    answered = session.createConsumer(answers);
    connection.start();
  }

  @AfterEach
  void disconnect() throws JMSException {
    connection.close();
    factory.close();
  }

  private static String lines(String day, int from, int count) {
    StringBuilder text = new StringBuilder();
    Instant open = Instant.parse(day + "T04:00:00Z");
    for (int i = from; i < from + count; i++) {
      text.append("{\"symbol\":\"" + SHARE + "\",\"timestamp\":\"")
          .append(open.plusSeconds(i))
          .append("\",\"price\":")
          .append(400 + i % 7)
          .append(",\"volume\":2,\"sequence\":")
          .append(i)
          .append("}\n");
    }
    return text.toString();
  }

  private JsonNode ask(Message message) throws JMSException {
    message.setJMSReplyTo(answers);
    ticks.send(message);
    Message answer = answered.receive(SOON.toMillis());
    assertThat(answer).as("an answer").isNotNull();
    assertThat(answer.getJMSCorrelationID()).isEqualTo(message.getJMSMessageID());
    return Api.parse(((TextMessage) answer).getText());
  }

  private BytesMessage bytes(byte[] body) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeBytes(body);
    return message;
  }

  private static byte[] gzip(String plain) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  private static void expect(JsonNode report, int accepted, int duplicates, int rejected) {
    assertThat(List.of("accepted", "duplicates", "rejected"))
        .as(report.toString())
        .extracting(name -> report.path(name).asInt(-1))
        .containsExactly(accepted, duplicates, rejected);
  }

  private long stored(String day) {
    return platform
        .sql()
        .count(
            "SELECT count(*) FROM ticks t WHERE symbol = '"
                + SHARE
                + "' AND at >= '"
                + day
                + "'::timestamptz AND at < '"
                + day
                + "'::timestamptz + interval '1 day'");
  }

  @Test
  void aBodyIsStoredOnceCountedAndMadeBarsOf() throws Exception {
    String day = "2019-03-04";
    String body = lines(day, 0, 300);

    expect(ask(session.createTextMessage(body)), 300, 0, 0);
    expect(ask(bytes(gzip(body))), 300, 300, 0);
    TextMessage csv =
        session.createTextMessage(
            "symbol,timestamp,price,volume\n" + SHARE + ',' + day + "T06:00:00Z,410,5\n");
    csv.setStringProperty("format", "csv");
    expect(ask(csv), 1, 0, 0);

    assertThat(stored(day)).isEqualTo(301);
    JsonNode bars =
        platform
            .api()
            .as("viewer")
            .get(
                "/api/v1/historical?symbol="
                    + SHARE
                    + "&interval=1d&from=2019-03-03T18:30:00Z&to=2019-03-04T18:30:00Z")
            .expect(200)
            .json()
            .get("items");
    assertThat(bars).hasSize(1);
    assertThat(bars.get(0).get("volume").asInt()).isEqualTo(605);
    assertThat(bars.get(0).get("close").decimalValue()).isEqualByComparingTo("410");
  }

  @Test
  void aThousandSmallMessagesAreAllStoredAndTheBadOnesAmongThemAreDeadLetters() throws Exception {
    String day = "2019-04-04";
    for (int i = 0; i < 1_000; i++) {
      ticks.send(session.createTextMessage(lines(day, i, 1)));
      if (i % 100 == 50) {
        ticks.send(
            session.createTextMessage(lines(day, 50_000 + i, 1).replace(SHARE, "NOSUCH" + i)));
      }
    }

    List<Message> letters = DeadLetters.take(platform, EmbeddedBroker.DEAD_TICKS, 10, SOON);

    assertThat(letters).hasSize(10);
    for (Message letter : letters) {
      assertThat(letter.getStringProperty("tola_reason"))
          .contains("line 1: symbol is not an instrument here");
      assertThat(letter.getStringProperty("tola_user")).isEqualTo("feed");
      assertThat(letter.getBody(String.class)).contains("NOSUCH");
    }
    await(() -> platform.broker().messageCount(EmbeddedBroker.TICKS) == 0);
    assertThat(stored(day)).isEqualTo(1_000);
  }

  @Test
  void goodLinesOfABodyAreKeptAndBadOnesCounted() throws Exception {
    String day = "2019-05-06";
    String body =
        lines(day, 0, 3)
            + "{\"symbol\":\""
            + SHARE
            + "\",\"timestamp\":\"2199-01-01T00:00:00Z\",\"price\":1}\n"
            + lines(day, 10, 1).replace("\"volume\":2", "\"volume\":-2")
            + "half a li";

    JsonNode report = ask(session.createTextMessage(body));

    expect(report, 3, 0, 3);
    assertThat(report.get("first_errors")).hasSize(3);
    assertThat(stored(day)).isEqualTo(3);
    assertThat(platform.broker().messageCount(EmbeddedBroker.DEAD_TICKS)).isZero();
  }

  @Test
  void whatHoldsNoTickIsADeadLetterWithItsReason() throws Exception {
    String day = "2019-06-06";
    byte[] packed = gzip(lines(day, 0, 2_000));
    Message format = session.createTextMessage(lines(day, 5_000, 1));
    format.setStringProperty("format", "xml");
    for (Message poison :
        List.of(
            session.createTextMessage("certainly not JSON"),
            session.createTextMessage(""),
            session.createObjectMessage("an object"),
            format,
            bytes(Arrays.copyOf(packed, packed.length / 2)))) {
      ticks.send(poison);
    }
    ticks.send(session.createTextMessage(lines(day, 6_000, 1)));

    List<Message> letters = DeadLetters.take(platform, EmbeddedBroker.DEAD_TICKS, 5, SOON);

    assertThat(letters)
        .extracting(letter -> letter.getStringProperty("tola_reason"))
        .satisfiesExactlyInAnyOrder(
            reason -> assertThat(reason).contains("line 1: line"),
            reason -> assertThat(reason).contains("there is no tick in it"),
            reason -> assertThat(reason).contains("there is no tick in it"),
            reason -> assertThat(reason).contains("must be one of ndjson, csv"),
            reason -> assertThat(reason).contains("body breaks off here"));
    await(() -> platform.broker().messageCount(EmbeddedBroker.TICKS) == 0);
    // Of the one cut off, what came before the cut is kept.
    assertThat(stored(day)).isGreaterThan(1);
  }

  @Test
  void onlyAFeedMaySendTicks() throws Exception {
    try (Connection trader = factory.createConnection("trader35", platform.password());
        Session other = trader.createSession()) {
      assertThatThrownBy(
              () ->
                  other
                      .createProducer(other.createQueue(EmbeddedBroker.TICKS))
                      .send(other.createTextMessage(lines("2019-07-08", 0, 1))))
          .isInstanceOf(JMSException.class);
    }
    assertThat(stored("2019-07-08")).isZero();
  }

  @Test
  void ticksWaitForTheDatabase() throws Exception {
    String day = "2019-08-08";
    platform.database().stop();
    try {
      for (int i = 0; i < 50; i++) {
        ticks.send(session.createTextMessage(lines(day, i, 1)));
      }
      Thread.sleep(4_000);
    } finally {
      platform.database().start();
    }
    await(() -> platform.broker().messageCount(EmbeddedBroker.TICKS) == 0);
    assertThat(stored(day)).isEqualTo(50);
    assertThat(platform.broker().messageCount(EmbeddedBroker.DEAD_TICKS)).isZero();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.holds()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(50);
    }
  }
}
