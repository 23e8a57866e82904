package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.Side;
import io.tola.trading.domain.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuoteSweepTest {

  private static final TradingFixture FIXTURE = new TradingFixture();

  private final List<Command> sent = new ArrayList<>();
  private QuoteSweep sweep;

  @BeforeEach
  void reset() {
    FIXTURE.reset();
    sweep =
        new QuoteSweep(
            FIXTURE.orders, FIXTURE.market, sent::add, Duration.ofMillis(50), Thread::new);
    FIXTURE.market.onQuotes(sweep);
    FIXTURE.quote("99.95", 100, "100.05", 100);
    sweep.sweep();
  }

  private void lanes() throws Exception {
    FIXTURE.batch(sent);
    sent.clear();
  }

  @Test
  void onlyOrdersThatTheMarketCrossedAreSent() throws Exception {
    OrderView buy = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "100.00"));
    OrderView deep = FIXTURE.placed(Samples.limit("c-2", Side.BUY, 10, "90.00"));
    OrderView sale = FIXTURE.placed(Samples.limit("c-3", Side.SELL, 10, "110.00"));
    FIXTURE.quote("99.90", 100, "99.95", 100);
    assertThat(sweep.sweep()).isEqualTo(1);
    lanes();
    assertThat(FIXTURE.stored(buy.orderId()).status()).isEqualTo(OrdStatus.FILLED);
    assertThat(FIXTURE.stored(deep.orderId()).status()).isEqualTo(OrdStatus.NEW);
    assertThat(FIXTURE.stored(sale.orderId()).status()).isEqualTo(OrdStatus.NEW);
    FIXTURE.quote("110.05", 100, "110.10", 100);
    assertThat(sweep.sweep()).isEqualTo(1);
    lanes();
    assertThat(FIXTURE.stored(sale.orderId()).status()).isEqualTo(OrdStatus.FILLED);
  }

  @Test
  void crossThatLastedLessThanAnIntervalIsNotMissed() throws Exception {
    OrderView buy = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "100.00"));
    FIXTURE.quote("99.80", 100, "99.85", 100);
    FIXTURE.quote("100.95", 100, "101.00", 100);
    assertThat(sweep.sweep()).isEqualTo(1);
    lanes();
    assertThat(FIXTURE.stored(buy.orderId()).averagePrice()).isEqualByComparingTo("99.85");
  }

  @Test
  void orderInFlightIsNotSentTwice() throws Exception {
    FIXTURE.placed(Samples.limit("c-1", Side.BUY, 300, "100.00"));
    FIXTURE.quote("99.90", 100, "99.95", 100);
    assertThat(sweep.sweep()).isEqualTo(1);
    FIXTURE.quote("99.90", 100, "99.95", 100);
    assertThat(sweep.sweep()).isZero();
    lanes();
    FIXTURE.quote("99.90", 100, "99.95", 100);
    assertThat(sweep.sweep()).isEqualTo(1);
  }

  @Test
  void partlyFilledOrderWaitsForTheNextQuoteAlsoAfterARestart() throws Exception {
    OrderView buy = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 300, "100.00"));
    var cross = FIXTURE.quote("99.90", 100, "99.95", 100);
    sweep.sweep();
    lanes();
    QuoteSweep restarted =
        new QuoteSweep(
            FIXTURE.orders, FIXTURE.market, sent::add, Duration.ofMillis(50), Thread::new);
    restarted.changed(List.of(cross));
    assertThat(restarted.sweep()).isZero();
    restarted.changed(List.of(FIXTURE.quote("99.90", 100, "99.95", 100)));
    assertThat(restarted.sweep()).isEqualTo(1);
    lanes();
    assertThat(FIXTURE.stored(buy.orderId()).filledQuantity().value()).isEqualTo(200);
  }

  @Test
  void sessionEndSendsWhatStillWorksOnceTheMarketHasClosed() throws Exception {
    OrderView buy = FIXTURE.placed(Samples.limit("c-1", Side.BUY, 10, "100.00"));
    FIXTURE.placed(Samples.market("c-2", Side.BUY, 10));
    SessionEnd end = new SessionEnd(FIXTURE.orders, FIXTURE.market, sent::add);
    assertThat(end.expire()).isZero();
    FIXTURE.market.phase = io.tola.market.api.SessionPhase.CLOSED;
    assertThat(end.expire()).isEqualTo(1);
    lanes();
    assertThat(FIXTURE.stored(buy.orderId()).status()).isEqualTo(OrdStatus.EXPIRED);
    assertThat(end.expire()).isZero();
  }
}
