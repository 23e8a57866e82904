package io.tola.trading.api.spi;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.ReplaceOrder;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A venue that answers later: a session to an exchange or a broker. Only orders of accounts whose
 * trading mode is live may reach it. Thread-safe.
 *
 * <p>How it fits the pipeline. An order is committed as PENDING_NEW first and sent after the commit,
 * so nothing is sent that could be rolled back. Each answer comes back as a command of its own, is
 * done under the account's lock and committed before the next; the order's state machine takes them
 * in any order the venue can give them: fills before the acknowledgement, fills while a cancel is
 * pending, a refused cancel of an order that was filled meanwhile.
 *
 * <p>Whoever implements it must bear repeats: after a crash or a lost answer the same instruction is
 * sent again with the same ids, and an answer may be given again with the same exec_id.
 */
public interface LiveVenue {

  /** What the venue is called in logs and status. */
  String name();

  /** Whether instructions can be sent now. While it can't, orders for it are refused. */
  boolean connected();

  /**
   * Sends instructions, in their order, and returns at once. Whether one arrived is known only from
   * its answer.
   */
  void send(List<Instruction> instructions);

  /** Where answers go; set once, before anything is sent. */
  void listen(Listener listener);

  /** What the platform asks of the venue. */
  sealed interface Instruction {
    UUID orderId();

    /** A new order. */
    record Place(UUID orderId, PlaceOrder order) implements Instruction {}

    /** Other terms for an order that works there. */
    record Replace(UUID orderId, ReplaceOrder terms) implements Instruction {}

    /** Stop what is left. */
    record Cancel(UUID orderId) implements Instruction {}
  }

  /** What the venue says about one order. */
  sealed interface Answer {
    UUID orderId();

    /** It works there. */
    record Acknowledged(UUID orderId) implements Answer {}

    /** It was not taken; nothing of it has traded. */
    record Refused(UUID orderId, String reason) implements Answer {}

    /**
     * Some of it traded.
     *
     * @param execId the venue's own, unique: how a repeat is known
     * @param at the venue's time
     */
    record Traded(UUID orderId, String execId, Quantity quantity, Price price, Instant at)
        implements Answer {}

    /** The pending replace was done. */
    record Replaced(UUID orderId) implements Answer {}

    /** It no longer works, asked for or not. */
    record Canceled(UUID orderId, String reason) implements Answer {}

    /** The pending cancel or replace was not done; the order is as it was. */
    record RequestRefused(UUID orderId, String reason) implements Answer {}
  }

  /** Takes the venue's answers. Thread-safe; returns at once. */
  interface Listener {

    /** In the order in which the venue said it. */
    void answered(List<Answer> answers);

    /**
     * The session is lost. Orders that work there may go on trading unseen, so their states stand as
     * they were last known until the venue is {@link LiveVenue#connected} and has told again.
     */
    void disconnected();
  }
}
