package io.tola.trading.domain;

import io.tola.kernel.Price;
import io.tola.trading.api.Execution;
import java.time.Instant;
import java.util.UUID;

/**
 * A {@link Transition} that has got its number and its time: an execution report ready to be
 * written.
 *
 * @param execId id of the report
 * @param sequence the account's own counter, taken under the account's lock
 * @param order whose step it is; only what identifies the order is read from it
 */
public record Report(UUID execId, long sequence, Order order, Transition step, Instant at) {

  /** The report as readers see it. */
  public Execution execution() {
    var request = order.request();
    return new Execution(
        execId,
        order.orderId(),
        request.clOrdId(),
        request.accountId(),
        sequence,
        request.symbol(),
        request.side(),
        step.execType(),
        step.status(),
        step.lastQuantity(),
        step.lastPrice(),
        step.cumQuantity(),
        step.leavesQuantity(),
        step.averagePrice(),
        step.text(),
        at);
  }

  /** LastPx; null unless it traded. */
  public Price lastPrice() {
    return step.lastPrice();
  }
}
