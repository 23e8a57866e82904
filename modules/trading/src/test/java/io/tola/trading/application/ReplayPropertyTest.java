package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.market.api.Quote;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import io.tola.trading.domain.Samples;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;

/** Whole days of requests against real PostgreSQL, beside an oracle that is slow and obvious. */
class ReplayPropertyTest {

  private static final TradingFixture FIXTURE = new TradingFixture();

  /**
   * One thing that happens. Prices are in ticks of 5 paise.
   *
   * @param kind 0 to 5 place, 6 cancel, 7 to 9 quote
   * @param number which order: its client id when placed, which one when canceled
   * @param tick limit of an order, ask of a quote
   */
  record Step(
      int kind, int number, boolean buy, int quantity, int tick, boolean market, boolean ioc) {

    boolean isPlace() {
      return kind < 6;
    }

    boolean isCancel() {
      return kind == 6;
    }

    PlaceOrder order() {
      return Samples.order(
          "c-" + number,
          Samples.ACCOUNT,
          buy ? Side.BUY : Side.SELL,
          market ? OrdType.MARKET : OrdType.LIMIT,
          quantity,
          market ? null : price(tick),
          ioc ? Validity.IOC : Validity.DAY);
    }
  }

  static String price(int tick) {
    return new BigDecimal("0.05").multiply(BigDecimal.valueOf(tick)).toPlainString();
  }

  @Provide
  Arbitrary<List<Step>> days() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 9),
            Arbitraries.integers().between(0, 11),
            Arbitraries.of(true, false),
            Arbitraries.integers().between(1, 60),
            Arbitraries.integers().between(1_995, 2_005),
            Arbitraries.of(true, false, false),
            Arbitraries.of(true, false, false))
        .as(Step::new)
        .list()
        .ofMinSize(4)
        .ofMaxSize(24);
  }

  /** An order as anybody would write it down on paper; prices in ticks. */
  private static final class PaperOrder {
    final Step step;
    final int worst;
    final List<int[]> fills = new ArrayList<>();
    String end;
    int reports = 1;
    int lastQuote;

    PaperOrder(Step step, int worst, int lastQuote) {
      this.step = step;
      this.worst = worst;
      this.lastQuote = lastQuote;
    }

    int filled() {
      return fills.stream().mapToInt(f -> f[0]).sum();
    }

    boolean working() {
      return end == null && filled() < step.quantity();
    }

    void offer(int quoteNumber, int bid, int ask, int size) {
      int touch = step.buy() ? ask : bid;
      boolean crosses = step.buy() ? touch <= worst : touch >= worst;
      if (working() && crosses && quoteNumber > lastQuote) {
        fills.add(new int[] {Math.min(size, step.quantity() - filled()), touch});
        reports++;
      }
      lastQuote = Math.max(lastQuote, quoteNumber);
    }

    void end(String why) {
      end = why;
      reports++;
    }

    OrdStatus status() {
      if (filled() == step.quantity()) {
        return OrdStatus.FILLED;
      }
      if (end != null) {
        return OrdStatus.CANCELED;
      }
      return fills.isEmpty() ? OrdStatus.NEW : OrdStatus.PARTIALLY_FILLED;
    }

    BigDecimal average() {
      if (fills.isEmpty()) {
        return null;
      }
      BigDecimal value = BigDecimal.ZERO;
      for (int[] fill : fills) {
        value = value.add(new BigDecimal(price(fill[1])).multiply(BigDecimal.valueOf(fill[0])));
      }
      return value.divide(BigDecimal.valueOf(filled()), 6, RoundingMode.HALF_EVEN);
    }
  }

  /** The market and all orders on paper. */
  private static final class NaiveExchange {
    final Map<Integer, PaperOrder> orders = new LinkedHashMap<>();
    int quotes;
    int bid;
    int ask;
    int size;

    void quote(int newAsk, int newSize) {
      quotes++;
      ask = newAsk;
      bid = newAsk - 2;
      size = newSize;
      orders.values().forEach(o -> o.offer(quotes, bid, ask, size));
    }

    void place(Step step) {
      if (orders.containsKey(step.number())) {
        return;
      }
      int worst = step.tick();
      if (step.market()) {
        // One per cent, rounded towards the touch.
        worst = step.buy() ? ask * 101 / 100 : (bid * 99 + 99) / 100;
      }
      PaperOrder order = new PaperOrder(step, worst, quotes - 1);
      orders.put(step.number(), order);
      order.offer(quotes, bid, ask, size);
      if (order.working() && step.ioc()) {
        order.end("ioc");
      }
    }

    void cancel(int number) {
      PaperOrder order = orders.get(number);
      if (order != null && order.working()) {
        order.end("client");
      }
    }
  }

  @Property(tries = 60, shrinking = ShrinkingMode.BOUNDED)
  void anyDayEndsAsOnPaperAndReplayingAnyPrefixChangesNothing(
      @ForAll("days") List<Step> day,
      @ForAll @IntRange(min = 1, max = 6) int batchSize,
      @ForAll @IntRange(max = 24) int prefix)
      throws Exception {
    FIXTURE.reset();
    NaiveExchange paper = new NaiveExchange();
    Map<Integer, OrderView> placed = new LinkedHashMap<>();
    FIXTURE.quote(price(1_998), 40, price(2_000), 40);
    paper.quote(2_000, 40);

    run(day, batchSize, paper, placed);
    agree(paper, placed);

    String before = FIXTURE.everything();
    List<Step> again =
        day.subList(0, Math.min(prefix, day.size())).stream().filter(s -> s.kind() < 7).toList();
    // A cancel that came before its order was placed would now find it: that is a new request.
    Map<Integer, OrderView> known = new LinkedHashMap<>();
    for (Step step : again) {
      if (step.isPlace()) {
        PlaceOutcome outcome = FIXTURE.outcome(step.order());
        if (outcome instanceof PlaceOutcome.Repeated repeated) {
          known.put(step.number(), repeated.order());
          assertThat(repeated.order())
              .isEqualTo(FIXTURE.stored(placed.get(step.number()).orderId()));
        } else {
          assertThat(outcome).isInstanceOf(PlaceOutcome.Failed.class);
        }
      } else if (known.containsKey(step.number()) && !paper.orders.get(step.number()).working()) {
        FIXTURE.batch(List.of(FIXTURE.cancel(known.get(step.number()).orderId())));
      }
    }
    assertThat(FIXTURE.everything()).isEqualTo(before);
  }

  private static void run(
      List<Step> day, int batchSize, NaiveExchange paper, Map<Integer, OrderView> placed)
      throws Exception {
    List<Command> batch = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    for (Step step : day) {
      if (step.kind() >= 7) {
        flush(batch, steps, placed);
        Quote quote =
            FIXTURE.quote(
                price(step.tick() - 2), step.quantity(), price(step.tick()), step.quantity());
        paper.quote(step.tick(), step.quantity());
        List<Command> matches = new ArrayList<>();
        for (OrderView order : placed.values()) {
          matches.add(FIXTURE.match(order, quote));
          // Told twice, as after a restart of the sweep.
          matches.add(FIXTURE.match(order, quote));
        }
        FIXTURE.batch(matches);
        continue;
      }
      if (step.isPlace()) {
        batch.add(FIXTURE.place(step.order()));
        paper.place(step);
      } else {
        // The client learns the id from the answer, so the order's batch has to be over.
        flush(batch, steps, placed);
        if (placed.containsKey(step.number())) {
          batch.add(FIXTURE.cancel(placed.get(step.number()).orderId()));
          paper.cancel(step.number());
        } else {
          continue;
        }
      }
      steps.add(step);
      if (batch.size() >= batchSize) {
        flush(batch, steps, placed);
      }
    }
    flush(batch, steps, placed);
  }

  private static void flush(List<Command> batch, List<Step> steps, Map<Integer, OrderView> placed)
      throws Exception {
    FIXTURE.batch(batch);
    for (int i = 0; i < batch.size(); i++) {
      if (batch.get(i) instanceof Command.Place place
          && place.answer().get() instanceof PlaceOutcome.Placed stored) {
        placed.put(steps.get(i).number(), stored.order());
      }
    }
    batch.clear();
    steps.clear();
  }

  private static void agree(NaiveExchange paper, Map<Integer, OrderView> placed) {
    assertThat(placed.keySet()).isEqualTo(paper.orders.keySet());
    long shares = 0;
    BigDecimal cash = new BigDecimal(TradingFixture.CASH);
    for (Map.Entry<Integer, PaperOrder> e : paper.orders.entrySet()) {
      PaperOrder expected = e.getValue();
      UUID id = placed.get(e.getKey()).orderId();
      OrderView order = FIXTURE.stored(id);
      assertThat(order.status()).isEqualTo(expected.status());
      assertThat(order.filledQuantity().value()).isEqualTo(expected.filled());
      assertThat(order.leavesQuantity().value())
          .isEqualTo(
              expected.status().working() ? expected.step.quantity() - expected.filled() : 0);
      if (expected.average() == null) {
        assertThat(order.averagePrice()).isNull();
      } else {
        assertThat(order.averagePrice()).isEqualByComparingTo(expected.average());
      }
      var reports = FIXTURE.executions.ofOrder(id);
      assertThat(reports).hasSize(expected.reports);
      long cum = 0;
      for (var report : reports) {
        assertThat(report.cumQuantity().value()).isEqualTo(cum + report.lastQuantity().value());
        cum = report.cumQuantity().value();
      }
      int sign = expected.step.buy() ? 1 : -1;
      for (int[] fill : expected.fills) {
        shares += (long) sign * fill[0];
        cash =
            cash.subtract(
                new BigDecimal(price(fill[1])).multiply(BigDecimal.valueOf((long) sign * fill[0])));
      }
    }
    assertThat(
            FIXTURE.rows(
                "SELECT shares || ' ' || cash::numeric(20,2) FROM book_accounts ORDER BY account_id"
                    + " LIMIT 1"))
        .containsExactly(shares + " " + cash.setScale(2));
  }
}
