package io.tola.risk.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.json.CanonicalJson;
import io.tola.market.api.SessionPhase;
import io.tola.risk.api.RiskRejectCode;
import io.tola.risk.api.TradingState.Mode;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.api.spi.Refusal;
import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ControlsTest {

  @Test
  void anOrdinaryOrderPasses() {
    passes(o -> {});
    passes(this::market);
    passes(
        o -> {
          o.side = Side.SELL;
          o.held = 10;
        });
  }

  @Test
  void nothingPassesAHalt() {
    refused(RiskRejectCode.PLATFORM_HALTED, o -> o.platform = Mode.HALTED);
    refused(RiskRejectCode.ACCOUNT_HALTED, o -> o.accountMode = Mode.HALTED);
    refused(
        RiskRejectCode.PLATFORM_HALTED,
        o -> {
          o.platform = Mode.HALTED;
          o.side = Side.SELL;
          o.held = 100;
        });
  }

  @Test
  void reduceOnlyLetsALongPositionShrinkButNotGrowOrTurn() {
    Consumer<Orders> selling =
        o -> {
          o.accountMode = Mode.REDUCE_ONLY;
          o.product = Product.MIS;
          o.side = Side.SELL;
          o.held = 10;
        };
    passes(selling);
    refused(RiskRejectCode.ACCOUNT_REDUCE_ONLY, selling.andThen(o -> o.quantity = 11));
    refused(RiskRejectCode.ACCOUNT_REDUCE_ONLY, selling.andThen(o -> o.openSales = 1));
    refused(RiskRejectCode.ACCOUNT_REDUCE_ONLY, selling.andThen(o -> o.held = 0));
    refused(RiskRejectCode.ACCOUNT_REDUCE_ONLY, selling.andThen(o -> o.side = Side.BUY));
  }

  @Test
  void reduceOnlyLetsAShortPositionBeBoughtBack() {
    Consumer<Orders> buying =
        o -> {
          o.platform = Mode.REDUCE_ONLY;
          o.product = Product.MIS;
          o.held = -10;
        };
    passes(buying);
    refused(RiskRejectCode.PLATFORM_REDUCE_ONLY, buying.andThen(o -> o.quantity = 11));
    refused(RiskRejectCode.PLATFORM_REDUCE_ONLY, buying.andThen(o -> o.openBuys = 1));
    refused(RiskRejectCode.PLATFORM_REDUCE_ONLY, buying.andThen(o -> o.side = Side.SELL));
    refused(RiskRejectCode.PLATFORM_REDUCE_ONLY, buying.andThen(o -> o.held = 0));
  }

  @Test
  void aClosedAccountDoesNotTrade() {
    refused(RiskRejectCode.ACCOUNT_CLOSED, o -> o.open = false);
  }

  @Test
  void restrictedSymbolsAreRefusedForEverybodyOrForTheAccount() {
    refused(RiskRejectCode.SYMBOL_RESTRICTED, o -> o.restricted = Set.of("RELIANCE"));
    refused(
        RiskRejectCode.SYMBOL_RESTRICTED_FOR_ACCOUNT,
        o -> o.restrictedForAccount = Set.of("RELIANCE"));
    passes(
        o -> {
          o.restricted = Set.of("TCS");
          o.restrictedForAccount = Set.of("INFY");
        });
  }

  @Test
  void anOrderWithoutATagIsRefusedOnlyWhereTagsAreRequired() {
    passes(o -> o.tag = null);
    refused(RiskRejectCode.ALGO_TAG_MISSING, o -> o.tagRequired = true);
    passes(
        o -> {
          o.tagRequired = true;
          o.tag = "99999";
        });
  }

  @Test
  void aSuspendedInstrumentDoesNotTrade() {
    refused(RiskRejectCode.INSTRUMENT_NOT_TRADABLE, o -> o.tradable = false);
  }

  @Test
  void theSessionDecidesWhatIsTaken() {
    refused(RiskRejectCode.SESSION_CLOSED, o -> o.phase = SessionPhase.CLOSED);
    refused(RiskRejectCode.SESSION_CLOSED, o -> o.phase = SessionPhase.POST_CLOSE);
    for (SessionPhase phase : Arrays.asList(SessionPhase.PRE_OPEN, SessionPhase.CLOSING_AUCTION)) {
      passes(o -> o.phase = phase);
      refused(
          RiskRejectCode.NOT_IN_CONTINUOUS_TRADING,
          o -> {
            market(o);
            o.phase = phase;
          });
      refused(
          RiskRejectCode.NOT_IN_CONTINUOUS_TRADING,
          o -> {
            o.validity = Validity.IOC;
            o.phase = phase;
          });
    }
  }

  @Test
  void ordersASecondAreCountedUpToTheLimitItself() {
    passes(o -> o.ordersThisSecond = 1_000);
    Refusal refusal = refused(RiskRejectCode.ORDER_RATE, o -> o.ordersThisSecond = 1_001);
    assertThat(refusal.reason()).contains("1000").contains("1001");
  }

  @Test
  void quantitiesAreWholeLotsUpToTheFreezeQuantity() {
    refused(RiskRejectCode.ODD_LOT, o -> o.quantity = 0);
    refused(
        RiskRejectCode.ODD_LOT,
        o -> {
          o.lot = 25;
          o.quantity = 26;
        });
    passes(
        o -> {
          o.lot = 25;
          o.quantity = 50;
        });
    passes(o -> o.freeze = 10);
    refused(RiskRejectCode.QUANTITY_FREEZE, o -> o.freeze = 9);
  }

  @Test
  void anOrderWithoutAPriceNeedsAFreshQuote() {
    refused(
        RiskRejectCode.NO_QUOTE,
        o -> {
          market(o);
          o.quoted = false;
        });
    passes(
        o -> {
          market(o);
          o.receivedAt = Orders.NOW.minusSeconds(15);
        });
    refused(
        RiskRejectCode.STALE_QUOTE,
        o -> {
          market(o);
          o.receivedAt = Orders.NOW.minusSeconds(15).minusNanos(1_000);
        });
    passes(o -> o.receivedAt = Orders.NOW.minusSeconds(3_600));
  }

  @Test
  void anOrderThatCanNotBeValuedIsRefused() {
    refused(RiskRejectCode.NO_QUOTE, o -> o.worst = "none");
    refused(
        RiskRejectCode.NO_QUOTE,
        o -> {
          market(o);
          o.worst = "none";
        });
  }

  @Test
  void pricesLieOnTheTickGrid() {
    Refusal refusal =
        refused(
            RiskRejectCode.OFF_TICK,
            o -> {
              o.price = "2800.03";
              o.tick = "0.0500";
            });
    assertThat(refusal.reason()).isEqualTo("Price 2800.03 is not a multiple of the tick of 0.05");
    refused(RiskRejectCode.OFF_TICK, o -> o.price = "2800.0001");
    passes(
        o -> {
          o.price = "2800.03";
          o.tick = "0.01";
        });
    refused(
        RiskRejectCode.OFF_TICK,
        o -> {
          o.type = OrdType.SL;
          o.trigger = "2790.01";
        });
  }

  @Test
  void pricesLieWithinTheBandBothEndsIncluded() {
    passes(o -> o.price = "3080.00");
    passes(o -> o.price = "2520.00");
    Refusal refusal = refused(RiskRejectCode.PRICE_BAND, o -> o.price = "3080.05");
    assertThat(refusal.reason())
        .isEqualTo(
            "Price 3080.05 is outside the band of 2520 to 3080 (10% around the previous close of 2800.00)");
    refused(RiskRejectCode.PRICE_BAND, o -> o.price = "2519.95");
    refused(
        RiskRejectCode.PRICE_BAND,
        o -> {
          o.type = OrdType.SL;
          o.trigger = "2500.00";
        });
    passes(
        o -> {
          o.price = "1.00";
          o.band = null;
        });
  }

  @Test
  void aBandThatCanNotBeHeldAgainstAPreviousCloseIsNotPassed() {
    refused(RiskRejectCode.NO_QUOTE, o -> o.quoted = false);
    passes(
        o -> {
          o.quoted = false;
          o.band = null;
        });
  }

  @Test
  void aMarketOrderStaysWithinTheCollar() {
    passes(
        o -> {
          market(o);
          o.worst = "2940.00";
        });
    Refusal refusal =
        refused(
            RiskRejectCode.PRICE_COLLAR,
            o -> {
              market(o);
              o.worst = "2940.05";
            });
    assertThat(refusal.reason())
        .isEqualTo(
            "The order could trade at 2940.05, 5.0018% from the last price of 2800.00; the collar is 5%");
    refused(
        RiskRejectCode.PRICE_COLLAR,
        o -> {
          market(o);
          o.worst = "2659.95";
        });
    passes(
        o -> {
          market(o);
          o.worst = "3999.00";
          o.collar = null;
        });
  }

  @Test
  void anOrdersValueIsLimited() {
    passes(o -> o.maxOrderValue = "28000");
    Refusal refusal = refused(RiskRejectCode.ORDER_VALUE, o -> o.maxOrderValue = "27999.99");
    assertThat(refusal.reason())
        .isEqualTo("The order's value of 28000.00 is above the limit of 27999.99");
    assertThat(CanonicalJson.write(refusal.detail()))
        .isEqualTo("{\"control\":\"ORDER_VALUE\",\"limit\":27999.99,\"value\":28000}");
    passes(o -> o.maxOrderValue = null);
  }

  @Test
  void allWorkingOrdersTogetherAreLimited() {
    passes(
        o -> {
          o.openOrderValue = "72000";
          o.maxOpenOrderValue = "100000";
        });
    refused(
        RiskRejectCode.OPEN_ORDER_VALUE,
        o -> {
          o.openOrderValue = "72000.01";
          o.maxOpenOrderValue = "100000";
        });
    passes(
        o -> {
          o.openOrderValue = "999999999999";
          o.maxOpenOrderValue = null;
        });
  }

  @Test
  void aSaleForDeliveryNeedsTheShares() {
    Consumer<Orders> selling =
        o -> {
          o.side = Side.SELL;
          o.held = 10;
        };
    passes(selling);
    refused(RiskRejectCode.HOLDINGS, selling.andThen(o -> o.held = 9));
    refused(RiskRejectCode.HOLDINGS, selling.andThen(o -> o.openSales = 1));
    passes(selling.andThen(o -> o.held = 0).andThen(o -> o.product = Product.MIS));
    passes(selling.andThen(o -> o.held = 0).andThen(o -> o.product = Product.NRML));
  }

  @Test
  void aPositionIsLimitedInSharesOnBothSidesWithWorkingOrders() {
    Consumer<Orders> buying =
        o -> {
          o.maxPositionQuantity = 100L;
          o.held = 60;
          o.openBuys = 30;
        };
    passes(buying);
    refused(RiskRejectCode.POSITION_QUANTITY, buying.andThen(o -> o.openBuys = 31));
    Consumer<Orders> shorting =
        o -> {
          o.maxPositionQuantity = 100L;
          o.side = Side.SELL;
          o.product = Product.MIS;
          o.held = -60;
          o.openSales = 30;
        };
    passes(shorting);
    refused(RiskRejectCode.POSITION_QUANTITY, shorting.andThen(o -> o.openSales = 31));
  }

  @Test
  void aTooLargePositionMayAlwaysBeMadeSmaller() {
    passes(
        o -> {
          o.maxPositionQuantity = 5L;
          o.maxPositionValue = "1";
          o.side = Side.SELL;
          o.held = 1_000;
        });
    passes(
        o -> {
          o.maxPositionQuantity = 5L;
          o.maxPositionValue = "1";
          o.product = Product.MIS;
          o.held = -1_000;
        });
  }

  @Test
  void aPositionIsLimitedInRupeesAtTheWorstPrice() {
    passes(
        o -> {
          o.maxPositionValue = "280000";
          o.held = 90;
        });
    refused(
        RiskRejectCode.POSITION_VALUE,
        o -> {
          o.maxPositionValue = "280000";
          o.held = 91;
        });
    passes(
        o -> {
          o.maxPositionValue = null;
          o.maxPositionQuantity = null;
          o.held = 999_999_999;
        });
  }

  @Test
  void cashMustBeThereBeyondWhatIsBlocked() {
    passes(
        o -> {
          o.settled = "100000";
          o.blocked = "72000";
        });
    Refusal refusal =
        refused(
            RiskRejectCode.CASH,
            o -> {
              o.settled = "100000";
              o.blocked = "72000.01";
            });
    assertThat(refusal.reason())
        .isEqualTo("The order needs 28000.00 in cash; 27999.99 is available");
    passes(
        o -> {
          o.settled = "0";
          o.cashNeeded = "0";
        });
  }

  @Test
  void theFirstControlInOrderAnswers() {
    Refusal refusal =
        refused(
            RiskRejectCode.SESSION_CLOSED,
            o -> {
              o.phase = SessionPhase.CLOSED;
              o.quantity = 0;
              o.settled = "0";
              o.maxOrderValue = "1";
            });
    assertThat(refusal.code()).isEqualTo(2020);
  }

  @Test
  void codesAreUniqueAndOfTheRiskFamily() {
    assertThat(Arrays.stream(RiskRejectCode.values()).map(RiskRejectCode::number))
        .doesNotHaveDuplicates()
        .allMatch(n -> n > 2000 && n < 2400);
  }

  private void market(Orders o) {
    o.type = OrdType.MARKET;
    o.price = null;
  }

  private static void passes(Consumer<Orders> change) {
    Orders orders = new Orders();
    change.accept(orders);
    Refusal refusal = Controls.all().check(orders.order(), orders.rules());
    assertThat(refusal).isNull();
  }

  private static Refusal refused(RiskRejectCode code, Consumer<Orders> change) {
    Orders orders = new Orders();
    change.accept(orders);
    Refusal refusal = Controls.all().check(orders.order(), orders.rules());
    assertThat(refusal).as(code.name()).isNotNull();
    assertThat(refusal.code()).as(refusal.reason()).isEqualTo(code.number());
    assertThat(refusal.reason()).isNotBlank();
    // the audit trail must be able to spell it
    assertThat(CanonicalJson.write(refusal.detail())).contains("\"control\":\"" + code + "\"");
    return refusal;
  }
}
