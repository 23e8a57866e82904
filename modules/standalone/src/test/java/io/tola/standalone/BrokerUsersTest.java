package io.tola.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The platform's users at the broker: who comes in, and who may do what. */
class BrokerUsersTest {

  private static final String PASSWORD = "correct horse";
  private static final UUID ALICES = UUID.randomUUID();
  private static final UUID BOBS = UUID.randomUUID();

  @TempDir private static Path directory;

  private static DataFolder folder;
  private static EmbeddedDatabase database;
  private static BrokerUsers users;
  private static EmbeddedBroker broker;
  private static ActiveMQConnectionFactory factory;

  @BeforeAll
  static void start() throws Exception {
    folder = DataFolder.open(directory.resolve("data"));
    database = EmbeddedDatabase.start(folder, Ports.free());
    database.migrate();
    users = BrokerUsers.of(database, "production");
    addUser("alice", "trader", ALICES, false);
    addUser("bob", "trader", BOBS, false);
    addUser("rita", "risk", null, false);
    addUser("olga", "ops", null, false);
    addUser("victor", "viewer", null, false);
    addUser("demo1", "trader", null, true);
    broker = EmbeddedBroker.start(folder, Ports.free(), users);
    factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + broker.port());
    factory.setReconnectAttempts(0);
  }

  @AfterAll
  static void stop() {
    factory.close();
    broker.close();
    database.close();
    folder.close();
  }

  @Test
  void aTraderSendsOrdersUnderNoNameButTheOwnAndGetsAnswersInATemporaryQueue() throws Exception {
    try (Connection alice = factory.createConnection("alice", PASSWORD);
        Connection server = factory.createConnection("tola", broker.password())) {
      Session session = alice.createSession();
      TemporaryQueue answers = session.createTemporaryQueue();
      TextMessage order = session.createTextMessage("an order");
      order.setJMSReplyTo(answers);
      order.setStringProperty("_AMQ_VALIDATED_USER", "bob");
      session.createProducer(session.createQueue(EmbeddedBroker.ORDERS)).send(order);
      alice.start();
      server.start();
      Session serverSession = server.createSession();
      Message received =
          serverSession
              .createConsumer(serverSession.createQueue(EmbeddedBroker.ORDERS))
              .receive(10_000);

      assertThat(received.getStringProperty("JMSXUserID")).isEqualTo("alice");
      assertThat(received.getStringProperty("_AMQ_VALIDATED_USER")).isEqualTo("alice");
      serverSession
          .createProducer(received.getJMSReplyTo())
          .send(serverSession.createTextMessage("done"));
      assertThat(session.createConsumer(answers).receive(10_000).getBody(String.class))
          .isEqualTo("done");
    }
  }

  @Test
  void aTraderAndTheServerDeleteTheTemporaryQueuesTheyMade() throws Exception {
    try (Connection alice = factory.createConnection("alice", PASSWORD);
        Connection server = factory.createConnection("tola", broker.password())) {
      alice.createSession().createTemporaryQueue().delete();
      server.createSession().createTemporaryQueue().delete();
    }
  }

  @Test
  void whoIsNotAnEnabledUserWithThatPasswordStaysOut() throws Exception {
    for (String[] credentials :
        new String[][] {
          {"alice", "guess"},
          {"nobody", PASSWORD},
          {"demo1", PASSWORD},
          {"tola", PASSWORD},
          {null, null},
        }) {
      assertThatThrownBy(() -> factory.createConnection(credentials[0], credentials[1]).close())
          .isInstanceOf(JMSException.class);
    }
    addUser("leaver", "trader", null, false);
    assertThat(users.authenticate("leaver", PASSWORD)).isNotNull();
    sql("UPDATE gateway.users SET enabled = false WHERE username = 'leaver'");
    Thread.sleep(BrokerUsers.FRESH_NANOS / 1_000_000 + 100);
    assertThat(users.authenticate("leaver", PASSWORD)).isNull();
  }

  @Test
  void wrongPasswordsSlowDownThatNameOnly() throws Exception {
    addUser("target", "trader", null, false);
    for (int i = 0; i < 10; i++) {
      assertThat(users.authenticate("target", "guess" + i)).isNull();
    }
    assertThat(users.authenticate("target", PASSWORD)).isNull();
    assertThat(users.authenticate("alice", PASSWORD)).isNotNull();
  }

  @Test
  void aTraderMayNeitherReadOrdersNorWriteReportsNorListenToTheBroker() throws Exception {
    refused("alice", s -> s.createConsumer(s.createQueue(EmbeddedBroker.ORDERS)));
    refused("alice", s -> s.createConsumer(s.createQueue(EmbeddedBroker.DEAD_ORDERS)));
    refused("alice", s -> s.createConsumer(s.createQueue(EmbeddedBroker.DEAD_TICKS)));
    refused("alice", s -> send(s, s.createTopic(EmbeddedBroker.EXECUTIONS)));
    refused("alice", s -> send(s, s.createTopic(EmbeddedBroker.RISK_ALERTS)));
    refused("alice", s -> send(s, s.createQueue(EmbeddedBroker.TICKS)));
    refused("alice", s -> send(s, s.createQueue("activemq.management")));
    refused("alice", s -> s.createConsumer(s.createTopic("activemq.notifications")));
    refused("alice", s -> s.createConsumer(s.createTopic(EmbeddedBroker.RISK_ALERTS)));
    refused("victor", s -> send(s, s.createQueue(EmbeddedBroker.ORDERS)));
    refused("victor", s -> s.createConsumer(s.createTopic(EmbeddedBroker.EXECUTIONS)));
  }

  @Test
  void aTraderSubscribesToTheOwnAccountsReportsOnly() throws Exception {
    String own = "key = '" + ALICES + "'";
    refused("alice", s -> s.createConsumer(executions(s)));
    refused("alice", s -> s.createConsumer(executions(s), "key = '" + BOBS + "'"));
    refused("alice", s -> s.createConsumer(executions(s), own + " OR sequence > 0"));
    refused("alice", s -> s.createConsumer(executions(s), own + " OR key = '" + BOBS + "'"));
    refused("alice", s -> s.createDurableConsumer(executions(s), "all"));
    try (Connection alice = factory.createConnection("alice", PASSWORD);
        Connection rita = factory.createConnection("rita", PASSWORD);
        Connection server = factory.createConnection("tola", broker.password())) {
      Session aliceSession = alice.createSession();
      Session ritaSession = rita.createSession();
      MessageConsumer ownReports = aliceSession.createConsumer(executions(aliceSession), own);
      MessageConsumer allReports = ritaSession.createConsumer(executions(ritaSession));
      alice.start();
      rita.start();
      Session session = server.createSession();
      for (UUID key : List.of(BOBS, ALICES)) {
        TextMessage report = session.createTextMessage("of " + key);
        report.setStringProperty("key", key.toString());
        session.createProducer(executions(session)).send(report);
      }

      assertThat(ownReports.receive(10_000).getBody(String.class)).isEqualTo("of " + ALICES);
      assertThat(ownReports.receive(200)).isNull();
      assertThat(allReports.receive(10_000).getBody(String.class)).isEqualTo("of " + BOBS);
      assertThat(allReports.receive(10_000).getBody(String.class)).isEqualTo("of " + ALICES);
    }
  }

  @Test
  void nobodyReadsOrRemovesSomebodyElsesSubscription() throws Exception {
    String own = "key = '" + ALICES + "'";
    try (Connection alice = factory.createConnection("alice", PASSWORD)) {
      alice.setClientID("desk");
      Session session = alice.createSession();
      session.createDurableConsumer(executions(session), "reports", own, false).close();
    }
    try (Connection bob = factory.createConnection("bob", PASSWORD)) {
      bob.setClientID("desk");
      Session session = bob.createSession();
      assertThatThrownBy(
              () -> session.createDurableConsumer(executions(session), "reports", own, false))
          .isInstanceOf(JMSException.class);
      assertThatThrownBy(() -> session.unsubscribe("reports")).isInstanceOf(JMSException.class);
    }
    try (Connection alice = factory.createConnection("alice", PASSWORD)) {
      alice.setClientID("desk");
      Session session = alice.createSession();
      session.createDurableConsumer(executions(session), "reports", own, false).close();
      session.unsubscribe("reports");
    }
  }

  @Test
  void aMessageThatWouldFillAServersMemoryIsNotTaken() throws Exception {
    try (Connection alice = factory.createConnection("alice", PASSWORD)) {
      Session session = alice.createSession();
      MessageProducer producer = session.createProducer(session.createQueue(EmbeddedBroker.TICKS));
      assertThat(producer).isNotNull();
      MessageProducer orders = session.createProducer(session.createQueue(EmbeddedBroker.ORDERS));
      assertThatThrownBy(() -> orders.send(session.createTextMessage("x".repeat(20_000_000))))
          .isInstanceOf(JMSException.class);
    }
  }

  @Test
  void theServerMayMakeADeadLetterOfTheLargestMessageThatIsTaken() throws Exception {
    int largest = SubscriptionGuard.MAX_MESSAGE_BYTES / 2 - 500;
    try (Connection alice = factory.createConnection("alice", PASSWORD)) {
      Session session = alice.createSession();
      session
          .createProducer(session.createQueue(EmbeddedBroker.ORDERS))
          .send(session.createTextMessage("x".repeat(largest)));
    }
    try (Connection server = factory.createConnection("tola", broker.password())) {
      Session session = server.createSession(true, Session.SESSION_TRANSACTED);
      server.start();
      TextMessage received =
          (TextMessage)
              session.createConsumer(session.createQueue(EmbeddedBroker.ORDERS)).receive(10_000);
      TextMessage letter = session.createTextMessage(received.getText());
      letter.setStringProperty("tola_reason", "y".repeat(1_000));
      session.createProducer(session.createQueue(EmbeddedBroker.DEAD_ORDERS)).send(letter);
      session.commit();
    }
    assertThat(broker.messageCount(EmbeddedBroker.ORDERS)).isZero();
    assertThat(broker.messageCount(EmbeddedBroker.DEAD_ORDERS)).isEqualTo(1);
  }

  @Test
  void whoWasLetInStaysInWhileTheDatabaseIsAway() throws Exception {
    assertThat(users.authenticate("alice", PASSWORD)).isNotNull();
    database.stop();
    try {
      Thread.sleep(BrokerUsers.FRESH_NANOS / 1_000_000 + 100);
      assertThat(users.authenticate("alice", PASSWORD)).isNotNull();
      assertThat(users.authenticate("alice", "guess")).isNull();
      assertThat(users.authenticate("rita2", PASSWORD)).isNull();
    } finally {
      database.start();
    }
  }

  @Test
  void aSelectorThatCouldLetMoreThroughThanItNamesIsNoSelector() {
    String a = ALICES.toString();
    String b = BOBS.toString();
    for (String good :
        List.of(
            "key = '" + a + "'",
            "key='" + a + "' OR key = '" + b + "'",
            "key IN ('" + a + "', '" + b + "')")) {
      assertThatCode(() -> SubscriptionGuard.accounts(good)).doesNotThrowAnyException();
    }
    for (String bad :
        List.of(
            "",
            "true",
            "key <> '" + a + "'",
            "key = '" + a + "' OR 1 = 1",
            "NOT key = '" + a + "'",
            "key NOT IN ('" + a + "')",
            "key LIKE '%'",
            "sequence = 1 OR key = '" + a + "'",
            "key = '" + a + "' OR key")) {
      assertThatThrownBy(() -> SubscriptionGuard.accounts(bad))
          .as(bad)
          .isInstanceOf(ActiveMQSecurityException.class);
    }
  }

  private static Topic executions(Session session) throws JMSException {
    return session.createTopic(EmbeddedBroker.EXECUTIONS);
  }

  private static Object send(Session session, jakarta.jms.Destination to) throws JMSException {
    if (to instanceof Queue || to instanceof Topic) {
      session.createProducer(to).send(session.createTextMessage("x"));
    }
    return to;
  }

  private interface Attempt {
    Object with(Session session) throws JMSException;
  }

  private static void refused(String user, Attempt attempt) throws JMSException {
    try (Connection connection = factory.createConnection(user, PASSWORD)) {
      connection.setClientID(user + UUID.randomUUID());
      Session session = connection.createSession();
      assertThatThrownBy(() -> attempt.with(session)).as(user).isInstanceOf(JMSException.class);
    }
  }

  private static void addUser(String name, String role, UUID account, boolean demo)
      throws Exception {
    byte[] salt = new byte[16];
    byte[] hash =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
            .generateSecret(new PBEKeySpec(PASSWORD.toCharArray(), salt, 210_000, 512))
            .getEncoded();
    try (var connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO gateway.users (user_id, username, password_salt, password_hash,"
                    + " password_iterations, roles, demo, created_at, updated_at)"
                    + " VALUES (?, ?, ?, ?, 210000, ARRAY[?], ?, now(), now())");
        PreparedStatement assign =
            connection.prepareStatement(
                "INSERT INTO gateway.user_accounts (user_id, account_id, created_at)"
                    + " VALUES (?, ?, now())")) {
      UUID id = UUID.randomUUID();
      insert.setObject(1, id);
      insert.setString(2, name);
      insert.setBytes(3, salt);
      insert.setBytes(4, hash);
      insert.setString(5, role);
      insert.setBoolean(6, demo);
      insert.executeUpdate();
      if (account != null) {
        assign.setObject(1, id);
        assign.setObject(2, account);
        assign.executeUpdate();
      }
    }
  }

  private static void sql(String statement) throws SQLException {
    try (var connection = database.connect();
        var s = connection.createStatement()) {
      s.execute(statement);
    }
  }
}
