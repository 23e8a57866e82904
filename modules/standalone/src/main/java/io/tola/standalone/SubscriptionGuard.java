package io.tola.standalone;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.security.SecurityAuth;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;

/**
 * What roles by address can't say: a trader subscribes to reports of the trader's own accounts only, and nobody reads or removes
 * somebody else's subscription.
 *
 * <p>A trader's subscription of {@value EmbeddedBroker#EXECUTIONS} must have a selector that names the accounts: {@code key = '…'},
 * several joined by {@code OR}, or {@code key IN ('…', '…')}. It is checked when the subscription is made and each time it is
 * opened. Thread-safe.
 */
final class SubscriptionGuard implements ActiveMQServerPlugin {

  /**
   * Larger messages aren't taken at all: the door that reads them would hold them in memory. Text
   * counts two bytes a character, as Artemis keeps it, so a text of 10 MB still gets to the door
   * and is a dead letter with its reason.
   */
  static final int MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

  private static final String ID = "'([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'";
  private static final Pattern EQUALS =
      Pattern.compile("\\s*key\\s*=\\s*" + ID + "(?:\\s+OR\\s+key\\s*=\\s*" + ID + ")*\\s*");
  private static final Pattern IN =
      Pattern.compile("\\s*key\\s+IN\\s*\\(\\s*" + ID + "(?:\\s*,\\s*" + ID + ")*\\s*\\)\\s*");
  private static final Pattern EACH = Pattern.compile(ID);

  private final BrokerUsers users;
  private ActiveMQServer server;

  SubscriptionGuard(BrokerUsers users) {
    this.users = users;
  }

  @Override
  public void registered(ActiveMQServer broker) {
    this.server = broker;
  }

  @Override
  public void beforeCreateQueue(QueueConfiguration queue) throws ActiveMQException {
    if (isExecutions(queue.getAddress()) && queue.getUser() != null) {
      check(queue.getUser().toString(), queue.getFilterString());
    }
  }

  @Override
  public void afterCreateConsumer(ServerConsumer consumer) throws ActiveMQException {
    Queue queue = consumer.getQueue();
    ServerSession session = server.getSessionByID(consumer.getSessionID());
    if (session == null || !isTopic(queue.getAddress())) {
      return;
    }
    try {
      String user = session.getValidatedUser();
      checkOwner(queue, user);
      if (isExecutions(queue.getAddress())) {
        check(user, queue.getFilter() == null ? null : queue.getFilter().getFilterString());
      }
    } catch (ActiveMQSecurityException e) {
      try {
        consumer.close(false);
      } catch (Exception notClosed) {
        e.addSuppressed(notClosed);
      }
      throw e;
    }
  }

  @Override
  public void beforeDestroyQueue(
      Queue queue,
      SecurityAuth session,
      boolean checkConsumerCount,
      boolean removeConsumers,
      boolean autoDeleteAddress)
      throws ActiveMQException {
    if (session != null && isTopic(queue.getAddress())) {
      checkOwner(queue, session.getUsername());
    }
  }

  @Override
  public void beforeSend(
      ServerSession session,
      Transaction transaction,
      Message message,
      boolean direct,
      boolean noAutoCreateQueue)
      throws ActiveMQException {
    // The server's own is a dead letter: one as large as is taken, and its reason.
    boolean server = session != null && EmbeddedBroker.USER.equals(session.getValidatedUser());
    if (!server && message.getWholeMessageSize() > MAX_MESSAGE_BYTES) {
      throw new ActiveMQException("a message may have at most " + MAX_MESSAGE_BYTES + " bytes");
    }
  }

  private static boolean isExecutions(SimpleString address) {
    return address != null && EmbeddedBroker.EXECUTIONS.equals(address.toString());
  }

  private static boolean isTopic(SimpleString address) {
    return isExecutions(address)
        || (address != null && EmbeddedBroker.RISK_ALERTS.equals(address.toString()));
  }

  private static void checkOwner(Queue queue, String user) throws ActiveMQSecurityException {
    if (!EmbeddedBroker.USER.equals(user)
        && queue.getUser() != null
        && !queue.getUser().toString().equals(user)) {
      throw new ActiveMQSecurityException("this subscription is somebody else's");
    }
  }

  private void check(String user, SimpleString filter) throws ActiveMQSecurityException {
    if (EmbeddedBroker.USER.equals(user)) {
      return;
    }
    BrokerUsers.User known = users == null ? null : users.rights(user);
    if (known == null) {
      throw new ActiveMQSecurityException("unknown user");
    }
    if (seesAll(known.roles())) {
      return;
    }
    if (!known.accounts().containsAll(accounts(filter == null ? "" : filter.toString()))) {
      throw new ActiveMQSecurityException(
          "subscribe to your own accounts: with the selector key = '<account_id>'");
    }
  }

  static boolean seesAll(Set<String> roles) {
    return roles.contains("risk")
        || roles.contains("auditor")
        || roles.contains("ops")
        || roles.contains("admin");
  }

  /**
   * The accounts a selector lets through.
   *
   * @throws ActiveMQSecurityException when it isn't one that names accounts and nothing else
   */
  static Set<String> accounts(String selector) throws ActiveMQSecurityException {
    if (!EQUALS.matcher(selector).matches() && !IN.matcher(selector).matches()) {
      throw new ActiveMQSecurityException(
          "subscribe to your own accounts: with the selector key = '<account_id>'");
    }
    Set<String> accounts = new HashSet<>();
    Matcher each = EACH.matcher(selector);
    while (each.find()) {
      accounts.add(each.group(1));
    }
    return accounts;
  }
}
