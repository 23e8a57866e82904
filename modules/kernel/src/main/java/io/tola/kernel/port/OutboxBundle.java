package io.tola.kernel.port;

import java.util.List;

/**
 * The messages of one transaction: offered whole, in the same order, each time they are offered.
 *
 * @param id its place in the queue; rising
 * @param messages at least one
 */
public record OutboxBundle(long id, List<OutboxMessage> messages) {

  /** Copies the list. */
  public OutboxBundle {
    messages = List.copyOf(messages);
  }
}
