package io.tola.standalone;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/**
 * An Artemis broker in this JVM, on loopback, with its journal on disk: a message that was acknowledged survives a restart.
 *
 * <p>It has Tola's addresses and no others; a misspelt queue name is an error, not a new queue. A message that {@value #DELIVERIES}
 * deliveries didn't settle goes to its queue's dead letters: a backstop, because the server settles every message it can read, and a
 * killed server costs each message it had been handed one delivery.
 *
 * <p>Users: {@value #USER} is the server, its password is kept in the data folder; clients are the platform's own users, with the
 * passwords and roles of the REST API. A trader sends orders, gets answers in a temporary queue, and subscribes to reports of the
 * trader's own accounts ({@link SubscriptionGuard}). Every message says who sent it, whatever the sender says ({@code
 * _AMQ_VALIDATED_USER}).
 */
public final class EmbeddedBroker implements AutoCloseable {

  /** Queue: orders from clients. */
  public static final String ORDERS = "tola.orders";

  /** Queue: orders that couldn't be processed; for people to look at. */
  public static final String DEAD_ORDERS = "tola.orders.dlq";

  /** Queue: ticks from feeds. */
  public static final String TICKS = "tola.ticks";

  /** Queue: messages of ticks of which nothing could be stored; for people to look at. */
  public static final String DEAD_TICKS = "tola.ticks.dlq";

  /** Topic: execution reports. */
  public static final String EXECUTIONS = "tola.executions";

  /** Topic: risk alerts. */
  public static final String RISK_ALERTS = "tola.risk.alerts";

  /** The server's user. */
  public static final String USER = "tola";

  private static final int DELIVERIES = 10;

  /** How long the broker remembers a role that it has checked. */
  private static final long ROLES_FRESH_MS = 5_000;

  /**
   * So many bundles per topic are known again. The outbox repeats what it sent last, and after a
   * crash of the database what it deleted within about a second.
   */
  private static final int REMEMBERED_IDS = 20_000;

  private static final long REDELIVERY_DELAY_MS = 200;

  private final DataFolder folder;
  private final int port;
  private final BrokerUsers users;
  private ActiveMQServer server;

  private EmbeddedBroker(DataFolder folder, int port, BrokerUsers users) {
    this.folder = folder;
    this.port = port;
    this.users = users;
  }

  /** Starts a broker to which nobody but the server may connect. */
  public static EmbeddedBroker start(DataFolder folder, int port) throws StartRefused {
    return start(folder, port, null);
  }

  /**
   * Starts the broker and returns when it accepts connections.
   *
   * @param users who may connect besides the server; null for nobody
   */
  public static EmbeddedBroker start(DataFolder folder, int port, BrokerUsers users)
      throws StartRefused {
    EmbeddedBroker broker = new EmbeddedBroker(folder, port, users);
    broker.start();
    return broker;
  }

  /** Starts a stopped broker again, on the same journal and port. */
  public void start() throws StartRefused {
    Ports.requireFree(port, "the message broker", "tola.jms.port");
    try {
      server = new ActiveMQServerImpl(configuration(), new BrokerSecurity(USER, password(), users));
      server.start();
      if (!server.waitForActivation(30, TimeUnit.SECONDS)) {
        throw new StartRefused("The message broker didn't become active within 30 s.");
      }
    } catch (StartRefused e) {
      throw e;
    } catch (Exception e) {
      throw new StartRefused("The message broker didn't start: " + e.getMessage(), e);
    }
  }

  /** Where it listens. */
  public int port() {
    return port;
  }

  /** The password of {@value #USER}. */
  public String password() {
    return folder.secret("jms");
  }

  /** How many messages a queue holds; for tests and for people. */
  public long messageCount(String queue) {
    return server.locateQueue(SimpleString.of(queue)).getMessageCount();
  }

  /** The broker itself. */
  public ActiveMQServer server() {
    return server;
  }

  /** Stops it; clients' connections break. Does nothing if it is stopped. */
  public void stop() {
    if (server == null) {
      return;
    }
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the message broker didn't stop cleanly", e);
    }
  }

  @Override
  public void close() {
    stop();
  }

  private Configuration configuration() throws Exception {
    Path directory = folder.directory("broker");
    ConfigurationImpl configuration = new ConfigurationImpl();
    configuration
        .setName("tola")
        .setPersistenceEnabled(true)
        .setJournalType(JournalType.NIO)
        .setJournalDirectory(directory.resolve("journal").toString())
        .setBindingsDirectory(directory.resolve("bindings").toString())
        .setLargeMessagesDirectory(directory.resolve("large-messages").toString())
        .setPagingDirectory(directory.resolve("paging").toString())
        .setJournalSyncTransactional(true)
        .setJournalSyncNonTransactional(true)
        .setJournalFileSize(4 * 1024 * 1024)
        .setJournalMinFiles(2)
        .setJournalPoolFiles(10)
        // Beyond this, messages go to disk pages; the launcher's heap stays small.
        .setGlobalMaxSize(64L * 1024 * 1024)
        .setMaxDiskUsage(95)
        .setSecurityEnabled(true)
        .setSecurityInvalidationInterval(ROLES_FRESH_MS)
        // Stamps every message with its sender's name, over whatever the sender put there.
        .setPopulateValidatedUser(true)
        .setIDCacheSize(REMEMBERED_IDS)
        .setPersistIDCache(true)
        .setJMXManagementEnabled(false)
        .setGracefulShutdownEnabled(false)
        .setMessageExpiryScanPeriod(60_000);
    // Clients of Artemis only; each protocol left out is one less to defend.
    configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port + "?protocols=CORE");
    configuration.registerBrokerPlugin(new SubscriptionGuard(users));
    secure(configuration);
    addAddress(configuration, ORDERS, RoutingType.ANYCAST);
    addAddress(configuration, DEAD_ORDERS, RoutingType.ANYCAST);
    addAddress(configuration, TICKS, RoutingType.ANYCAST);
    addAddress(configuration, DEAD_TICKS, RoutingType.ANYCAST);
    addAddress(configuration, EXECUTIONS, RoutingType.MULTICAST);
    addAddress(configuration, RISK_ALERTS, RoutingType.MULTICAST);
    configuration.addAddressSetting(
        "#",
        new AddressSettings()
            .setAutoCreateAddresses(false)
            // Subscriptions of topics are queues. A durable one outlives its subscriber even
            // when it is empty, or the reports of the time between would be lost.
            .setAutoCreateQueues(true)
            .setAutoDeleteQueues(false)
            .setAutoDeleteAddresses(false)
            .setMaxSizeBytes(32L * 1024 * 1024)
            .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
            .setMaxDeliveryAttempts(DELIVERIES)
            .setRedeliveryDelay(REDELIVERY_DELAY_MS)
            .setRedeliveryMultiplier(2)
            .setMaxRedeliveryDelay(1_000)
            .setDeadLetterAddress(SimpleString.of(DEAD_ORDERS))
            .setAutoCreateDeadLetterResources(false));
    // The rest of the settings is that of all.
    configuration.addAddressSetting(
        TICKS, new AddressSettings().setDeadLetterAddress(SimpleString.of(DEAD_TICKS)));
    return configuration;
  }

  /** The most specific match counts alone, so each says all it allows. */
  private static void secure(Configuration configuration) {
    Role server =
        new Role(USER, true, true, true, true, true, true, false, true, false, true, false, false);
    // Temporary queues for answers are everybody's, by names nobody can guess. Who deletes one
    // deletes its address with it; refused, Artemis's client counts that call as going on for ever.
    configuration.putSecurityRoles(
        "#",
        Set.of(
            server,
            answered("trader"),
            answered("feed"),
            answered("risk"),
            answered("auditor"),
            answered("ops"),
            answered("admin")));
    configuration.putSecurityRoles("activemq.#", Set.of());
    configuration.putSecurityRoles(ORDERS, Set.of(server, sender("trader")));
    configuration.putSecurityRoles(TICKS, Set.of(server, sender("feed")));
    configuration.putSecurityRoles(DEAD_ORDERS, Set.of(server, reader("ops"), reader("admin")));
    configuration.putSecurityRoles(DEAD_TICKS, Set.of(server, reader("ops"), reader("admin")));
    configuration.putSecurityRoles(
        EXECUTIONS,
        Set.of(
            server,
            subscriber("trader"),
            subscriber("risk"),
            subscriber("auditor"),
            subscriber("ops"),
            subscriber("admin")));
    configuration.putSecurityRoles(
        RISK_ALERTS,
        Set.of(
            server,
            subscriber("risk"),
            subscriber("auditor"),
            subscriber("ops"),
            subscriber("admin")));
  }

  private static Role sender(String role) {
    return new Role(
        role, true, false, false, false, false, false, false, false, false, false, false, false);
  }

  private static Role reader(String role) {
    return new Role(
        role, false, true, false, false, false, false, false, true, false, false, false, false);
  }

  private static Role subscriber(String role) {
    return new Role(
        role, false, true, true, true, true, true, false, true, false, false, false, false);
  }

  private static Role answered(String role) {
    return new Role(
        role, false, true, false, false, true, true, false, false, false, true, false, false);
  }

  private static void addAddress(Configuration configuration, String name, RoutingType type) {
    CoreAddressConfiguration address =
        new CoreAddressConfiguration().setName(name).addRoutingType(type);
    if (type == RoutingType.ANYCAST) {
      address.addQueueConfig(
          QueueConfiguration.of(name)
              .setAddress(name)
              .setRoutingType(type)
              .setDurable(true)
              .setAutoDelete(false));
    }
    configuration.addAddressConfiguration(address);
  }
}
