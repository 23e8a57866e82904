package io.tola.risk.domain;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.risk.api.AccountLimits;
import io.tola.risk.api.TradingState.Mode;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.api.spi.AccountState;
import io.tola.trading.api.spi.HoldingKey;
import io.tola.trading.api.spi.HoldingState;
import io.tola.trading.api.spi.OrderUnderCheck;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import java.util.UUID;

/**
 * One order and the rules it is held to, field by field: as it starts, a limit buy of 10 RELIANCE at
 * 2,800.00 that every control lets pass.
 */
final class Orders {

  static final Instant NOW = Instant.parse("2026-11-23T05:00:00Z");
  static final AccountId ACCOUNT = new AccountId(new UUID(1, 1));

  String clOrdId = "c-1";
  AccountId account = ACCOUNT;
  String symbol = "RELIANCE";
  Side side = Side.BUY;
  OrdType type = OrdType.LIMIT;
  long quantity = 10;
  String price = "2800.00";
  String trigger;
  Product product = Product.CNC;
  Validity validity = Validity.DAY;
  String tag;

  String tick = "0.05";
  long lot = 1;
  String band = "10";
  long freeze = 100_000;
  boolean tradable = true;

  boolean quoted = true;
  String last = "2800.00";
  String previousClose = "2800.00";
  Instant receivedAt = NOW.minusMillis(500);
  SessionPhase phase = SessionPhase.OPEN;

  boolean open = true;
  String settled = "10000000";
  String blocked = "0";
  String openOrderValue = "0";
  int ordersThisSecond = 1;
  long held;
  long openBuys;
  long openSales;

  /** Null: the limit price of a limit order, the last price of another; "none": no worst price. */
  String worst;

  /** Null: the order's value for a buy, nothing for a sale. */
  String cashNeeded;

  Instant now = NOW;

  Mode platform = Mode.NORMAL;
  Mode accountMode = Mode.NORMAL;
  Set<String> restricted = Set.of();
  Set<String> restrictedForAccount = Set.of();
  String maxOrderValue = "50000000";
  String maxOpenOrderValue = "500000000";
  Long maxPositionQuantity = 10_000_000L;
  String maxPositionValue = "1000000000";
  int maxOrdersPerSecond = 1_000;
  String collar = "5";
  Integer window;
  Duration maxQuoteAge = Duration.ofSeconds(15);
  boolean tagRequired;

  OrderUnderCheck order() {
    PlaceOrder placed =
        new PlaceOrder(
            new ClOrdID(clOrdId),
            account,
            new Symbol(symbol),
            side,
            type,
            Quantity.of(quantity),
            price(price),
            price(trigger),
            product,
            validity,
            tag,
            "trader1");
    Instrument instrument =
        new Instrument(
            placed.symbol(),
            "INE002A01018",
            "Reliance Industries",
            "Energy",
            new BigDecimal(tick),
            Quantity.of(lot),
            band == null ? null : new BigDecimal(band),
            Quantity.of(freeze),
            tradable,
            LocalDate.EPOCH);
    Price lastPrice = price(last);
    Quote quote =
        quoted
            ? new Quote(
                placed.symbol(),
                lastPrice,
                Quantity.of(100),
                lastPrice,
                Quantity.of(100),
                lastPrice,
                lastPrice,
                lastPrice,
                lastPrice,
                price(previousClose),
                1,
                receivedAt,
                receivedAt,
                1,
                Quote.Source.SIMULATED)
            : null;
    Price worstPrice =
        worst != null
            ? worst.equals("none") ? null : price(worst)
            : placed.price() != null ? placed.price() : quoted ? lastPrice : null;
    Money needed =
        cashNeeded != null
            ? Money.of(cashNeeded)
            : side == Side.BUY && worstPrice != null
                ? worstPrice.times(placed.quantity())
                : Money.ZERO;
    return new OrderUnderCheck(
        placed,
        placed.quantity(),
        instrument,
        quote,
        phase,
        new AccountState(
            account,
            open,
            Money.of(settled),
            Money.of(blocked),
            Money.of(openOrderValue),
            ordersThisSecond),
        new HoldingState(
            new HoldingKey(account, placed.symbol(), product), held, openBuys, openSales),
        worstPrice,
        needed,
        now);
  }

  Rules rules() {
    return new Rules(platform, accountMode, restricted, limits(), maxQuoteAge, tagRequired);
  }

  AccountLimits limits() {
    return new AccountLimits(
        account,
        money(maxOrderValue),
        money(maxOpenOrderValue),
        maxPositionQuantity,
        money(maxPositionValue),
        maxOrdersPerSecond,
        collar == null ? null : new BigDecimal(collar),
        window,
        restrictedForAccount,
        1,
        "risk",
        NOW);
  }

  private static Price price(String text) {
    return text == null ? null : Price.of(text);
  }

  private static Money money(String text) {
    return text == null ? null : Money.of(text);
  }
}
