package io.tola.trading.application;

import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.market.api.Quote;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.spi.Refusal;
import io.tola.trading.domain.Order;
import io.tola.trading.domain.Report;
import io.tola.trading.domain.Terms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The audit entries about orders: one for each thing done to an order, with what was asked, what the
 * market was, and what came of it. Facts that don't apply are left out.
 */
final class OrderAudit {

  /** Who moves orders when no user asked for it. */
  static final String SYSTEM = "system";

  private OrderAudit() {}

  /**
   * A new order was taken, or refused.
   *
   * @param quote what the market was; null when there was none
   * @param refusal figures of the refusal, or null
   */
  static AuditEntry placed(
      Order order, List<Report> reports, Quote quote, Map<String, ?> refusal, Instant now) {
    PlaceOrder request = order.request();
    TreeMap<String, Object> facts = facts(order, reports, quote);
    facts.put("order_type", request.ordType().code());
    facts.put("product", request.product().name());
    facts.put("validity", request.validity().name());
    put(facts, "price", request.price() == null ? null : request.price().value());
    put(
        facts,
        "trigger_price",
        request.triggerPrice() == null ? null : request.triggerPrice().value());
    put(facts, "worst_price", order.worstPrice() == null ? null : order.worstPrice().value());
    put(facts, "tag", request.tag());
    if (order.rejectCode() != null) {
      facts.put("reject_code", order.rejectCode());
      put(facts, "reject_reason", order.rejectReason());
      if (refusal != null && !refusal.isEmpty()) {
        facts.put("refusal", refusal);
      }
    }
    return entry(
        order,
        order.rejectCode() == null ? "order_placed" : "order_rejected",
        request.user(),
        facts,
        now);
  }

  /**
   * An order got other terms, or was refused them.
   *
   * @param refusal code and figures of the refusal, or null when it was done
   */
  static AuditEntry replaced(
      ReplaceOrder asked,
      Order order,
      Terms before,
      List<Report> reports,
      Quote quote,
      Refusal refusal,
      Instant now) {
    TreeMap<String, Object> facts = facts(order, reports, quote);
    TreeMap<String, Object> request = new TreeMap<>();
    request.put("client_order_id", asked.clOrdId().value());
    put(request, "quantity", asked.quantity() == null ? null : asked.quantity().value());
    put(request, "price", asked.price() == null ? null : asked.price().value());
    put(
        request,
        "trigger_price",
        asked.triggerPrice() == null ? null : asked.triggerPrice().value());
    facts.put("asked", request);
    facts.put("before", terms(before));
    facts.put("after", terms(order.terms()));
    if (refusal != null) {
      facts.put("reject_code", refusal.code());
      put(facts, "reject_reason", refusal.reason());
      if (!refusal.detail().isEmpty()) {
        facts.put("refusal", refusal.detail());
      }
    }
    return entry(
        order,
        refusal == null ? "order_replaced" : "order_replace_refused",
        asked.user(),
        facts,
        now);
  }

  private static Map<String, Object> terms(Terms terms) {
    TreeMap<String, Object> facts = new TreeMap<>();
    facts.put("quantity", terms.quantity().value());
    put(facts, "price", terms.price() == null ? null : terms.price().value());
    put(facts, "trigger_price", terms.triggerPrice() == null ? null : terms.triggerPrice().value());
    facts.put("worst_price", terms.worstPrice().value());
    return facts;
  }

  /**
   * A stored order moved on: {@code order_filled}, {@code order_triggered}, {@code order_canceled},
   * {@code order_expired}, {@code order_suspended}, {@code order_resumed}.
   */
  static AuditEntry moved(
      String action, String actor, Order order, List<Report> reports, Quote quote, Instant now) {
    return entry(order, action, actor, facts(order, reports, quote), now);
  }

  private static TreeMap<String, Object> facts(Order order, List<Report> reports, Quote quote) {
    TreeMap<String, Object> facts = new TreeMap<>();
    facts.put("client_order_id", order.request().clOrdId().value());
    facts.put("symbol", order.request().symbol().value());
    facts.put("side", order.request().side().name());
    facts.put("quantity", order.quantity().value());
    facts.put("status", order.status().name());
    facts.put("filled_quantity", order.cumQuantity().value());
    facts.put("leaves_quantity", order.leavesQuantity().value());
    put(facts, "average_price", order.averagePrice());
    List<Map<String, Object>> fills = null;
    for (Report report : reports) {
      if (report.step().execType() == ExecType.TRADE) {
        TreeMap<String, Object> fill = new TreeMap<>();
        fill.put("exec_id", report.execId());
        fill.put("price", report.lastPrice().value());
        fill.put("quantity", report.step().lastQuantity().value());
        if (fills == null) {
          fills = new ArrayList<>(2);
        }
        fills.add(fill);
      }
    }
    put(facts, "fills", fills);
    if (quote != null) {
      TreeMap<String, Object> market = new TreeMap<>();
      market.put("bid", quote.bid().value());
      market.put("ask", quote.ask().value());
      market.put("sequence", quote.sequence());
      market.put("timestamp", quote.timestamp());
      facts.put("quote", market);
    }
    return facts;
  }

  private static void put(TreeMap<String, Object> facts, String name, Object value) {
    if (value != null) {
      facts.put(name, value);
    }
  }

  private static AuditEntry entry(
      Order order, String action, String actor, Map<String, Object> facts, Instant now) {
    return new AuditEntry(
        Ids.next(),
        now,
        actor,
        action,
        "order",
        order.orderId().toString(),
        order.request().accountId().value(),
        facts);
  }
}
