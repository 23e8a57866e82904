package io.tola.standalone;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.impl.ActiveMQServerImpl;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/**
 * An Artemis broker in this JVM, on loopback, with its journal on disk: a message that was acknowledged survives a restart.
 *
 * <p>It has Tola's addresses and no others; a misspelt queue name is an error, not a new queue. A message that {@value #DELIVERIES}
 * deliveries didn't settle goes to {@value #DEAD_ORDERS}.
 *
 * <p>Users: {@value #USER} for the server and for clients of orders; the password is kept in the data folder.
 */
public final class EmbeddedBroker implements AutoCloseable {

  /** Queue: orders from clients. */
  public static final String ORDERS = "tola.orders";

  /** Queue: orders that couldn't be processed; for people to look at. */
  public static final String DEAD_ORDERS = "tola.orders.dlq";

  /** Queue: ticks from feeds. */
  public static final String TICKS = "tola.ticks";

  /** Topic: execution reports. */
  public static final String EXECUTIONS = "tola.executions";

  /** Topic: risk alerts. */
  public static final String RISK_ALERTS = "tola.risk.alerts";

  /** The one user. */
  public static final String USER = "tola";

  private static final int DELIVERIES = 5;
  private static final long REDELIVERY_DELAY_MS = 500;

  private final DataFolder folder;
  private final int port;
  private ActiveMQServer server;

  private EmbeddedBroker(DataFolder folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Starts the broker and returns when it accepts connections. */
  public static EmbeddedBroker start(DataFolder folder, int port) throws StartRefused {
    EmbeddedBroker broker = new EmbeddedBroker(folder, port);
    broker.start();
    return broker;
  }

  /** Starts a stopped broker again, on the same journal and port. */
  public void start() throws StartRefused {
    Ports.requireFree(port, "the message broker", "tola.jms.port");
    SecurityConfiguration users =
        new SecurityConfiguration(Map.of(USER, password()), Map.of(USER, List.of(USER)));
    try {
      server =
          new ActiveMQServerImpl(
              configuration(),
              new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
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
        .setJMXManagementEnabled(false)
        .setGracefulShutdownEnabled(false)
        .setMessageExpiryScanPeriod(60_000);
    // Clients of Artemis only; each protocol left out is one less to defend.
    configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port + "?protocols=CORE");
    configuration.putSecurityRoles(
        "tola.#",
        Set.of(
            new Role(
                USER, true, true, true, true, true, true, false, true, false, false, false,
                false)));
    addAddress(configuration, ORDERS, RoutingType.ANYCAST);
    addAddress(configuration, DEAD_ORDERS, RoutingType.ANYCAST);
    addAddress(configuration, TICKS, RoutingType.ANYCAST);
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
            .setMaxRedeliveryDelay(10_000)
            .setDeadLetterAddress(SimpleString.of(DEAD_ORDERS))
            .setAutoCreateDeadLetterResources(false));
    return configuration;
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
