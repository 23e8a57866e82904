package io.tola.trading.application;

import io.tola.kernel.Price;
import io.tola.kernel.problem.FieldError;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.Side;
import io.tola.trading.domain.Order;
import java.util.ArrayList;
import java.util.List;

/**
 * What the types of a request can't rule out: fields that contradict each other. The doors say some
 * of it first, with the same words.
 */
final class Malformed {

  private Malformed() {}

  /** What is wrong with a new order, nothing if it is well-formed. */
  static List<FieldError> errors(PlaceOrder order) {
    String type = order.ordType().code();
    List<FieldError> errors = new ArrayList<>(0);
    if (!order.quantity().isPositive()) {
      errors.add(new FieldError("quantity", "must be at least 1"));
    }
    if (limited(order.ordType()) != (order.price() != null)) {
      errors.add(
          new FieldError(
              "price",
              (limited(order.ordType()) ? "is required for " : "must be absent for ")
                  + type
                  + " orders"));
    }
    if (triggered(order.ordType()) != (order.triggerPrice() != null)) {
      errors.add(
          new FieldError(
              "trigger_price",
              (triggered(order.ordType()) ? "is required for " : "must be absent for ")
                  + type
                  + " orders"));
    }
    if (errors.isEmpty() && order.ordType() == OrdType.SL) {
      beyond(order.side(), order.price(), order.triggerPrice(), errors);
    }
    return errors;
  }

  /** What is wrong with other terms for a working order, nothing if it can have them. */
  static List<FieldError> errors(ReplaceOrder asked, Order order) {
    OrdType type = order.request().ordType();
    List<FieldError> errors = new ArrayList<>(0);
    if (asked.quantity() == null && asked.price() == null && asked.triggerPrice() == null) {
      errors.add(new FieldError("quantity", "is required when neither price changes"));
    }
    if (asked.quantity() != null && !asked.quantity().isPositive()) {
      errors.add(new FieldError("quantity", "must be at least 1"));
    }
    if (asked.price() != null && !limited(type)) {
      errors.add(new FieldError("price", "must be absent for " + type.code() + " orders"));
    }
    if (asked.triggerPrice() != null && !triggered(type)) {
      errors.add(new FieldError("trigger_price", "must be absent for " + type.code() + " orders"));
    } else if (asked.triggerPrice() != null && !order.awaitsTrigger()) {
      errors.add(new FieldError("trigger_price", "was reached already"));
    }
    if (errors.isEmpty() && type == OrdType.SL && order.awaitsTrigger()) {
      beyond(
          order.request().side(),
          asked.price() == null ? order.terms().price() : asked.price(),
          asked.triggerPrice() == null ? order.terms().triggerPrice() : asked.triggerPrice(),
          errors);
    }
    return errors;
  }

  private static boolean limited(OrdType type) {
    return switch (type) {
      case LIMIT, SL -> true;
      case MARKET, SL_M -> false;
    };
  }

  private static boolean triggered(OrdType type) {
    return switch (type) {
      case SL, SL_M -> true;
      case MARKET, LIMIT -> false;
    };
  }

  /** As at NSE: a limit before the trigger could never trade at the price that triggers it. */
  private static void beyond(Side side, Price limit, Price trigger, List<FieldError> errors) {
    if (side == Side.BUY ? limit.isBelow(trigger) : limit.isAbove(trigger)) {
      errors.add(
          new FieldError(
              "price",
              side == Side.BUY
                  ? "must not be below trigger_price of an SL order to buy"
                  : "must not be above trigger_price of an SL order to sell"));
    }
  }
}
