package io.tola.trading.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Ids;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import io.tola.trading.api.AccountMode;
import io.tola.trading.api.CancelAll;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.Product;
import io.tola.trading.api.RejectCode;
import io.tola.trading.api.ReplaceOrder;
import io.tola.trading.api.Side;
import io.tola.trading.api.TradingMode;
import io.tola.trading.api.Validity;
import io.tola.trading.api.spi.ExecutionVenue;
import io.tola.trading.api.spi.LiveVenue;
import io.tola.trading.domain.PaperVenue;
import io.tola.trading.domain.Samples;
import io.tola.trading.store.ControlStore;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** An account's orders reach the venue of its mode and nothing else. */
class VenueSeparationTest {

  private static final int REQUESTS = 100_000;
  private static final int A_BATCH = 1_000;

  private static final TradingFixture FIXTURE = new TradingFixture();

  /** The paper venue, noting for which account's lane it was asked. */
  private static final class Watched implements ExecutionVenue {
    private final PaperVenue paper = new PaperVenue(BigDecimal.ONE, BigDecimal.ONE);
    private TradingMode inHand = TradingMode.PAPER;
    private long asked;

    private void note() {
      asked++;
      assertThat(inHand).isEqualTo(TradingMode.PAPER);
    }

    @Override
    public String name() {
      return paper.name();
    }

    @Override
    public Price worstPrice(
        Side side, OrdType type, Price limit, Price trigger, Instrument instrument, Quote quote) {
      note();
      return paper.worstPrice(side, type, limit, trigger, instrument, quote);
    }

    @Override
    public List<VenueFill> match(
        Side side, Price worst, Quantity leaves, Instrument instrument, Quote quote) {
      note();
      return paper.match(side, worst, leaves, instrument, quote);
    }
  }

  private final Watched venue = new Watched();
  private final BatchProcessor processor =
      new BatchProcessor(
          FIXTURE.transactions,
          FIXTURE.transactions.dataSource(),
          new TestBook(FIXTURE.transactions.dataSource()),
          FIXTURE.controls,
          entries -> {},
          FIXTURE.market,
          new VenueGate(venue),
          FIXTURE.orders,
          new SquareOffTime(LocalTime.of(15, 10), () -> false),
          FIXTURE.clock,
          Duration.ofMinutes(1));

  @Test
  void noneOfManyGeneratedRequestsReachesAVenueThatIsNotItsAccounts() throws Exception {
    FIXTURE.reset();
    ControlStore controls = new ControlStore(FIXTURE.transactions.dataSource());
    SplittableRandom random = new SplittableRandom(20261121);
    List<UUID> orders = new ArrayList<>(List.of(Ids.next()));
    int sent = 0;
    int refused = 0;
    int traded = 0;
    for (int batch = 0; sent < REQUESTS; batch++) {
      TradingMode mode = TradingMode.values()[batch % 3];
      controls.setMode(new AccountMode(Samples.ACCOUNT, mode, "admin", FIXTURE.time.get()));
      FIXTURE.quote("99.95", 100, "100.05", 100);
      List<Command> commands = new ArrayList<>(A_BATCH);
      for (int i = 0; i < A_BATCH; i++) {
        commands.add(request(random, batch + "-" + i, orders));
      }
      venue.inHand = mode;
      processor.process(commands);
      sent += A_BATCH;
      for (Command command : commands) {
        command.acknowledge();
        if (command instanceof Command.Place place
            && place.answer().get() instanceof PlaceOutcome.Placed placed) {
          Integer code = placed.order().rejectCode();
          if (mode == TradingMode.PAPER) {
            assertThat(code).isNull();
            traded += placed.order().filledQuantity().isPositive() ? 1 : 0;
          } else {
            assertThat(code)
                .isEqualTo(
                    (mode == TradingMode.LIVE
                            ? RejectCode.LIVE_VENUE_NOT_CONNECTED
                            : RejectCode.ACCOUNT_NOT_TRADING)
                        .number());
            assertThat(placed.order().filledQuantity()).isEqualTo(Quantity.ZERO);
            refused++;
          }
          if (orders.size() < 2_000) {
            orders.add(placed.order().orderId());
          } else {
            orders.set(random.nextInt(orders.size()), placed.order().orderId());
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(REQUESTS / 4);
    assertThat(traded).isGreaterThan(1_000);
    assertThat(venue.asked).isPositive();
  }

  private static Command request(SplittableRandom random, String id, List<UUID> orders) {
    AccountId account = Samples.ACCOUNT;
    UUID order = orders.get(random.nextInt(orders.size()));
    int kind = random.nextInt(20);
    if (kind == 0) {
      return new Command.Cancel(new CancelOrder(order, account, "trader1"));
    }
    if (kind == 1) {
      return new Command.Replace(
          new ReplaceOrder(
              order,
              account,
              new ClOrdID("r-" + id),
              random.nextBoolean() ? Quantity.of(1L + random.nextInt(50)) : null,
              price(random, random.nextInt(3) > 0),
              price(random, random.nextInt(8) == 0),
              "trader1"));
    }
    if (kind == 2 && random.nextInt(50) == 0) {
      return new Command.CancelMany(new CancelAll(account, null, null, "trader1"), 500);
    }
    OrdType type = OrdType.values()[random.nextInt(4)];
    boolean limited = type == OrdType.LIMIT || type == OrdType.SL;
    Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
    PlaceOrder request =
        new PlaceOrder(
            new ClOrdID("c-" + id),
            account,
            Samples.RELIANCE,
            side,
            type,
            Quantity.of(1L + random.nextInt(50)),
            limited ? price(random, true) : null,
            type == OrdType.SL || type == OrdType.SL_M ? price(random, true) : null,
            Product.values()[random.nextInt(3)],
            random.nextInt(3) == 0 ? Validity.DAY : Validity.IOC,
            random.nextBoolean() ? "algo" : null,
            "trader1");
    return new Command.Place(Ids.next(), request, Samples.instrument(Samples.RELIANCE));
  }

  private static Price price(SplittableRandom random, boolean given) {
    return given ? new Price(BigDecimal.valueOf(9_900L + 5L * random.nextInt(40), 2)) : null;
  }

  /** No way leads from what does orders to a live venue: nothing that it holds holds one. */
  @Test
  void nothingThatTheProcessorHoldsCanHoldALiveVenue() throws Exception {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> open = new ArrayDeque<>(List.of(processor));
    while (!open.isEmpty()) {
      Object at = open.pop();
      if (!seen.add(at) || !at.getClass().getName().startsWith("io.tola.trading.")) {
        continue;
      }
      assertThat(at).isNotInstanceOf(LiveVenue.class);
      for (Class<?> type = at.getClass(); type != null; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          assertThat(LiveVenue.class.isAssignableFrom(field.getType()))
              .as(field.toString())
              .isFalse();
          if (!Modifier.isStatic(field.getModifiers())
              && !field.getType().isPrimitive()
              && type.getName().startsWith("io.tola.trading.")) {
            field.setAccessible(true);
            Object value = field.get(at);
            if (value != null) {
              open.push(value);
            }
          }
        }
      }
    }
    assertThat(seen).hasSizeGreaterThan(5);
  }
}
