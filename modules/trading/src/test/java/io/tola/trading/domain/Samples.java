package io.tola.trading.domain;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Symbol;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/** Orders, instruments and quotes as tests like them: named values, one line each. */
public final class Samples {

  public static final Symbol RELIANCE = new Symbol("RELIANCE");
  public static final Symbol TCS = new Symbol("TCS");
  public static final AccountId ACCOUNT =
      new AccountId(UUID.fromString("01890000-0000-7000-8000-000000000001"));
  public static final AccountId OTHER_ACCOUNT =
      new AccountId(UUID.fromString("01890000-0000-7000-8000-000000000002"));
  public static final Instant T0 = Instant.parse("2026-11-20T04:00:00.123456Z");

  private Samples() {}

  public static Instrument instrument(Symbol symbol) {
    return instrument(symbol, 1);
  }

  public static Instrument instrument(Symbol symbol, long lot) {
    return new Instrument(
        symbol,
        "INE000A01010",
        symbol.value(),
        "Test",
        new BigDecimal("0.05"),
        Quantity.of(lot),
        null,
        Quantity.of(100_000),
        true,
        LocalDate.of(2026, 11, 20));
  }

  public static PlaceOrder market(String clOrdId, Side side, long quantity) {
    return order(clOrdId, ACCOUNT, side, OrdType.MARKET, quantity, null, Validity.DAY);
  }

  public static PlaceOrder limit(String clOrdId, Side side, long quantity, String price) {
    return order(clOrdId, ACCOUNT, side, OrdType.LIMIT, quantity, price, Validity.DAY);
  }

  public static PlaceOrder order(
      String clOrdId,
      AccountId account,
      Side side,
      OrdType type,
      long quantity,
      String price,
      Validity validity) {
    boolean stop = type == OrdType.SL || type == OrdType.SL_M;
    return new PlaceOrder(
        new ClOrdID(clOrdId),
        account,
        RELIANCE,
        side,
        type,
        Quantity.of(quantity),
        price == null ? null : Price.of(price),
        stop ? Price.of("99.00") : null,
        Product.MIS,
        validity,
        "algo-7",
        "trader1");
  }

  /** A quote; its sequence is its time. */
  public static Quote quote(
      Symbol symbol, String bid, long bidSize, String ask, long askSize, Instant at) {
    return new Quote(
        symbol,
        Price.of(bid),
        Quantity.of(bidSize),
        Price.of(ask),
        Quantity.of(askSize),
        Price.of(bid),
        Price.of(bid),
        Price.of(ask),
        Price.of(bid),
        Price.of("100.00"),
        0,
        at,
        at,
        at.toEpochMilli(),
        Quote.Source.SIMULATED);
  }
}
