package io.tola.trading.domain;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.UUID;

/**
 * One order and its life, spelled as FIX 4.4 spells it.
 *
 * <pre>
 *   (request) ──refused──▶ REJECTED
 *       │
 *    accepted
 *       ▼
 *      NEW ──────fill──────▶ PARTIALLY_FILLED ──fill of the rest──▶ FILLED
 *       │  └──fill of all──────────────┼──────────────────────────▶ FILLED
 *       ├──cancel──▶ CANCELED ◀──cancel┤
 *       └──expire──▶ EXPIRED  ◀──expire┘
 * </pre>
 *
 * <p>An order begins with {@link #accepted} or {@link #rejected}; there is no state before that which
 * anybody could see. The venue's fills move it on; the client cancels it; an IOC order is canceled
 * as soon as the venue has nothing more for it; a DAY order expires with the session. FILLED,
 * CANCELED, REJECTED and EXPIRED are final. Every step is a {@link Transition}, from which exactly
 * one execution report is made.
 *
 * <p>What always holds:
 *
 * <ul>
 *   <li>while it works, LeavesQty = OrderQty − CumQty, and that is positive; afterwards LeavesQty is 0
 *   <li>CumQty never falls and never exceeds OrderQty
 *   <li>AvgPx is the exact value of all fills by CumQty, so it lies within the fills' prices; the sum
 *       is kept, never an average of averages
 *   <li>no fill is worse than {@link #worstPrice()}
 *   <li>the version counts the reports, so a stored order tells how many it has
 * </ul>
 *
 * <p>A step that the state doesn't allow is a defect of the caller and throws {@link
 * IllegalStateException}; the caller asks {@link #isWorking()} first. Not thread-safe: the pipeline
 * holds the account's lock while it has one in hand.
 */
public final class Order {

  /** Decimals of AvgPx. */
  static final int AVERAGE_PRICE_SCALE = 6;

  private final UUID orderId;
  private final PlaceOrder request;
  private final Price worstPrice;
  private final Instant createdAt;

  private OrdStatus status;
  private Quantity cumQuantity;
  private BigDecimal cumValue;
  private Integer rejectCode;
  private String rejectReason;
  private Instant seenAt;
  private Instant updatedAt;
  private int version;

  private Order(
      UUID orderId, PlaceOrder request, Price worstPrice, Instant createdAt, State state) {
    this.orderId = orderId;
    this.request = request;
    this.worstPrice = worstPrice;
    this.createdAt = createdAt;
    this.status = state.status;
    this.cumQuantity = state.cumQuantity;
    this.cumValue = state.cumValue;
    this.rejectCode = state.rejectCode;
    this.rejectReason = state.rejectReason;
    this.seenAt = state.seenAt;
    this.updatedAt = state.updatedAt;
    this.version = state.version;
  }

  /**
   * The part of an order that changes, as it is stored.
   *
   * @param cumValue exact value of all fills, rupees
   * @param seenAt the order has been matched against the market up to here
   * @param version number of reports so far
   */
  public record State(
      OrdStatus status,
      Quantity cumQuantity,
      BigDecimal cumValue,
      Integer rejectCode,
      String rejectReason,
      Instant seenAt,
      Instant updatedAt,
      int version) {}

  /**
   * Begins an order that passed every check: NEW, working, nothing filled. The report is {@link
   * #opening()}.
   *
   * @param worstPrice the worst price it may trade at
   * @param now the moment it was accepted; quotes up to here are matched at once or not at all
   */
  public static Order accepted(UUID orderId, PlaceOrder request, Price worstPrice, Instant now) {
    if (worstPrice == null) {
      throw new IllegalStateException("an accepted order has a worst price");
    }
    if (!request.quantity().isPositive()) {
      throw new IllegalStateException("an accepted order has a quantity");
    }
    return new Order(
        orderId,
        request,
        worstPrice,
        now,
        new State(OrdStatus.NEW, Quantity.ZERO, BigDecimal.ZERO, null, null, now, now, 1));
  }

  /**
   * Begins and ends an order that was refused. The report is {@link #opening()}.
   *
   * @param worstPrice what it was valued by, or null
   * @param code 1xxx trading, 2xxx risk
   * @param reason in words for the client
   */
  public static Order rejected(
      UUID orderId, PlaceOrder request, Price worstPrice, int code, String reason, Instant now) {
    return new Order(
        orderId,
        request,
        worstPrice,
        now,
        new State(OrdStatus.REJECTED, Quantity.ZERO, BigDecimal.ZERO, code, reason, now, now, 1));
  }

  /** Takes up the life of a stored order. */
  public static Order restored(
      UUID orderId, PlaceOrder request, Price worstPrice, Instant createdAt, State state) {
    return new Order(orderId, request, worstPrice, createdAt, state);
  }

  /** The first step: NEW or REJECTED. Only an order that just began has it. */
  public Transition opening() {
    if (version != 1) {
      throw new IllegalStateException("order " + orderId + " began long ago");
    }
    return status == OrdStatus.REJECTED
        ? step(ExecType.REJECTED, Quantity.ZERO, null, rejectReason)
        : step(ExecType.NEW, Quantity.ZERO, null, null);
  }

  /**
   * Trades shares of the order.
   *
   * @param quantity LastQty, positive
   * @param price LastPx
   * @param seen the market's moment that gave this fill
   * @throws IllegalStateException when the order doesn't work, the quantity is zero or beyond
   *     LeavesQty, or the price is worse than the order allows
   */
  public Transition fill(Quantity quantity, Price price, Instant seen, Instant now) {
    requireWorking("fill");
    if (!quantity.isPositive() || quantity.compareTo(leavesQuantity()) > 0) {
      throw new IllegalStateException(
          "order " + orderId + ": fill of " + quantity + " with LeavesQty " + leavesQuantity());
    }
    if (isWorse(price)) {
      throw new IllegalStateException(
          "order " + orderId + ": fill at " + price + " beyond " + worstPrice);
    }
    cumQuantity = cumQuantity.plus(quantity);
    cumValue = cumValue.add(price.times(quantity).value());
    status = cumQuantity.equals(request.quantity()) ? OrdStatus.FILLED : OrdStatus.PARTIALLY_FILLED;
    if (seen.isAfter(seenAt)) {
      seenAt = seen;
    }
    moved(now);
    return step(ExecType.TRADE, quantity, price, null);
  }

  /**
   * Ends the order with what it has.
   *
   * @param reason why, for the report
   * @throws IllegalStateException when the order doesn't work
   */
  public Transition cancel(String reason, Instant now) {
    requireWorking("cancel");
    status = OrdStatus.CANCELED;
    moved(now);
    return step(ExecType.CANCELED, Quantity.ZERO, null, reason);
  }

  /**
   * Ends the order because its session has ended.
   *
   * @throws IllegalStateException when the order doesn't work
   */
  public Transition expire(Instant now) {
    requireWorking("expire");
    status = OrdStatus.EXPIRED;
    moved(now);
    return step(ExecType.EXPIRED, Quantity.ZERO, null, null);
  }

  /** Whether shares may still trade. */
  public boolean isWorking() {
    return status.working();
  }

  /** LeavesQty. */
  public Quantity leavesQuantity() {
    return status.working() ? request.quantity().minus(cumQuantity) : Quantity.ZERO;
  }

  /** AvgPx: six decimals half even, without needless zeros; null before the first fill. */
  public BigDecimal averagePrice() {
    return averagePrice(cumValue, cumQuantity);
  }

  /**
   * AvgPx of fills with that value and quantity: six decimals half even, of which at least two are
   * kept; null when nothing is filled.
   */
  public static BigDecimal averagePrice(BigDecimal cumValue, Quantity cumQuantity) {
    if (cumQuantity.isZero()) {
      return null;
    }
    BigDecimal average =
        cumValue
            .divide(
                BigDecimal.valueOf(cumQuantity.value()),
                AVERAGE_PRICE_SCALE,
                RoundingMode.HALF_EVEN)
            .stripTrailingZeros();
    return average.scale() < 2 ? average.setScale(2) : average;
  }

  /**
   * Whether a request under the same client_order_id asks for the same as this order did; who sent
   * it doesn't matter.
   */
  public boolean isSameAs(PlaceOrder other) {
    return request.symbol().equals(other.symbol())
        && request.side() == other.side()
        && request.ordType() == other.ordType()
        && request.quantity().equals(other.quantity())
        && java.util.Objects.equals(request.price(), other.price())
        && java.util.Objects.equals(request.triggerPrice(), other.triggerPrice())
        && request.product() == other.product()
        && request.validity() == other.validity()
        && java.util.Objects.equals(request.tag(), other.tag());
  }

  /** The order as a reader sees it now. */
  public OrderView view() {
    return new OrderView(
        orderId,
        request.clOrdId(),
        request.accountId(),
        request.symbol(),
        request.side(),
        request.ordType(),
        request.quantity(),
        request.price(),
        request.triggerPrice(),
        request.product(),
        request.validity(),
        request.tag(),
        status,
        cumQuantity,
        leavesQuantity(),
        averagePrice(),
        rejectCode,
        rejectReason,
        createdAt,
        updatedAt);
  }

  private boolean isWorse(Price price) {
    return switch (request.side()) {
      case BUY -> price.isAbove(worstPrice);
      case SELL -> price.isBelow(worstPrice);
    };
  }

  private void requireWorking(String what) {
    if (!status.working()) {
      throw new IllegalStateException("order " + orderId + ": " + what + " while " + status);
    }
  }

  private void moved(Instant now) {
    version++;
    // Two nodes' clocks may differ a little; an order's own time never runs backwards.
    updatedAt = now.isAfter(updatedAt) ? now : updatedAt;
  }

  private Transition step(ExecType execType, Quantity lastQuantity, Price lastPrice, String text) {
    return new Transition(
        execType, status, lastQuantity, lastPrice, cumQuantity, leavesQuantity(), cumValue, text);
  }

  public UUID orderId() {
    return orderId;
  }

  /** What the client asked for. */
  public PlaceOrder request() {
    return request;
  }

  /** The worst price it may trade at; null only when it was refused before it had one. */
  public Price worstPrice() {
    return worstPrice;
  }

  public OrdStatus status() {
    return status;
  }

  /** CumQty. */
  public Quantity cumQuantity() {
    return cumQuantity;
  }

  /** Exact value of all fills, rupees. */
  public BigDecimal cumValue() {
    return cumValue;
  }

  public Integer rejectCode() {
    return rejectCode;
  }

  public String rejectReason() {
    return rejectReason;
  }

  /** The order has been matched against the market up to here; only a later quote may fill it. */
  public Instant seenAt() {
    return seenAt;
  }

  public Instant createdAt() {
    return createdAt;
  }

  public Instant updatedAt() {
    return updatedAt;
  }

  /** Number of reports so far. */
  public int version() {
    return version;
  }
}
