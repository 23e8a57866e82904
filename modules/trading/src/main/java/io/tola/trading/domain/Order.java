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
 *       ├──expire──▶ EXPIRED  ◀──expire┤
 *       ├──halt────▶ SUSPENDED ◀──halt─┤  resume: back to where the fills say
 *       └──replace─▶ where the fills say, FILLED if they had reached the new OrderQty already
 * </pre>
 *
 * <p>An order begins with {@link #accepted} or {@link #rejected}. The venue's fills move it on; the
 * client replaces or cancels it; an IOC order is canceled as soon as the venue has nothing more for
 * it; a DAY order expires with the session; a halt of its symbol suspends it. A stop order (SL, SL-M)
 * rests as NEW until {@link #trigger}, and trades nothing before. FILLED, CANCELED, REJECTED and
 * EXPIRED are final. Every step is a {@link Transition}, from which exactly one execution report is
 * made.
 *
 * <p>A venue that answers later has three more states: {@link #entered} is PENDING_NEW until {@link
 * #acknowledge}; {@link #requestCancel} and {@link #requestReplace} are PENDING_CANCEL and
 * PENDING_REPLACE until the venue does it or {@link #requestRefused}. While one of these is pending
 * it is the OrdStatus whatever else happens, fills included, also one of all that is left: FIX gives
 * them precedence.
 *
 * <p>What always holds:
 *
 * <ul>
 *   <li>while it works, LeavesQty = OrderQty − CumQty, and that is positive unless a request is
 *       pending; afterwards LeavesQty is 0
 *   <li>CumQty never falls and never exceeds OrderQty, whatever a replace asked for
 *   <li>AvgPx is the exact value of all fills by CumQty, so it lies within the fills' prices; the sum
 *       is kept, never an average of averages
 *   <li>no fill is worse than {@link #worstPrice()} was at that moment
 *   <li>the version rises with every step
 * </ul>
 *
 * <p>A step that the state doesn't allow is a defect of the caller and throws {@link
 * IllegalStateException}; the caller asks {@link #isWorking()} or {@link #canTrade()} first. Not
 * thread-safe: the pipeline holds the account's lock while it has one in hand.
 */
public final class Order {

  /** Decimals of AvgPx. */
  static final int AVERAGE_PRICE_SCALE = 6;

  private final UUID orderId;
  private final PlaceOrder request;
  private final Instant createdAt;

  private Terms terms;
  private Instant triggeredAt;
  private OrdStatus status;
  private Quantity cumQuantity;
  private BigDecimal cumValue;
  private Integer rejectCode;
  private String rejectReason;
  private Instant seenAt;
  private Instant updatedAt;
  private int version;

  private Order(UUID orderId, PlaceOrder request, Instant createdAt, State state) {
    this.orderId = orderId;
    this.request = request;
    this.createdAt = createdAt;
    this.terms = state.terms;
    this.triggeredAt = state.triggeredAt;
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
   * @param terms as they are now
   * @param triggeredAt when a stop order's trigger was reached; null before, and for other orders
   * @param cumValue exact value of all fills, rupees
   * @param seenAt the order has been matched against the market up to here
   * @param version number of steps so far
   */
  public record State(
      Terms terms,
      Instant triggeredAt,
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
    return begun(orderId, request, worstPrice, OrdStatus.NEW, now);
  }

  /**
   * Begins an order that passed every check and goes to a venue that answers later: PENDING_NEW. The
   * report is {@link #opening()}.
   */
  public static Order entered(UUID orderId, PlaceOrder request, Price worstPrice, Instant now) {
    return begun(orderId, request, worstPrice, OrdStatus.PENDING_NEW, now);
  }

  private static Order begun(
      UUID orderId, PlaceOrder request, Price worstPrice, OrdStatus status, Instant now) {
    if (worstPrice == null) {
      throw new IllegalStateException("an accepted order has a worst price");
    }
    if (!request.quantity().isPositive()) {
      throw new IllegalStateException("an accepted order has a quantity");
    }
    Terms terms = asPlaced(request, worstPrice);
    return new Order(
        orderId,
        request,
        now,
        new State(terms, null, status, Quantity.ZERO, BigDecimal.ZERO, null, null, now, now, 1));
  }

  private static Terms asPlaced(PlaceOrder request, Price worstPrice) {
    return new Terms(request.quantity(), request.price(), request.triggerPrice(), worstPrice);
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
    Terms terms = asPlaced(request, worstPrice);
    return new Order(
        orderId,
        request,
        now,
        new State(
            terms,
            null,
            OrdStatus.REJECTED,
            Quantity.ZERO,
            BigDecimal.ZERO,
            code,
            reason,
            now,
            now,
            1));
  }

  /**
   * Takes up the life of a stored order.
   *
   * @param request as it was placed, whatever was replaced since
   */
  public static Order restored(UUID orderId, PlaceOrder request, Instant createdAt, State state) {
    return new Order(orderId, request, createdAt, state);
  }

  /** The first step: NEW, PENDING_NEW or REJECTED. Only an order that just began has it. */
  public Transition opening() {
    if (version != 1) {
      throw new IllegalStateException("order " + orderId + " began long ago");
    }
    return switch (status) {
      case REJECTED -> step(ExecType.REJECTED, rejectReason);
      case PENDING_NEW -> step(ExecType.PENDING_NEW, null);
      default -> step(ExecType.NEW, null);
    };
  }

  /**
   * The venue has taken the order.
   *
   * @throws IllegalStateException when it had been acknowledged before
   */
  public Transition acknowledge(Instant now) {
    if (status != OrdStatus.PENDING_NEW && !requestPending()) {
      throw new IllegalStateException("order " + orderId + ": acknowledged while " + status);
    }
    if (status == OrdStatus.PENDING_NEW) {
      status = OrdStatus.NEW;
    }
    moved(now);
    return step(ExecType.NEW, null);
  }

  /**
   * The venue doesn't take the order.
   *
   * @param code 1xxx
   * @throws IllegalStateException when it had been acknowledged before
   */
  public Transition refuse(int code, String reason, Instant now) {
    if (status != OrdStatus.PENDING_NEW) {
      throw new IllegalStateException("order " + orderId + ": refused while " + status);
    }
    status = OrdStatus.REJECTED;
    rejectCode = code;
    rejectReason = reason;
    moved(now);
    return step(ExecType.REJECTED, reason);
  }

  /**
   * A stop order's trigger was reached: from now on it trades as LIMIT (SL) or MARKET (SL-M).
   *
   * @param seen the market's moment that reached it
   * @throws IllegalStateException when it isn't a stop order that waits for this
   */
  public Transition trigger(Instant seen, Instant now) {
    requireWorking("trigger");
    if (!awaitsTrigger() || status == OrdStatus.SUSPENDED) {
      throw new IllegalStateException("order " + orderId + " has nothing to trigger");
    }
    triggeredAt = now;
    saw(seen);
    moved(now);
    return step(ExecType.TRIGGERED, "Trigger price " + terms.triggerPrice() + " was reached");
  }

  /**
   * Trades shares of the order.
   *
   * @param quantity LastQty, positive
   * @param price LastPx
   * @param seen the market's moment that gave this fill
   * @throws IllegalStateException when the order may not trade, the quantity is zero or beyond
   *     LeavesQty, or the price is worse than the order allows
   */
  public Transition fill(Quantity quantity, Price price, Instant seen, Instant now) {
    if (!canTrade()) {
      throw new IllegalStateException(
          "order " + orderId + ": fill while " + (awaitsTrigger() ? "untriggered" : status));
    }
    if (!quantity.isPositive() || quantity.compareTo(leavesQuantity()) > 0) {
      throw new IllegalStateException(
          "order " + orderId + ": fill of " + quantity + " with LeavesQty " + leavesQuantity());
    }
    if (isWorse(price)) {
      throw new IllegalStateException(
          "order " + orderId + ": fill at " + price + " beyond " + worstPrice());
    }
    cumQuantity = cumQuantity.plus(quantity);
    cumValue = cumValue.add(price.times(quantity).value());
    if (!requestPending()) {
      status = byFills();
    }
    saw(seen);
    moved(now);
    return step(ExecType.TRADE, quantity, price, null);
  }

  /**
   * A cancel was sent to a venue that answers later.
   *
   * @throws IllegalStateException when the order doesn't work, or its cancel is pending already
   */
  public Transition requestCancel(Instant now) {
    requireWorking("cancel request");
    if (status == OrdStatus.PENDING_CANCEL) {
      throw new IllegalStateException("order " + orderId + ": its cancel is pending already");
    }
    status = OrdStatus.PENDING_CANCEL;
    moved(now);
    return step(ExecType.PENDING_CANCEL, null);
  }

  /**
   * A replace was sent to a venue that answers later; the terms stay as they are until {@link
   * #replace}.
   *
   * @throws IllegalStateException when the order doesn't work, or a request is pending already
   */
  public Transition requestReplace(Instant now) {
    requireWorking("replace request");
    if (requestPending()) {
      throw new IllegalStateException("order " + orderId + ": " + status + " already");
    }
    status = OrdStatus.PENDING_REPLACE;
    moved(now);
    return step(ExecType.PENDING_REPLACE, null);
  }

  /**
   * The venue refused the pending cancel or replace. There is no execution report about it: what FIX
   * sends is an OrderCancelReject with this status.
   *
   * @return the status the fills give it, FILLED if they came to all of it meanwhile
   * @throws IllegalStateException when nothing is pending
   */
  public OrdStatus requestRefused(Instant now) {
    if (!requestPending()) {
      throw new IllegalStateException("order " + orderId + ": nothing is pending");
    }
    status = byFills();
    moved(now);
    return status;
  }

  /**
   * Gives the order other terms. An OrderQty at or below CumQty becomes CumQty and ends the order as
   * FILLED: it asks for the rest to be canceled, and what has traded can't be taken back.
   *
   * @param wanted the new terms, with a worst price
   * @throws IllegalStateException when the order doesn't work or has nothing left
   */
  public Transition replace(Terms wanted, Instant now) {
    requireWorking("replace");
    if (leavesQuantity().isZero() || wanted.worstPrice() == null) {
      throw new IllegalStateException("order " + orderId + ": can't be replaced by " + wanted);
    }
    Terms before = terms;
    terms =
        wanted.quantity().compareTo(cumQuantity) < 0 ? wanted.withQuantity(cumQuantity) : wanted;
    if (status != OrdStatus.SUSPENDED || terms.quantity().equals(cumQuantity)) {
      status = byFills();
    }
    moved(now);
    return step(ExecType.REPLACED, terms.against(before));
  }

  /**
   * Its symbol was halted: nothing trades until {@link #resume}.
   *
   * @throws IllegalStateException when the order doesn't work or is suspended already
   */
  public Transition suspend(String reason, Instant now) {
    requireWorking("suspend");
    if (status == OrdStatus.SUSPENDED || requestPending()) {
      throw new IllegalStateException("order " + orderId + ": suspend while " + status);
    }
    status = OrdStatus.SUSPENDED;
    moved(now);
    return step(ExecType.SUSPENDED, reason);
  }

  /**
   * The halt is over: the order is what its fills say.
   *
   * @throws IllegalStateException when it isn't suspended
   */
  public Transition resume(String reason, Instant now) {
    if (status != OrdStatus.SUSPENDED) {
      throw new IllegalStateException("order " + orderId + ": resume while " + status);
    }
    status = byFills();
    moved(now);
    return step(ExecType.RESTATED, reason);
  }

  /**
   * Ends the order with what it has.
   *
   * @param reason why, for the report
   * @throws IllegalStateException when the order doesn't work or has nothing left
   */
  public Transition cancel(String reason, Instant now) {
    requireLeft("cancel");
    status = OrdStatus.CANCELED;
    moved(now);
    return step(ExecType.CANCELED, reason);
  }

  /**
   * Ends the order because its session has ended.
   *
   * @throws IllegalStateException when the order doesn't work or has nothing left
   */
  public Transition expire(Instant now) {
    requireLeft("expire");
    status = OrdStatus.EXPIRED;
    moved(now);
    return step(ExecType.EXPIRED, null);
  }

  /** Whether it may still trade, be replaced or canceled. */
  public boolean isWorking() {
    return status.working();
  }

  /** Whether shares may trade at this moment. */
  public boolean canTrade() {
    return status.working()
        && status != OrdStatus.SUSPENDED
        && status != OrdStatus.PENDING_NEW
        && !awaitsTrigger()
        && !leavesQuantity().isZero();
  }

  /** Whether it is a stop order whose trigger hasn't been reached. */
  public boolean awaitsTrigger() {
    return terms.triggerPrice() != null && triggeredAt == null;
  }

  /** Whether a last price reaches the trigger: at or above it for a buy, at or below for a sale. */
  public boolean isReachedBy(Price last) {
    return switch (request.side()) {
      case BUY -> !last.isBelow(terms.triggerPrice());
      case SELL -> !last.isAbove(terms.triggerPrice());
    };
  }

  private boolean requestPending() {
    return status == OrdStatus.PENDING_CANCEL || status == OrdStatus.PENDING_REPLACE;
  }

  private OrdStatus byFills() {
    if (cumQuantity.isZero()) {
      return OrdStatus.NEW;
    }
    return cumQuantity.equals(terms.quantity()) ? OrdStatus.FILLED : OrdStatus.PARTIALLY_FILLED;
  }

  private void saw(Instant seen) {
    if (seen.isAfter(seenAt)) {
      seenAt = seen;
    }
  }

  /** LeavesQty. */
  public Quantity leavesQuantity() {
    return status.working() ? terms.quantity().minus(cumQuantity) : Quantity.ZERO;
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
        terms.quantity(),
        terms.price(),
        terms.triggerPrice(),
        request.product(),
        request.validity(),
        request.tag(),
        status,
        cumQuantity,
        leavesQuantity(),
        averagePrice(),
        rejectCode,
        rejectReason,
        triggeredAt,
        createdAt,
        updatedAt);
  }

  private boolean isWorse(Price price) {
    return switch (request.side()) {
      case BUY -> price.isAbove(terms.worstPrice());
      case SELL -> price.isBelow(terms.worstPrice());
    };
  }

  private void requireWorking(String what) {
    if (!status.working()) {
      throw new IllegalStateException("order " + orderId + ": " + what + " while " + status);
    }
  }

  private void requireLeft(String what) {
    requireWorking(what);
    if (leavesQuantity().isZero()) {
      throw new IllegalStateException("order " + orderId + ": " + what + " with nothing left");
    }
  }

  private void moved(Instant now) {
    version++;
    // Two nodes' clocks may differ a little; an order's own time never runs backwards.
    updatedAt = now.isAfter(updatedAt) ? now : updatedAt;
  }

  private Transition step(ExecType execType, String text) {
    return step(execType, Quantity.ZERO, null, text);
  }

  private Transition step(ExecType execType, Quantity lastQuantity, Price lastPrice, String text) {
    return new Transition(
        execType, status, lastQuantity, lastPrice, cumQuantity, leavesQuantity(), cumValue, text);
  }

  public UUID orderId() {
    return orderId;
  }

  /** What the client asked for when placing it; {@link #terms()} says what holds now. */
  public PlaceOrder request() {
    return request;
  }

  /** What holds now. */
  public Terms terms() {
    return terms;
  }

  /** Whether a replace has changed what was placed. */
  public boolean isReplaced() {
    return !terms.equals(asPlaced(request, terms.worstPrice()));
  }

  /** OrderQty. */
  public Quantity quantity() {
    return terms.quantity();
  }

  /** The worst price it may trade at; null only when it was refused before it had one. */
  public Price worstPrice() {
    return terms.worstPrice();
  }

  /** When a stop order's trigger was reached; null before, and for other orders. */
  public Instant triggeredAt() {
    return triggeredAt;
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

  /** Number of steps so far. */
  public int version() {
    return version;
  }
}
