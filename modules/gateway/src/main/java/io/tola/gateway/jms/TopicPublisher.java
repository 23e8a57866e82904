package io.tola.gateway.jms;

import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxMessage;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Sends what the outbox releases to the broker's topics, a batch in one broker transaction.
 *
 * <p>At least once from the outbox, at most once at the broker: the message's id is its duplicate id, so a batch whose first commit was
 * answered with silence can be sent again. The key is the message group, so one consumer of a shared subscription sees one account's
 * messages in order. Thread-safe; the relay uses one thread.
 */
@ApplicationScoped
public class TopicPublisher implements Outbox.Publisher {

  private static final Logger LOG = System.getLogger(TopicPublisher.class.getName());

  @Inject private Outbox outbox;
  @Inject private TopicSender sender;
  @Inject private Broker broker;

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    outbox.publishTo(this);
  }

  /**
   * Sends every message, in order.
   *
   * @throws Exception when the broker didn't take every message; nothing is lost, the outbox offers them again
   */
  @Override
  public void publish(List<OutboxMessage> messages) throws Exception {
    if (messages.isEmpty()) {
      return;
    }
    try {
      try {
        sender.sendTogether(messages);
      } catch (Exception e) {
        // In a transaction Artemis refuses the whole batch when it has seen one of its messages
        // before: alone, a repeat is dropped and the others pass.
        LOG.log(Level.DEBUG, "batch of {0} refused, sending one by one: {1}", messages.size(), e);
        sender.sendOneByOne(messages);
      }
      broker.worked();
    } catch (Exception e) {
      broker.failed(e);
      throw e;
    }
  }
}
