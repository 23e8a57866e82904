package io.tola.gateway.jms;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.gateway.security.Caller;
import io.tola.gateway.security.RateBucket;
import io.tola.kernel.AccountId;
import io.tola.kernel.Quantity;
import io.tola.kernel.Role;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.CancelOrder;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.OrderDesk;
import io.tola.trading.api.OrderView;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.PlaceOutcome;
import io.tola.trading.api.ReplaceOrder;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OrderBatchTest {

  private static final AccountId ACCOUNT = AccountId.parse("01900000-0000-7000-8000-000000000001");
  private static final AccountId OTHER = AccountId.parse("01900000-0000-7000-8000-000000000002");
  private static final UUID ORDER = UUID.fromString("01900000-0000-7000-8000-00000000000a");

  private final Map<String, OrderView> stored = new HashMap<>();
  private final List<String> calls = new ArrayList<>();
  private final List<Long> pauses = new ArrayList<>();
  private Function<PlaceOrder, PlaceOutcome> outcome = this::place;
  private RuntimeException cancelFailure;
  private boolean closing;

  private final OrderDesk desk =
      (OrderDesk)
          Proxy.newProxyInstance(
              OrderDesk.class.getClassLoader(),
              new Class<?>[] {OrderDesk.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "placeAll" -> {
                      List<PlaceOutcome> outcomes = new ArrayList<>();
                      try {
                        for (Object order : (List<?>) arguments[0]) {
                          calls.add("place " + ((PlaceOrder) order).clOrdId());
                          outcomes.add(outcome.apply((PlaceOrder) order));
                        }
                        yield CompletableFuture.completedFuture(outcomes);
                      } catch (RuntimeException e) {
                        yield CompletableFuture.failedFuture(e);
                      }
                    }
                    case "cancel" -> {
                      calls.add("cancel " + ((CancelOrder) arguments[0]).orderId());
                      yield cancelFailure == null
                          ? CompletableFuture.completedFuture(view("canceled", OrdStatus.CANCELED))
                          : CompletableFuture.failedFuture(cancelFailure);
                    }
                    case "replace" -> {
                      ReplaceOrder replace = (ReplaceOrder) arguments[0];
                      calls.add("replace " + replace.orderId() + " to " + replace.quantity());
                      assertThat(replace.accountId()).isEqualTo(ACCOUNT);
                      yield CompletableFuture.completedFuture(view("replaced", OrdStatus.NEW));
                    }
                    case "order" -> Optional.of(view("found", OrdStatus.NEW));
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private PlaceOutcome place(PlaceOrder order) {
    OrderView before = stored.get(order.clOrdId().value());
    if (before != null) {
      return new PlaceOutcome.Repeated(before);
    }
    OrderView placed = view(order.clOrdId().value(), OrdStatus.FILLED);
    stored.put(order.clOrdId().value(), placed);
    return new PlaceOutcome.Placed(placed);
  }

  private static OrderView view(String id, OrdStatus status) {
    return new OrderView(
        ORDER,
        new io.tola.kernel.ClOrdID(id),
        ACCOUNT,
        new io.tola.kernel.Symbol("ITC"),
        io.tola.trading.api.Side.BUY,
        io.tola.trading.api.OrdType.MARKET,
        Quantity.of(1),
        null,
        null,
        io.tola.trading.api.Product.CNC,
        io.tola.trading.api.Validity.DAY,
        null,
        status,
        Quantity.of(1),
        Quantity.of(0),
        null,
        null,
        null,
        null,
        Instant.EPOCH,
        Instant.EPOCH);
  }

  private static Caller trader(String name) {
    Set<AccountId> accounts = name.equals("trader2") ? Set.of(ACCOUNT, OTHER) : Set.of(ACCOUNT);
    return new Caller(name, Set.of(Role.TRADER), accounts, new RateBucket(1, 1, 0));
  }

  private boolean settle(OrderTask... tasks) throws InterruptedException {
    return new OrderBatch(
            desk,
            name ->
                name.startsWith("trader")
                    ? trader(name)
                    : name.equals("viewer")
                        ? new Caller(name, Set.of(Role.VIEWER), Set.of(), new RateBucket(1, 1, 0))
                        : null,
            time -> {
              pauses.add(time.toMillis());
              return !closing;
            })
        .settle(List.of(tasks));
  }

  private static OrderTask message(String action, String body) {
    return new OrderTask(
        "ID:" + body.length(), action, body.getBytes(StandardCharsets.UTF_8), "trader1");
  }

  private static OrderTask order(String id) {
    return message(
        "place",
        "{\"client_order_id\":\""
            + id
            + "\",\"symbol\":\"ITC\",\"side\":\"BUY\",\"order_type\":\"MARKET\",\"quantity\":1,"
            + "\"product\":\"CNC\"}");
  }

  @Test
  void ordersAreAnsweredAsRestAnswersThemAndARedeliveryWithTheStoredOutcome() throws Exception {
    OrderTask first = order("a");
    OrderTask again = order("a");

    assertThat(settle(first, again)).isTrue();

    assertThat(first.answer().status()).isEqualTo(201);
    assertThat(first.answer().body()).contains("\"client_order_id\":\"a\"").contains("FILLED");
    assertThat(again.answer().status()).isEqualTo(200);
    assertThat(again.answer().body()).isEqualTo(first.answer().body());
    assertThat(first.deadReason()).isNull();
  }

  @Test
  void theDeskIsAskedInTheOrderOfTheQueue() throws Exception {
    settle(
        order("a"), order("b"), message("cancel", "{\"order_id\":\"" + ORDER + "\"}"), order("c"));

    assertThat(calls).containsExactly("place a", "place b", "cancel " + ORDER, "place c");
  }

  @Test
  void aReplaceReachesTheDeskWithTheAccountOfTheOrder() throws Exception {
    String terms = "{\"client_order_id\":\"r\",\"order_id\":\"" + ORDER + "\",\"quantity\":5}";
    OrderTask own = message("replace", terms);
    OrderTask ofSeveral =
        new OrderTask("ID:2", "replace", terms.getBytes(StandardCharsets.UTF_8), "trader2");

    settle(order("a"), own, ofSeveral);

    assertThat(calls)
        .containsExactly("place a", "replace " + ORDER + " to 5", "replace " + ORDER + " to 5");
    assertThat(own.answer().status()).isEqualTo(200);
    assertThat(own.answer().body()).contains("replaced");
    assertThat(ofSeveral.answer().status()).isEqualTo(200);
  }

  @Test
  void aRefusalIsAnAnswerAndNoDeadLetter() throws Exception {
    cancelFailure = new ProblemException(ProblemCode.ORDER_NOT_CANCELABLE, "It is filled.");
    OrderTask cancel = message("cancel", "{\"order_id\":\"" + ORDER + "\"}");

    settle(cancel);

    assertThat(cancel.answer().status()).isEqualTo(409);
    assertThat(cancel.answer().problem()).isTrue();
    assertThat(cancel.answer().body()).contains("\"trace_id\":\"ID:");
    assertThat(cancel.deadReason()).isNull();
  }

  @Test
  void whatCannotBeUnderstoodIsADeadLetterAtOnceAndItsNeighboursPass() throws Exception {
    OrderTask good = order("good");
    OrderTask[] bad = {
      message("place", "this is not JSON"),
      message("place", ""),
      message("place", "{\"symbol\":\"ITC\"}"),
      message("steal", "{}"),
      message(null, "{}"),
      message("place", "x".repeat(10_000_000)),
      message("cancel", "{\"order_id\":\"1\"}"),
      message("cancel", "{\"order_id\":\"" + ORDER + "\",\"symbol\":\"ITC\"}"),
      message("replace", "{\"order_id\":\"" + ORDER + "\"}"),
      message("replace", "{\"client_order_id\":\"r\",\"quantity\":5}"),
      message("replace", "{\"client_order_id\":\"r\",\"order_id\":\"" + ORDER + "\"}"),
      new OrderTask("ID:v", "place", order("v").body(), "viewer"),
      new OrderTask("ID:n", "place", order("n").body(), "nobody"),
      new OrderTask("ID:u", "place", order("u").body(), null),
    };
    List<OrderTask> all = new ArrayList<>(List.of(bad));
    all.add(6, good);

    settle(all.toArray(OrderTask[]::new));

    for (OrderTask task : bad) {
      assertThat(task.deadReason()).as(task.action()).isNotBlank();
      assertThat(task.answer().problem()).isTrue();
      assertThat(task.answer().status()).isBetween(400, 499);
    }
    assertThat(bad[2].deadReason()).contains("client_order_id");
    assertThat(bad[3].deadReason()).contains("place, replace, cancel");
    assertThat(bad[5].deadReason()).contains("131072");
    assertThat(good.answer().status()).isEqualTo(201);
    assertThat(stored).containsOnlyKeys("good");
    assertThat(pauses).isEmpty();
  }

  @Test
  void noServiceIsWaitedForAtAGrowingDistanceAndNothingIsLost() throws Exception {
    int[] attempts = new int[1];
    outcome =
        order ->
            attempts[0]++ < 9
                ? new PlaceOutcome.Failed(
                    new ProblemException(ProblemCode.DATABASE_UNAVAILABLE, "away"))
                : place(order);
    OrderTask task = order("a");

    assertThat(settle(task)).isTrue();

    assertThat(task.answer().status()).isEqualTo(201);
    assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L, 5000L);
  }

  @Test
  void aDoorThatClosesWhileWaitingSettlesNothing() throws Exception {
    outcome =
        order ->
            new PlaceOutcome.Failed(new ProblemException(ProblemCode.PIPELINE_FULL, "queue full"));
    closing = true;
    OrderTask task = order("a");

    assertThat(settle(task)).isFalse();

    assertThat(task.isSettled()).isFalse();
  }

  @Test
  void anOrderThatBreaksSomethingIsTriedThreeTimesAndItsNeighboursDontPay() throws Exception {
    outcome =
        order -> {
          if (order.clOrdId().value().equals("culprit")) {
            throw new IllegalStateException("a defect");
          }
          return place(order);
        };
    OrderTask before = order("before");
    OrderTask culprit = order("culprit");
    OrderTask after = order("after");

    assertThat(settle(before, culprit, after)).isTrue();

    assertThat(before.answer().status()).isIn(200, 201);
    assertThat(after.answer().status()).isEqualTo(201);
    assertThat(culprit.answer().status()).isEqualTo(500);
    assertThat(culprit.deadReason()).contains("3 times");
    assertThat(pauses).hasSize(2);
  }
}
