package io.tola.jmeter;

import java.util.ArrayList;
import java.util.HashMap;
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
  private static final String BY_QUEUE = "JMS tola.orders place";

  /** Orders in one batch of the plans; their ids are the batch's with -1, -2 and so on. */
  static final int BATCH_SIZE = 4;

  private final Map<String, Order> orders = new LinkedHashMap<>();
  private final Map<String, String> unanswered = new LinkedHashMap<>();
  private final List<String> sentTwice = new ArrayList<>();
  private int unreadable;

  void add(Sample s) {
    boolean batch = s.label().equals(BATCH);
    boolean byQueue = s.label().equals(BY_QUEUE);
    if (!batch && !byQueue && !s.label().equals(PLACE)) {
      return;
    }
    String coid = s.variables().get("coid");
    String username = s.variables().get("username");
    if (coid == null || username == null) {
      unreadable++;
      return;
    }
    String[] ids = words(s, "order_id");
    String[] statuses = words(s, "order_status");
    // An answered batch names the orders that it has: some may be there when others were refused.
    String[] named = batch ? words(s, "order_coids") : new String[] {coid};
    // Over JMS 200 is any answer; one with a problem instead of an order is none to this.
    boolean answered = byQueue ? ids.length > 0 : s.code().equals("200") || s.code().equals("201");
    Map<String, Order> has = new HashMap<>();
    if (answered && ids.length == named.length) {
      for (int i = 0; i < ids.length; i++) {
        has.put(
            named[i],
            new Order(named[i], ids[i], username, i < statuses.length ? statuses[i] : ""));
      }
    } else if (answered) {
      unreadable++;
    }
    int size = batch ? BATCH_SIZE : 1;
    for (int i = 0; i < size; i++) {
      String id = batch ? coid + "-" + (i + 1) : coid;
      Order order = has.remove(id);
      if (orders.containsKey(id) || unanswered.containsKey(id)) {
        sentTwice.add(id);
      } else if (order != null) {
        orders.put(id, order);
      } else {
        unanswered.put(id, username);
      }
    }
    if (!has.isEmpty()) {
      unreadable++;
    }
  }

  private static String[] words(Sample s, String variable) {
    String text = s.variables().getOrDefault(variable, "none");
    return text.isBlank() || text.equals("none") ? new String[0] : text.split(" ");
  }

  /**
   * Why what this knows proves nothing about the run's orders.
   *
   * @param due whether the run had to send some
   */
  List<String> problems(boolean due) {
    List<String> problems = new ArrayList<>();
    if (due && orders.isEmpty()) {
      problems.add("No order was acknowledged, so none could be compared");
    }
    if (unreadable > 0) {
      problems.add(unreadable + " answered order requests without the ids that belong to them");
    }
    if (!sentTwice.isEmpty()) {
      problems.add("The plan used a client_order_id twice: " + sentTwice.get(0));
    }
    return problems;
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
