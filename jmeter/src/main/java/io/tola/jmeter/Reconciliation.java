package io.tola.jmeter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The orders that the client knows against those that the platform lists: not one acknowledged may be missing, none may be there twice,
 * and none may have another id or owner than was answered.
 *
 * @param acknowledged orders answered with their id
 * @param missing acknowledged, and not listed
 * @param doubled listed more than once
 * @param different listed under another order_id than was answered, or for another user
 * @param strangers listed with this run's prefix, and never sent
 * @param unansweredThere sent without an answer, and listed; allowed, because an answer can be lost
 * @param unansweredNot sent without an answer, and not listed; allowed
 * @param statusMoved listed with another status than was answered; allowed, because an order lives on
 */
record Reconciliation(
    int acknowledged,
    List<String> missing,
    List<String> doubled,
    List<String> different,
    List<String> strangers,
    int unansweredThere,
    int unansweredNot,
    int statusMoved) {

  /** An order as the platform lists it to its owner. */
  record Listed(String clientOrderId, String orderId, String username, String status) {}

  boolean passed() {
    return missing.isEmpty() && doubled.isEmpty() && different.isEmpty() && strangers.isEmpty();
  }

  /**
   * @param listed all orders of this run; those of other runs must have been left out
   */
  static Reconciliation of(Acknowledged client, List<Listed> listed) {
    Map<String, Listed> there = new HashMap<>();
    Set<String> doubled = new HashSet<>();
    for (Listed order : listed) {
      Listed other = there.putIfAbsent(order.clientOrderId(), order);
      // Two users who share an account are both shown its orders.
      if (other != null && !other.orderId().equals(order.orderId())) {
        doubled.add(order.clientOrderId());
      }
    }
    List<String> missing = new ArrayList<>();
    List<String> different = new ArrayList<>();
    int moved = 0;
    for (Acknowledged.Order order : client.orders().values()) {
      Listed found = there.get(order.clientOrderId());
      if (found == null) {
        missing.add(order.clientOrderId());
      } else if (!found.orderId().equals(order.orderId())
          || !found.username().equals(order.username())) {
        different.add(order.clientOrderId());
      } else if (!found.status().equals(order.status())) {
        moved++;
      }
    }
    int unansweredThere =
        (int) client.unanswered().keySet().stream().filter(there::containsKey).count();
    List<String> strangers =
        there.keySet().stream()
            .filter(id -> !client.orders().containsKey(id) && !client.unanswered().containsKey(id))
            .sorted()
            .toList();
    return new Reconciliation(
        client.orders().size(),
        missing,
        doubled.stream().sorted().toList(),
        different,
        strangers,
        unansweredThere,
        client.unanswered().size() - unansweredThere,
        moved);
  }
}
