package io.tola.jmeter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The orders of a run as the client knows them: those whose request was answered with the order, which the platform must have for ever,
 * and those sent without such an answer, of which either may be true. Filled by one thread.
 */
final class Acknowledged {

  /**
   * @param username who sent it
   * @param status as answered
   */
  record Order(String clientOrderId, String orderId, String username, String status) {}

  private static final String PLACE = "POST /orders/place";
  private static final String BATCH = "POST /orders/batch";

  /** Orders in one batch of the plans; their ids are the batch's with -1, -2 and so on. */
  static final int BATCH_SIZE = 4;

  private final Map<String, Order> orders = new LinkedHashMap<>();
  private final Map<String, String> unanswered = new LinkedHashMap<>();
  private final List<String> sentTwice = new ArrayList<>();

  void add(Sample s) {
    boolean batch = s.label().equals(BATCH);
    if (!batch && !s.label().equals(PLACE)) {
      return;
    }
    String coid = s.variables().get("coid");
    String username = s.variables().get("username");
    if (coid == null || username == null) {
      return;
    }
    String[] ids = s.variables().getOrDefault("order_id", "none").split(" ");
    String[] statuses = s.variables().getOrDefault("order_status", "none").split(" ");
    boolean answered = s.code().equals("200") || s.code().equals("201");
    int size = batch ? BATCH_SIZE : 1;
    // An outcome each or none: a batch that stored only some is left to the list of the unanswered,
    // since ids go by place.
    boolean named = answered && ids.length == size && !ids[0].equals("none");
    for (int i = 0; i < size; i++) {
      String id = batch ? coid + "-" + (i + 1) : coid;
      if (orders.containsKey(id) || unanswered.containsKey(id)) {
        sentTwice.add(id);
      } else if (named) {
        orders.put(id, new Order(id, ids[i], username, i < statuses.length ? statuses[i] : ""));
      } else {
        unanswered.put(id, username);
      }
    }
  }

  Map<String, Order> orders() {
    return orders;
  }

  /** client_order_id → user. */
  Map<String, String> unanswered() {
    return unanswered;
  }

  /** Ids that the plans used twice, which would be a mistake of theirs. */
  List<String> sentTwice() {
    return sentTwice;
  }
}
