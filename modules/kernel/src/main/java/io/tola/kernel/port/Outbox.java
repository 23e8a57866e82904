package io.tola.kernel.port;

import java.util.List;

/** The way out of a transaction: written with the business rows, published after the commit. */
public interface Outbox {

  /**
   * Appends messages to the caller's transaction. The caller must hold a lock that serialises the
   * messages' keys (for orders: the account's row), which is what makes their order mean something.
   *
   * @throws IllegalStateException when there is no transaction
   */
  void append(List<OutboxMessage> messages);

  /**
   * Registers the door that publishes. The relay hands it the messages of committed transactions,
   * per key in order, at least once, on one node of the cluster at a time.
   */
  void publishTo(Publisher publisher);

  /** A door that sends messages on. */
  interface Publisher {

    /**
     * Returns when every message has been taken over durably by the receiver.
     *
     * @throws Exception when any was not; all bundles are offered again later, perhaps divided
     *     otherwise among the calls, but each bundle whole
     */
    void publish(List<OutboxBundle> bundles) throws Exception;
  }
}
