package io.tola.gateway.jms;

import io.tola.gateway.stream.StreamHub;
import io.tola.kernel.port.Outbox;
import io.tola.kernel.port.OutboxBundle;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.jms.JMSException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Sends what the outbox releases to the broker's topics, a batch in one broker transaction.
 *
 * <p>At least once from the outbox, at most once at the broker: the first message's id is its bundle's duplicate id, so a bundle whose first
 * commit was answered with silence can be sent again. The key is the message group, so one consumer of a shared subscription sees one account's
 * messages in order. Thread-safe; the relay uses one thread.
 */
@ApplicationScoped
public class TopicPublisher implements Outbox.Publisher {

  private static final Logger LOG = System.getLogger(TopicPublisher.class.getName());

  @Inject private Outbox outbox;
  @Inject private TopicSender sender;
  @Inject private Broker broker;
  @Inject private StreamHub streams;

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    outbox.publishTo(this);
  }

  /**
   * Sends every bundle, in order.
   *
   * @throws Exception when the broker didn't take every bundle; nothing is lost, the outbox offers them again
   */
  @Override
  public void publish(List<OutboxBundle> bundles) throws Exception {
    if (bundles.isEmpty()) {
      return;
    }
    streams.ring();
    try {
      try {
        sender.sendTogether(bundles);
      } catch (JMSException e) {
        if (!TopicSender.isRepeat(e)) {
          throw e;
        }
        LOG.log(
            Level.INFO,
            "The broker knows some of {0} bundles: sending each by itself",
            bundles.size());
        sendEach(bundles);
      }
      broker.worked();
    } catch (Exception e) {
      broker.failed(e);
      throw e;
    }
  }

  private void sendEach(List<OutboxBundle> bundles) throws JMSException {
    for (OutboxBundle bundle : bundles) {
      try {
        sender.sendTogether(List.of(bundle));
      } catch (JMSException e) {
        if (!TopicSender.isRepeat(e)) {
          throw e;
        }
      }
    }
  }
}
