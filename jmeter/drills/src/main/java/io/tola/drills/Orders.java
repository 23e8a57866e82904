package io.tola.drills;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The orders that a client was told of, against those that the database holds. What ended stays as it was answered; what was working
 * may have gone on since, and never back.
 */
final class Orders {

  private static final Set<String> ENDED = Set.of("FILLED", "CANCELED", "REJECTED", "EXPIRED");

  private Orders() {}

  /** An order by its client's id, as somebody says it is. */
  record Known(String clientOrderId, String orderId, String status, long filled) {}

  /**
   * Everything that is wrong; empty when each acknowledged order is stored once with what was answered.
   *
   * @param acknowledged every answer with an order; the same order may be answered again and again
   * @param sent ids of all orders that were ever sent
   * @param stored all orders of this drill in the database
   */
  static List<String> problems(
      Collection<Known> acknowledged, Set<String> sent, Collection<Known> stored) {
    List<String> problems = new ArrayList<>();
    Map<String, Known> there = new HashMap<>();
    Set<String> strangers = new HashSet<>();
    for (Known order : stored) {
      if (there.putIfAbsent(order.clientOrderId(), order) != null) {
        problems.add(order.clientOrderId() + " is stored twice");
      }
      if (!sent.contains(order.clientOrderId()) && strangers.add(order.clientOrderId())) {
        problems.add(order.clientOrderId() + " is stored and was never sent");
      }
    }
    for (Known answered : acknowledged) {
      Known found = there.get(answered.clientOrderId());
      if (found == null) {
        problems.add(answered.clientOrderId() + " was acknowledged and is lost");
      } else if (!found.orderId().equals(answered.orderId())) {
        problems.add(
            answered.clientOrderId()
                + " was answered as "
                + answered.orderId()
                + " and is stored as "
                + found.orderId());
      } else if (ENDED.contains(answered.status())
          ? !found.status().equals(answered.status()) || found.filled() != answered.filled()
          : found.filled() < answered.filled()) {
        problems.add(
            answered.clientOrderId()
                + " was answered "
                + answered.status()
                + " with "
                + answered.filled()
                + " shares and is stored "
                + found.status()
                + " with "
                + found.filled());
      }
    }
    return problems;
  }
}
