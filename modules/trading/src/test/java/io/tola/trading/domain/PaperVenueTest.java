package io.tola.trading.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.Side;
import io.tola.trading.api.spi.ExecutionVenue.VenueFill;
import java.math.BigDecimal;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class PaperVenueTest {

  private final PaperVenue venue = new PaperVenue(BigDecimal.ONE, BigDecimal.ONE);
  private final Instrument reliance = Samples.instrument(Samples.RELIANCE);
  private final Quote quote =
      Samples.quote(Samples.RELIANCE, "99.95", 70, "100.05", 50, Samples.T0);

  private List<VenueFill> match(Side side, String worst, long leaves) {
    return venue.match(side, Price.of(worst), Quantity.of(leaves), reliance, quote);
  }

  @Example
  void marketableBuyGetsTheAskNotItsLimit() {
    assertThat(match(Side.BUY, "101.00", 10))
        .containsExactly(new VenueFill(Quantity.of(10), Price.of("100.05")));
  }

  @Example
  void marketableSaleGetsTheBid() {
    assertThat(match(Side.SELL, "99.00", 10))
        .containsExactly(new VenueFill(Quantity.of(10), Price.of("99.95")));
  }

  @Example
  void limitAtTheTouchIsMarketable() {
    assertThat(match(Side.BUY, "100.05", 1)).hasSize(1);
    assertThat(match(Side.SELL, "99.95", 1)).hasSize(1);
  }

  @Example
  void limitInsideTheSpreadTradesNothing() {
    assertThat(match(Side.BUY, "100.00", 10)).isEmpty();
    assertThat(match(Side.SELL, "100.00", 10)).isEmpty();
  }

  @Example
  void noMoreThanTheDisplayedSizeTrades() {
    assertThat(match(Side.BUY, "101.00", 80).get(0).quantity()).isEqualTo(Quantity.of(50));
    assertThat(match(Side.SELL, "99.00", 80).get(0).quantity()).isEqualTo(Quantity.of(70));
  }

  @Example
  void emptySideTradesNothing() {
    Quote oneSided = Samples.quote(Samples.RELIANCE, "99.95", 70, "100.05", 0, Samples.T0);
    assertThat(venue.match(Side.BUY, Price.of("101"), Quantity.of(1), reliance, oneSided))
        .isEmpty();
  }

  @Example
  void displayMultiplierScalesTheDisplayedSize() {
    PaperVenue half = new PaperVenue(BigDecimal.ONE, new BigDecimal("0.5"));
    assertThat(half.match(Side.BUY, Price.of("101"), Quantity.of(80), reliance, quote))
        .containsExactly(new VenueFill(Quantity.of(25), Price.of("100.05")));
  }

  @Example
  void onlyWholeLotsTrade() {
    Instrument lots = Samples.instrument(Samples.RELIANCE, 20);
    assertThat(venue.match(Side.BUY, Price.of("101"), Quantity.of(80), lots, quote))
        .containsExactly(new VenueFill(Quantity.of(40), Price.of("100.05")));
  }

  @Example
  void marketProtectionIsRoundedTowardsTheTouch() {
    // 100.05 × 1.01 = 101.0505 → 101.05; 99.95 × 0.99 = 98.9505 → 99.00
    assertThat(venue.worstPrice(Side.BUY, OrdType.MARKET, null, null, reliance, quote))
        .isEqualTo(Price.of("101.05"));
    assertThat(venue.worstPrice(Side.SELL, OrdType.MARKET, null, null, reliance, quote))
        .isEqualTo(Price.of("99.00"));
  }

  @Example
  void marketOrderWithoutAQuoteHasNoWorstPrice() {
    assertThat(venue.worstPrice(Side.BUY, OrdType.MARKET, null, null, reliance, null)).isNull();
  }

  @Example
  void limitIsItsOwnWorstPriceWithOrWithoutAQuote() {
    assertThat(venue.worstPrice(Side.BUY, OrdType.LIMIT, Price.of("90"), null, reliance, null))
        .isEqualTo(Price.of("90"));
    assertThat(venue.worstPrice(Side.BUY, OrdType.LIMIT, Price.of("90"), null, reliance, quote))
        .isEqualTo(Price.of("90"));
  }

  @Example
  void senselessSettingsAreRefused() {
    assertThatThrownBy(() -> new PaperVenue(new BigDecimal("100"), BigDecimal.ONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PaperVenue(BigDecimal.ONE, BigDecimal.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Property
  void protectionIsOnTheGridWithinThePercentageAndNeverInsideTheTouch(
      @ForAll @IntRange(min = 100, max = 200_000) int bidTicks,
      @ForAll @IntRange(max = 200) int spreadTicks,
      @ForAll @IntRange(max = 9_999) int protectionBp) {
    BigDecimal tick = reliance.tickSize();
    BigDecimal bid = tick.multiply(BigDecimal.valueOf(bidTicks));
    BigDecimal ask = bid.add(tick.multiply(BigDecimal.valueOf(spreadTicks)));
    Quote any =
        Samples.quote(Samples.RELIANCE, bid.toPlainString(), 1, ask.toPlainString(), 1, Samples.T0);
    BigDecimal pct = BigDecimal.valueOf(protectionBp, 2);
    PaperVenue protecting = new PaperVenue(pct, BigDecimal.ONE);

    Price buy = protecting.worstPrice(Side.BUY, OrdType.MARKET, null, null, reliance, any);
    assertThat(buy.isOnGrid(tick)).isTrue();
    assertThat(buy.value()).isBetween(ask, ask.multiply(BigDecimal.ONE.add(pct.movePointLeft(2))));
    Price sale = protecting.worstPrice(Side.SELL, OrdType.MARKET, null, null, reliance, any);
    assertThat(sale.isOnGrid(tick)).isTrue();
    assertThat(sale.value())
        .isBetween(bid.multiply(BigDecimal.ONE.subtract(pct.movePointLeft(2))), bid);
  }

  @Example
  void stopOfMarketKindIsProtectedFromItsTrigger() {
    Price trigger = Price.of("200.00");
    assertThat(venue.worstPrice(Side.BUY, OrdType.SL_M, null, trigger, reliance, null))
        .isEqualTo(Price.of("202.00"));
    assertThat(venue.worstPrice(Side.SELL, OrdType.SL_M, null, trigger, reliance, quote))
        .isEqualTo(Price.of("198.00"));
    assertThat(venue.worstPrice(Side.BUY, OrdType.SL, Price.of("201.00"), trigger, reliance, quote))
        .isEqualTo(Price.of("201.00"));
  }
}
