package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Ids;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.trading.api.AccountMode;
import io.tola.trading.api.CancelAll;
import io.tola.trading.api.ExecType;
import io.tola.trading.api.Execution;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Product;
import io.tola.trading.api.RejectCode;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.Side;
import io.tola.trading.api.SymbolHalt;
import io.tola.trading.api.TradingMode;
import io.tola.trading.api.Validity;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.domain.Samples;
import io.tola.trading.store.ControlStore;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stops, replaces, mass cancels, halts, modes and squaring off, on a real database. */
class OrderLifeTest {

  private static final TradingFixture FIXTURE = new TradingFixture();
  private static final ControlStore CONTROLS = new ControlStore(FIXTURE.transactions.dataSource());

  /** After 15:10 at the exchange. */
  private static final Instant LATE = Instant.parse("2026-11-20T09:45:00Z");

  @BeforeEach
  void reset() {
    FIXTURE.reset();
    FIXTURE.time.set(Samples.T0);
    FIXTURE.quote("99.95", 100, "100.05", 100);
  }

  private static PlaceOrder stop(
      String id, Side side, OrdType type, long quantity, String price, String trigger) {
    return stop(id, side, type, quantity, price, trigger, Validity.DAY);
  }

  private static PlaceOrder stop(
      String id,
      Side side,
      OrdType type,
      long quantity,
      String price,
      String trigger,
      Validity validity) {
    PlaceOrder o = Samples.order(id, Samples.ACCOUNT, side, type, quantity, price, validity);
    return new PlaceOrder(
        o.clOrdId(),
        o.accountId(),
        o.symbol(),
        o.side(),
        o.ordType(),
        o.quantity(),
        o.price(),
        io.tola.kernel.Price.of(trigger),
        o.product(),
        o.validity(),
        o.tag(),
        o.user());
  }

  private static List<ExecType> reports(OrderView order) {
    return FIXTURE.executions.ofOrder(order.orderId()).stream().map(Execution::execType).toList();
  }

  private static void refused(ProblemCode code, ReplaceOrder replace) {
    assertThatThrownBy(() -> FIXTURE.replaced(replace))
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static List<String> trail() {
    return FIXTURE.rows("SELECT action FROM trail ORDER BY at");
  }

  // ---- stops ----

  @Test
  void stopRestsUntilTheLastPriceReachesItsTriggerThenTrades() throws Exception {
    OrderView order = FIXTURE.placed(stop("c-1", Side.BUY, OrdType.SL, 10, "102.00", "101.00"));
    assertThat(order.status()).isEqualTo(OrdStatus.NEW);
    assertThat(FIXTURE.rows("SELECT quantity::text FROM book_reservations")).containsExactly("10");
    // The ask crosses the limit long before the trigger: nothing trades.
    assertThat(FIXTURE.matched(order, FIXTURE.quote("100.90", 9, "100.95", 100))).isFalse();
    assertThat(FIXTURE.matched(order, FIXTURE.quote("101.00", 9, "101.05", 100))).isTrue();
    OrderView filled = FIXTURE.stored(order.orderId());
    assertThat(filled.status()).isEqualTo(OrdStatus.FILLED);
    assertThat(filled.averagePrice()).isEqualByComparingTo("101.05");
    assertThat(filled.triggeredAt()).isNotNull();
    assertThat(reports(order)).containsExactly(ExecType.NEW, ExecType.TRIGGERED, ExecType.TRADE);
    assertThat(trail()).containsExactly("order_placed", "order_filled");
    assertThat(FIXTURE.count("book_reservations")).isZero();
  }

  @Test
  void stopToSellTriggersDownwards() throws Exception {
    OrderView order = FIXTURE.placed(stop("c-1", Side.SELL, OrdType.SL_M, 10, null, "99.00"));
    assertThat(FIXTURE.matched(order, FIXTURE.quote("99.05", 100, "99.10", 9))).isFalse();
    assertThat(FIXTURE.matched(order, FIXTURE.quote("98.90", 100, "99.10", 9))).isTrue();
    assertThat(FIXTURE.stored(order.orderId()).averagePrice()).isEqualByComparingTo("98.90");
  }

  @Test
  void triggeredStopThatTheMarketHasLeftRestsAtItsLimit() throws Exception {
    OrderView order = FIXTURE.placed(stop("c-1", Side.BUY, OrdType.SL_M, 10, null, "101.00"));
    // One per cent beyond the trigger is 102.00 (102.01 on the grid of 0.05).
    assertThat(FIXTURE.rows("SELECT worst_price::text FROM orders")).containsExactly("102.00");
    assertThat(FIXTURE.matched(order, FIXTURE.quote("103.00", 9, "103.05", 100))).isTrue();
    assertThat(FIXTURE.stored(order.orderId()).status()).isEqualTo(OrdStatus.NEW);
    assertThat(trail()).containsExactly("order_placed", "order_triggered");
    assertThat(FIXTURE.matched(order, FIXTURE.quote("101.90", 9, "102.00", 100))).isTrue();
    assertThat(FIXTURE.stored(order.orderId()).averagePrice()).isEqualByComparingTo("102.00");
  }

  @Test
  void stopWhoseTriggerIsBehindTheMarketTradesAtOnce() throws Exception {
    OrderView order = FIXTURE.placed(stop("c-1", Side.BUY, OrdType.SL, 10, "101.00", "99.00"));
    assertThat(order.status()).isEqualTo(OrdStatus.FILLED);
    assertThat(FIXTURE.stored(order.orderId())).isEqualTo(order);
    assertThat(reports(order)).containsExactly(ExecType.NEW, ExecType.TRIGGERED, ExecType.TRADE);
  }

  @Test
  void iocStopHasItsChanceWhenItsTriggerIsReached() throws Exception {
    OrderView order =
        FIXTURE.placed(stop("c-1", Side.BUY, OrdType.SL, 150, "101.50", "101.00", Validity.IOC));
    assertThat(order.status()).isEqualTo(OrdStatus.NEW);
    assertThat(FIXTURE.matched(order, FIXTURE.quote("101.00", 9, "101.05", 100))).isTrue();
    OrderView ended = FIXTURE.stored(order.orderId());
    assertThat(ended.status()).isEqualTo(OrdStatus.CANCELED);
    assertThat(ended.filledQuantity()).isEqualTo(Quantity.of(100));
    assertThat(FIXTURE.count("book_reservations")).isZero();
  }

  @Test
  void sweepSendsStopsThatAMomentaryLastPriceReached() throws Exception {
    List<Command> sent = new ArrayList<>();
    QuoteSweep sweep =
        new QuoteSweep(
            FIXTURE.orders,
            FIXTURE.market,
            sent::add,
            java.time.Duration.ofMillis(50),
            Thread::new);
    FIXTURE.placed(stop("c-1", Side.BUY, OrdType.SL, 10, "103.00", "102.00"));
    OrderView reached = FIXTURE.placed(stop("c-2", Side.BUY, OrdType.SL, 10, "102.00", "101.00"));
    OrderView sale = FIXTURE.placed(stop("c-3", Side.SELL, OrdType.SL, 10, "98.00", "99.00"));
    sweep.changed(List.of(FIXTURE.quote("101.00", 9, "101.05", 100)));
    sweep.changed(List.of(FIXTURE.quote("100.00", 9, "100.05", 100)));
    assertThat(sweep.sweep()).isEqualTo(1);
    FIXTURE.batch(sent);
    assertThat(FIXTURE.stored(reached.orderId()).status()).isEqualTo(OrdStatus.FILLED);
    sent.clear();
    sweep.changed(List.of(FIXTURE.quote("98.95", 100, "99.00", 9)));
    assertThat(sweep.sweep()).isEqualTo(1);
    FIXTURE.batch(sent);
    assertThat(FIXTURE.stored(sale.orderId()).status()).isEqualTo(OrdStatus.FILLED);
  }

  @Test
  void stopExpiresWithTheSession() throws Exception {
    OrderView order = FIXTURE.placed(stop("c-1", Side.BUY, OrdType.SL, 10, "102.00", "101.00"));
    FIXTURE.market.phase = SessionPhase.CLOSED;
    assertThat(FIXTURE.done(FIXTURE.expire(order))).isTrue();
    assertThat(FIXTURE.stored(order.orderId()).status()).isEqualTo(OrdStatus.EXPIRED);
    assertThat(FIXTURE.count("book_reservations")).isZero();
  }

  @Test
  void nothingTriggersOutsideContinuousTrading() throws Exception {
    OrderView order = FIXTURE.placed(stop("c-1", Side.BUY, OrdType.SL, 10, "102.00", "101.00"));
    FIXTURE.market.phase = SessionPhase.CLOSING_AUCTION;
    Quote reaches = FIXTURE.quote("101.00", 9, "101.05", 100);
    assertThat(FIXTURE.matched(order, reaches)).isFalse();
    FIXTURE.market.phase = SessionPhase.OPEN;
    assertThat(FIXTURE.matched(order, reaches)).isTrue();
  }

  @Test
  void contradictingPricesAreMalformed() {
    assertThat(Malformed.errors(stop("c", Side.BUY, OrdType.SL, 1, "100.00", "101.00")))
        .extracting(e -> e.field())
        .containsExactly("price");
    assertThat(Malformed.errors(stop("c", Side.SELL, OrdType.SL, 1, "101.00", "100.00")))
        .hasSize(1);
    assertThat(Malformed.errors(stop("c", Side.SELL, OrdType.SL, 1, "100.00", "100.00"))).isEmpty();
    assertThat(Malformed.errors(stop("c", Side.BUY, OrdType.MARKET, 1, null, "101.00")))
        .extracting(e -> e.field())
        .containsExactly("trigger_price");
    assertThat(Malformed.errors(stop("c", Side.BUY, OrdType.SL_M, 1, "100.00", "101.00")))
        .extracting(e -> e.field())
        .containsExactly("price");
  }

  // ---- replace ----

  @Test
  void replaceChangesTermsReservationAndIsReportedAuditedAndRemembered() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "99.00"));
    ReplaceOrder replace = FIXTURE.replace(order, "r-1", 20L, "99.50", null);
    OrderView replaced = FIXTURE.replaced(replace);
    assertThat(replaced.status()).isEqualTo(OrdStatus.NEW);
    assertThat(replaced.quantity()).isEqualTo(Quantity.of(20));
    assertThat(replaced.price().value()).isEqualByComparingTo("99.50");
    assertThat(replaced.clOrdId().value()).isEqualTo("c-1");
    assertThat(FIXTURE.stored(order.orderId())).isEqualTo(replaced);
    assertThat(FIXTURE.rows("SELECT quantity::text FROM book_reservations")).containsExactly("20");
    assertThat(reports(order)).containsExactly(ExecType.NEW, ExecType.REPLACED);
    assertThat(trail()).containsExactly("order_placed", "order_replaced");

    String before = FIXTURE.everything();
    assertThat(FIXTURE.replaced(replace)).isEqualTo(replaced);
    assertThat(FIXTURE.everything()).isEqualTo(before);
    refused(ProblemCode.CLORDID_REUSED, FIXTURE.replace(order, "r-1", 21L, null, null));
    assertThat(FIXTURE.everything()).isEqualTo(before);
  }

  @Test
  void placedOrderIsKnownAgainByWhatWasPlacedWhateverReplacedIt() throws Exception {
    PlaceOrder placed = Samples.limit("c-1", Side.BUY, 10, "99.00");
    OrderView order = FIXTURE.placed(placed);
    OrderView replaced = FIXTURE.replaced(FIXTURE.replace(order, "r-1", 20L, "99.50", null));
    var again = (io.tola.trading.api.PlaceOutcome.Repeated) FIXTURE.outcome(placed);
    assertThat(again.order()).isEqualTo(replaced);
  }

  @Test
  void replacedPriceThatCrossesTradesAtOnceAndNeverTwiceFromOneQuote() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 250, "99.00"));
    OrderView replaced = FIXTURE.replaced(FIXTURE.replace(order, "r-1", null, "100.05", null));
    assertThat(replaced.filledQuantity()).isEqualTo(Quantity.of(100));
    OrderView again = FIXTURE.replaced(FIXTURE.replace(order, "r-2", 240L, null, null));
    assertThat(again.filledQuantity()).isEqualTo(Quantity.of(100));
    assertThat(again.leavesQuantity()).isEqualTo(Quantity.of(140));
    assertThat(FIXTURE.rows("SELECT quantity::text FROM book_reservations")).containsExactly("140");
  }

  /** FIX 4.4 D11. */
  @Test
  void quantityThatFillsHaveReachedEndsTheOrderAsFilled() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10_000, "99.00"));
    Command.Match fill = FIXTURE.match(order, FIXTURE.quote("98.90", 9, "99.00", 7_000));
    Command.Replace replace =
        new Command.Replace(FIXTURE.replace(order, "r-1", 7_000L, null, null));
    FIXTURE.batch(List.of(fill, replace));
    OrderView ended = replace.answer().get();
    assertThat(ended.status()).isEqualTo(OrdStatus.FILLED);
    assertThat(ended.quantity()).isEqualTo(Quantity.of(7_000));
    assertThat(ended.leavesQuantity()).isEqualTo(Quantity.ZERO);
    assertThat(reports(order)).containsExactly(ExecType.NEW, ExecType.TRADE, ExecType.REPLACED);
    assertThat(FIXTURE.stored(order.orderId())).isEqualTo(ended);
    assertThat(FIXTURE.count("book_reservations")).isZero();
  }

  @Test
  void refusedTermsLeaveTheOrderWorkingAsItWasAndAreAudited() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "99.00"));
    refused(ProblemCode.REPLACE_REFUSED, FIXTURE.replace(order, "r-1", 666L, null, null));
    assertThat(FIXTURE.stored(order.orderId())).isEqualTo(order);
    assertThat(FIXTURE.rows("SELECT quantity::text FROM book_reservations")).containsExactly("10");
    assertThat(trail()).containsExactly("order_placed", "order_replace_refused");
    assertThat(FIXTURE.count("replacements")).isZero();
    // The id is free again: a refused replace was not done.
    assertThat(FIXTURE.replaced(FIXTURE.replace(order, "r-1", 11L, null, null)).quantity())
        .isEqualTo(Quantity.of(11));
  }

  @Test
  void fieldTheTypeDoesNotHaveIsInvalidAndEndedOrStrangeOrdersAreNotReplaced() throws Exception {
    OrderView limit = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "99.00"));
    refused(ProblemCode.INVALID_FIELD, FIXTURE.replace(limit, "r-1", null, null, "99.00"));
    refused(ProblemCode.INVALID_FIELD, FIXTURE.replace(limit, "r-1", null, null, null));
    OrderView market = FIXTURE.placed(Samples.market("c-2", Side.BUY, 150));
    refused(ProblemCode.INVALID_FIELD, FIXTURE.replace(market, "r-1", null, "101.00", null));
    OrderView stop = FIXTURE.placed(stop("c-3", Side.BUY, OrdType.SL, 10, "102.00", "101.00"));
    refused(ProblemCode.INVALID_FIELD, FIXTURE.replace(stop, "r-1", null, "100.00", null));
    FIXTURE.matched(stop, FIXTURE.quote("101.00", 9, "102.05", 100));
    refused(ProblemCode.INVALID_FIELD, FIXTURE.replace(stop, "r-1", null, null, "101.50"));
    FIXTURE.canceled(limit.orderId());
    refused(ProblemCode.ORDER_NOT_REPLACEABLE, FIXTURE.replace(limit, "r-1", 20L, null, null));
    ReplaceOrder strange =
        new ReplaceOrder(
            stop.orderId(),
            Samples.OTHER_ACCOUNT,
            new io.tola.kernel.ClOrdID("r-1"),
            Quantity.of(1),
            null,
            null,
            "trader2");
    refused(ProblemCode.ORDER_NOT_FOUND, strange);
    assertThat(FIXTURE.count("replacements")).isZero();
  }

  @Test
  void replacedTriggerCountsAndProtectsAnew() throws Exception {
    OrderView order = FIXTURE.placed(stop("c-1", Side.BUY, OrdType.SL_M, 10, null, "101.00"));
    FIXTURE.replaced(FIXTURE.replace(order, "r-1", null, null, "102.00"));
    assertThat(FIXTURE.rows("SELECT worst_price::text FROM orders")).containsExactly("103.00");
    assertThat(FIXTURE.matched(order, FIXTURE.quote("101.50", 9, "101.55", 100))).isFalse();
    OrderView traded = FIXTURE.replaced(FIXTURE.replace(order, "r-2", null, null, "101.50"));
    assertThat(traded.status()).isEqualTo(OrdStatus.FILLED);
  }

  @Test
  void replaceWhoseCommitWasNotHeardOfIsDoneOnce() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "99.00"));
    Command.Replace command = new Command.Replace(FIXTURE.replace(order, "r-1", 20L, null, null));
    FIXTURE.transactions.afterCommit =
        () -> {
          throw new SQLException("connection lost", "08006");
        };
    assertThatThrownBy(() -> FIXTURE.processor.process(List.of(command)))
        .isInstanceOf(Transactions.CommitFault.class);
    FIXTURE.transactions.afterCommit = () -> {};
    String before = FIXTURE.everything();
    FIXTURE.batch(List.of(command));
    assertThat(command.answer().get().quantity()).isEqualTo(Quantity.of(20));
    assertThat(FIXTURE.everything()).isEqualTo(before);
  }

  // ---- mass cancel ----

  private static List<UUID> cancelAll(Symbol symbol, Side side, int most) throws Exception {
    Command.CancelMany command =
        new Command.CancelMany(new CancelAll(Samples.ACCOUNT, symbol, side, "trader1"), most);
    FIXTURE.batch(List.of(command));
    return command.answer().get();
  }

  @Test
  void massCancelEndsWhatWorksAndNothingElse() throws Exception {
    OrderView buy = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "99.00"));
    OrderView sale = FIXTURE.placed(Samples.limit("c-2", Side.SELL, 10, "101.00"));
    OrderView stop = FIXTURE.placed(stop("c-3", Side.BUY, OrdType.SL, 10, "102.00", "101.00"));
    OrderView filled = FIXTURE.placed(Samples.market("c-4", Side.BUY, 10));
    OrderView other =
        FIXTURE.placed(
            Samples.order(
                "c-1", Samples.OTHER_ACCOUNT, Side.BUY, OrdType.LIMIT, 10, "99.00", Validity.DAY));
    assertThat(cancelAll(Samples.TCS, null, 10)).isEmpty();
    assertThat(cancelAll(null, Side.SELL, 10)).containsExactly(sale.orderId());
    assertThat(cancelAll(Samples.RELIANCE, null, 10))
        .containsExactlyInAnyOrder(buy.orderId(), stop.orderId());
    assertThat(cancelAll(null, null, 10)).isEmpty();
    assertThat(FIXTURE.stored(filled.orderId()).status()).isEqualTo(OrdStatus.FILLED);
    assertThat(FIXTURE.stored(other.orderId()).status()).isEqualTo(OrdStatus.NEW);
    assertThat(FIXTURE.rows("SELECT quantity::text FROM book_reservations")).containsExactly("10");
    assertThat(trail()).filteredOn("order_canceled"::equals).hasSize(3);
  }

  @Test
  void massCancelSaysWhenOrdersMayBeLeftAndCountsWhatAnUnheardCommitCanceled() throws Exception {
    for (int i = 0; i < 3; i++) {
      FIXTURE.placed(Samples.limit("c-" + i, Side.BUY, 10, "99.00"));
    }
    Command.CancelMany command =
        new Command.CancelMany(new CancelAll(Samples.ACCOUNT, null, null, "trader1"), 2);
    FIXTURE.transactions.afterCommit =
        () -> {
          throw new SQLException("connection lost", "08006");
        };
    assertThatThrownBy(() -> FIXTURE.processor.process(List.of(command)))
        .isInstanceOf(Transactions.CommitFault.class);
    assertThat(command.more()).isTrue();
    FIXTURE.transactions.afterCommit = () -> {};
    FIXTURE.batch(List.of(command));
    assertThat(command.answer().get()).hasSize(3);
    assertThat(command.more()).isFalse();
  }

  // ---- halts ----

  private static void halt() {
    CONTROLS.halt(new SymbolHalt(Samples.RELIANCE, "news", "ops", Samples.T0));
  }

  @Test
  void haltSuspendsRefusesAndItsEndLetsOrdersWorkAgain() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "100.00"));
    assertThat(FIXTURE.orders.touchedByHalts(10)).isEmpty();
    halt();
    // From the next batch on nothing trades, suspended or not.
    assertThat(FIXTURE.matched(order, FIXTURE.quote("99.90", 9, "99.95", 100))).isFalse();
    assertThat(FIXTURE.orders.touchedByHalts(10)).containsExactly(FIXTURE.key(order));
    assertThat(FIXTURE.done(new Command.FollowHalt(FIXTURE.key(order)))).isTrue();
    assertThat(FIXTURE.stored(order.orderId()).status()).isEqualTo(OrdStatus.SUSPENDED);
    assertThat(FIXTURE.orders.touchedByHalts(10)).isEmpty();

    OrderView refused = FIXTURE.placed(Samples.limit("c-2", Side.BUY, 10, "100.00"));
    assertThat(refused.rejectCode()).isEqualTo(RejectCode.SYMBOL_HALTED.number());
    refused(ProblemCode.REPLACE_REFUSED, FIXTURE.replace(order, "r-1", 20L, null, null));
    OrderView canceled = FIXTURE.placed(Samples.limit("c-3", Side.BUY, 10, "100.00"));
    assertThat(canceled.status()).isEqualTo(OrdStatus.REJECTED);

    CONTROLS.resume(Samples.RELIANCE);
    assertThat(FIXTURE.orders.touchedByHalts(10)).containsExactly(FIXTURE.key(order));
    assertThat(FIXTURE.done(new Command.FollowHalt(FIXTURE.key(order)))).isTrue();
    assertThat(FIXTURE.done(new Command.FollowHalt(FIXTURE.key(order)))).isFalse();
    assertThat(FIXTURE.matched(order, FIXTURE.quote("99.90", 9, "99.95", 100))).isTrue();
    assertThat(reports(order))
        .containsExactly(ExecType.NEW, ExecType.SUSPENDED, ExecType.RESTATED, ExecType.TRADE);
    assertThat(trail()).containsSubsequence("order_suspended", "order_resumed", "order_filled");
  }

  @Test
  void suspendedOrderCanBeCanceled() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "99.00"));
    halt();
    FIXTURE.done(new Command.FollowHalt(FIXTURE.key(order)));
    assertThat(FIXTURE.canceled(order.orderId()).status()).isEqualTo(OrdStatus.CANCELED);
    assertThat(FIXTURE.count("book_reservations")).isZero();
  }

  @Test
  void haltOfAHaltedSymbolKeepsTheFirstReason() {
    halt();
    assertThat(CONTROLS.halt(new SymbolHalt(Samples.RELIANCE, "other", "x", Samples.T0))).isFalse();
    assertThat(CONTROLS.halts()).extracting(SymbolHalt::reason).containsExactly("news");
    assertThat(CONTROLS.resume(Samples.RELIANCE)).isTrue();
    assertThat(CONTROLS.resume(Samples.RELIANCE)).isFalse();
  }

  // ---- modes ----

  private static void mode(TradingMode mode) {
    CONTROLS.setMode(new AccountMode(Samples.ACCOUNT, mode, "admin", Samples.T0));
  }

  @Test
  void ordersOfALiveOrHaltedAccountReachNoVenue() throws Exception {
    OrderView rests = FIXTURE.placed(Samples.limit("c-0", Side.BUY, 10, "100.00"));
    for (TradingMode mode : List.of(TradingMode.LIVE, TradingMode.HALTED)) {
      mode(mode);
      OrderView refused = FIXTURE.placed(Samples.market("c-" + mode, Side.BUY, 10));
      assertThat(refused.status()).isEqualTo(OrdStatus.REJECTED);
      assertThat(refused.rejectCode())
          .isEqualTo(
              (mode == TradingMode.LIVE
                      ? RejectCode.LIVE_VENUE_NOT_CONNECTED
                      : RejectCode.ACCOUNT_NOT_TRADING)
                  .number());
      refused(ProblemCode.REPLACE_REFUSED, FIXTURE.replace(rests, "r-1", 20L, null, null));
      assertThat(FIXTURE.matched(rests, FIXTURE.quote("99.90", 9, "99.95", 100))).isFalse();
    }
    assertThat(CONTROLS.modes(List.of(Samples.OTHER_ACCOUNT, Samples.ACCOUNT)))
        .extracting(AccountMode::mode)
        .containsExactly(TradingMode.HALTED, TradingMode.PAPER);
    mode(TradingMode.PAPER);
    assertThat(FIXTURE.matched(rests, FIXTURE.quote("99.90", 9, "99.95", 100))).isTrue();
  }

  @Test
  void cancelsAreTakenInEveryMode() throws Exception {
    OrderView order = FIXTURE.placed(Samples.limit("c-0", Side.BUY, 10, "99.00"));
    mode(TradingMode.HALTED);
    assertThat(FIXTURE.canceled(order.orderId()).status()).isEqualTo(OrdStatus.CANCELED);
  }

  // ---- squaring off ----

  private final List<Command> sent = new ArrayList<>();

  private SquareOff squareOff() {
    return new SquareOff(
        FIXTURE.orders,
        FIXTURE.market,
        () -> new TestBook(FIXTURE.transactions.dataSource()),
        sent::add,
        new SquareOffTime(LocalTime.of(15, 10), () -> FIXTURE.market.closes),
        FIXTURE.clock);
  }

  private void look() throws Exception {
    squareOff().look();
    FIXTURE.batch(sent);
    sent.clear();
  }

  private static String shares() {
    return FIXTURE.rows("SELECT shares::text FROM book_accounts ORDER BY account_id").get(0);
  }

  @Test
  void misIsSquaredOffBeforeTheCloseAndNotEarlier() throws Exception {
    FIXTURE.market.closes = true;
    FIXTURE.placed(Samples.market("c-1", Side.BUY, 100));
    OrderView rests = FIXTURE.placed(Samples.limit("c-2", Side.BUY, 10, "99.00"));
    assertThat(squareOff().look()).isZero();

    FIXTURE.time.set(LATE);
    FIXTURE.quote("99.95", 60, "100.05", 100);
    look();
    assertThat(FIXTURE.stored(rests.orderId()).status()).isEqualTo(OrdStatus.CANCELED);
    assertThat(shares()).isEqualTo("40");
    FIXTURE.quote("99.90", 60, "100.05", 100);
    look();
    assertThat(shares()).isEqualTo("0");
    assertThat(squareOff().look()).isZero();
    assertThat(FIXTURE.rows("SELECT tag FROM orders WHERE entered_by = 'system'"))
        .containsExactly("square-off", "square-off");
    assertThat(FIXTURE.count("book_reservations")).isZero();

    OrderView late = FIXTURE.placed(Samples.market("c-3", Side.BUY, 1));
    assertThat(late.rejectCode()).isEqualTo(RejectCode.MIS_SQUARED_OFF.number());
  }

  @Test
  void shortPositionIsBoughtBack() throws Exception {
    FIXTURE.market.closes = true;
    FIXTURE.placed(Samples.market("c-1", Side.SELL, 30));
    FIXTURE.time.set(LATE);
    FIXTURE.quote("99.95", 60, "100.05", 100);
    look();
    assertThat(shares()).isEqualTo("0");
  }

  @Test
  void positionsThatCanNotBeClosedDoNotKeepThoseBehindThemWaiting() throws Exception {
    FIXTURE.market.closes = true;
    FIXTURE.placed(
        Samples.order("c-1", Samples.ACCOUNT, Side.BUY, OrdType.MARKET, 50, null, Validity.DAY));
    FIXTURE.placed(
        Samples.order(
            "c-2", Samples.OTHER_ACCOUNT, Side.BUY, OrdType.MARKET, 20, null, Validity.DAY));
    FIXTURE.time.set(LATE);
    FIXTURE.quote("99.95", 600, "100.05", 100);
    String first =
        FIXTURE.rows("SELECT account_id::text FROM book_accounts ORDER BY account_id").get(0);
    FIXTURE.database.execute(
        "UPDATE book_accounts SET open = false WHERE account_id = '" + first + "'");
    SquareOff oneByOne =
        new SquareOff(
            FIXTURE.orders,
            FIXTURE.market,
            () -> new TestBook(FIXTURE.transactions.dataSource()),
            sent::add,
            new SquareOffTime(LocalTime.of(15, 10), () -> FIXTURE.market.closes),
            FIXTURE.clock,
            1);
    List<String> left = new ArrayList<>();
    for (int look = 0; look < 5; look++) {
      oneByOne.look();
      FIXTURE.batch(sent);
      sent.clear();
      left.add(
          String.join(
              ",", FIXTURE.rows("SELECT shares::text FROM book_accounts ORDER BY account_id")));
    }
    boolean firstIsAccount = first.equals(Samples.ACCOUNT.toString());
    assertThat(left.get(0)).isEqualTo(firstIsAccount ? "50,20" : "20,50");
    assertThat(left.get(1)).isEqualTo(firstIsAccount ? "50,0" : "20,0");

    FIXTURE.database.execute("UPDATE book_accounts SET open = true");
    for (int look = 0; look < 2; look++) {
      oneByOne.look();
      FIXTURE.batch(sent);
      sent.clear();
    }
    assertThat(FIXTURE.rows("SELECT DISTINCT shares::text FROM book_accounts"))
        .as("looked at again from the beginning")
        .containsExactly("0");
  }

  @Test
  void twoNodesSquaringOffAtOnceCloseNothingTwice() throws Exception {
    FIXTURE.market.closes = true;
    FIXTURE.placed(Samples.market("c-1", Side.BUY, 50));
    FIXTURE.time.set(LATE);
    FIXTURE.quote("99.95", 600, "100.05", 100);
    squareOff().look();
    squareOff().look();
    FIXTURE.batch(sent);
    assertThat(shares()).isEqualTo("0");
  }

  @Test
  void marketWithoutACloseSquaresNothingOff() throws Exception {
    FIXTURE.placed(Samples.market("c-1", Side.BUY, 50));
    FIXTURE.time.set(LATE);
    FIXTURE.quote("99.95", 600, "100.05", 100);
    assertThat(squareOff().look()).isZero();
    HoldingKey key = new HoldingKey(Samples.ACCOUNT, Samples.RELIANCE, Product.MIS);
    assertThat(
            FIXTURE.done(
                new Command.SquareOff(Ids.next(), key, Samples.instrument(Samples.RELIANCE))))
        .isFalse();
    assertThat(new BigDecimal(shares())).isEqualByComparingTo("50");
  }
}
