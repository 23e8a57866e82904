package io.tola.gateway.rest.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.gateway.json.Fields;
import io.tola.gateway.json.Json;
import io.tola.gateway.security.Caller;
import io.tola.gateway.security.RateBucket;
import io.tola.kernel.AccountId;
import io.tola.kernel.ClOrdID;
import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.kernel.Role;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.OrdType;
import io.tola.trading.api.PlaceOrder;
import io.tola.trading.api.Product;
import io.tola.trading.api.Side;
import io.tola.trading.api.Validity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class OrderFormTest {

  private static final AccountId MINE = AccountId.parse("01900000-0000-7000-8000-000000000001");
  private static final AccountId ALSO_MINE =
      AccountId.parse("01900000-0000-7000-8000-000000000002");
  private static final AccountId THEIRS = AccountId.parse("01900000-0000-7000-8000-000000000003");
  private static final String SQL = "x'; DROP TABLE orders; --";

  private static Caller caller(AccountId... accounts) {
    return new Caller(
        "trader1", Set.of(Role.TRADER), Set.of(accounts), new RateBucket(1, 1, System.nanoTime()));
  }

  private static ObjectNode limit() {
    return Json.mapper()
        .createObjectNode()
        .put("client_order_id", "c-1")
        .put("symbol", "RELIANCE")
        .put("side", "BUY")
        .put("order_type", "LIMIT")
        .put("quantity", 10)
        .put("price", 2831.4)
        .put("product", "CNC");
  }

  @Test
  void aWholeOrderIsReadAsItStands() {
    String body =
        "{\"client_order_id\":\"c-1\",\"account_id\":\""
            + MINE
            + "\",\"symbol\":\"M&M\",\"side\":\"SELL\",\"order_type\":\"SL\",\"quantity\":10,"
            + "\"price\":2831.40,\"trigger_price\":2832,\"product\":\"MIS\",\"validity\":\"IOC\","
            + "\"tag\":\"algo-7\"}";
    PlaceOrder order = read(body, caller(MINE, ALSO_MINE), null);

    assertThat(order.clOrdId()).isEqualTo(new ClOrdID("c-1"));
    assertThat(order.accountId()).isEqualTo(MINE);
    assertThat(order.symbol().value()).isEqualTo("M&M");
    assertThat(order.side()).isEqualTo(Side.SELL);
    assertThat(order.ordType()).isEqualTo(OrdType.SL);
    assertThat(order.quantity()).isEqualTo(Quantity.of(10));
    assertThat(order.price()).isEqualTo(Price.of("2831.40"));
    assertThat(order.triggerPrice()).isEqualTo(Price.of("2832"));
    assertThat(order.product()).isEqualTo(Product.MIS);
    assertThat(order.validity()).isEqualTo(Validity.IOC);
    assertThat(order.tag()).isEqualTo("algo-7");
    assertThat(order.user()).isEqualTo("trader1");
  }

  @Test
  void whatIsOptionalHasItsDefault() {
    PlaceOrder order = read(limit().toString(), caller(MINE), null);
    assertThat(order.accountId()).isEqualTo(MINE);
    assertThat(order.validity()).isEqualTo(Validity.DAY);
    assertThat(order.tag()).isNull();
  }

  @Test
  void anExplicitNullIsAMissingField() {
    String body =
        limit()
            .putNull("tag")
            .putNull("account_id")
            .putNull("trigger_price")
            .putNull("validity")
            .toString();
    assertThat(read(body, caller(MINE), null).triggerPrice()).isNull();
  }

  @Test
  void theIdempotencyKeyStandsInForTheClientOrderId() {
    ObjectNode body = limit();
    body.remove("client_order_id");
    assertThat(read(body.toString(), caller(MINE), new ClOrdID("key-1")).clOrdId())
        .isEqualTo(new ClOrdID("key-1"));
    assertThat(read(limit().toString(), caller(MINE), new ClOrdID("c-1")).clOrdId())
        .isEqualTo(new ClOrdID("c-1"));
  }

  @Test
  void anIdempotencyKeyThatDiffersIsRefused() {
    ProblemException problem = refused(limit().toString(), caller(MINE), new ClOrdID("other"));
    assertThat(problem.errors()).extracting(FieldError::field).containsExactly("client_order_id");
  }

  @Test
  void withSeveralAccountsOneMustBeNamed() {
    ProblemException problem = refused(limit().toString(), caller(MINE, ALSO_MINE), null);
    assertThat(problem.errors()).extracting(FieldError::field).containsExactly("account_id");
  }

  @Test
  void somebodyElsesAccountIsNotFound() {
    String body = limit().put("account_id", THEIRS.toString()).toString();
    assertThat(refused(body, caller(MINE), null).code()).isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND);
    assertThat(refused(limit().toString(), caller(), null).code())
        .isEqualTo(ProblemCode.ACCOUNT_NOT_FOUND);
  }

  @Test
  void allErrorsAreToldAtOnce() {
    ProblemException problem =
        refused("{\"quantity\":\"10\",\"side\":\"HOLD\",\"speed\":9}", caller(MINE), null);
    assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_FIELD);
    assertThat(problem.errors())
        .extracting(FieldError::field)
        .containsExactlyInAnyOrder(
            "client_order_id", "symbol", "side", "order_type", "quantity", "product", "speed");
  }

  @Test
  void onlyUnknownFieldsHaveTheirOwnCode() {
    ProblemException problem =
        refused(limit().put("is_admin", true).toString(), caller(MINE), null);
    assertThat(problem.code()).isEqualTo(ProblemCode.UNKNOWN_FIELD);
    assertThat(problem.errors()).extracting(FieldError::field).containsExactly("is_admin");
  }

  @Test
  void aWrongCodeIsAnsweredWithTheRightOnes() {
    ProblemException problem = refused(limit().put("side", "HOLD").toString(), caller(MINE), null);
    assertThat(problem.errors().get(0).message()).isEqualTo("must be one of BUY, SELL");
  }

  static Stream<Arguments> badFields() {
    String forty = "1234567890".repeat(4);
    List<Arguments> all = new ArrayList<>();
    String[] sqlFields = {
      "symbol", "side", "order_type", "product", "validity", "client_order_id", "account_id"
    };
    for (String field : sqlFields) {
      all.add(Arguments.of(field, "\"" + SQL + "\""));
    }
    for (String number :
        List.of("\"10\"", "true", "[10]", "{\"value\":10}", "-1", "0", "1e400", forty)) {
      all.add(Arguments.of("quantity", number));
      all.add(Arguments.of("price", number));
    }
    String[][] others = {
      {"quantity", "null"},
      {"quantity", "1.5"},
      {"quantity", "10.0"},
      {"quantity", "1e2"},
      {"quantity", "9223372036854775808"},
      {"quantity", "1000000001"},
      {"price", "null"},
      {"price", "1e-400"},
      {"price", "0.00001"},
      {"price", "1000000000"},
      {"price", "1E999999999"},
      {"price", "1E-999999999"},
      {"trigger_price", "5"},
      {"symbol", "\"\""},
      {"symbol", "\"" + "A".repeat(33) + "\""},
      {"symbol", "\"reliance\""},
      {"symbol", "\"RELIANCE\\u0000\""},
      {"symbol", "\"REL\\nIANCE\""},
      {"symbol", "17"},
      {"symbol", "null"},
      {"side", "\"buy\""},
      {"side", "1"},
      {"side", "null"},
      {"order_type", "\"SL_M\""},
      {"order_type", "[]"},
      {"product", "\"BO\""},
      {"product", "null"},
      {"validity", "\"GTC\""},
      {"validity", "false"},
      {"client_order_id", "\"\""},
      {"client_order_id", "\"" + "c".repeat(65) + "\""},
      {"client_order_id", "\"a b\""},
      {"client_order_id", "\"\\u0007\""},
      {"client_order_id", "\"\\ud83d\\ude00\""},
      {"client_order_id", "\"\\ud83d\""},
      {"client_order_id", "12"},
      {"client_order_id", "null"},
      {"tag", "\"\""},
      {"tag", "\"" + "t".repeat(33) + "\""},
      {"tag", "\"\\u001b[2J\""},
      {"tag", "\"\\u2028\""},
      {"tag", "\"\\ud800\""},
      {"tag", "7"},
      {"account_id", "\"mine\""},
      {"account_id", "\"1-1-1-1-1\""},
      {"account_id", "5"},
      {"order_id", "\"01900000-0000-7000-8000-000000000000\""},
      {"status", "\"FILLED\""},
      {"__proto__", "{}"},
    };
    for (String[] other : others) {
      all.add(Arguments.of(other[0], other[1]));
    }
    return all.stream();
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("badFields")
  void aBadFieldIsNamed(String field, String json) {
    ObjectNode good = limit();
    good.remove(field);
    String body = good.toString();
    body = body.substring(0, body.length() - 1) + ",\"" + field + "\":" + json + "}";

    ProblemException problem = refused(body, caller(MINE), null);

    assertThat(problem.code().status()).isEqualTo(400);
    assertThat(problem.errors()).extracting(FieldError::field).contains(field);
  }

  @Test
  void pricesGoWithTheirTypes() {
    assertThat(fieldsOf(limit().put("order_type", "MARKET"))).containsExactly("price");
    assertThat(fieldsOf(limit().put("order_type", "SL"))).containsExactly("trigger_price");
    assertThat(fieldsOf(limit().put("order_type", "SL-M")))
        .containsExactly("price", "trigger_price");
    ObjectNode without = limit();
    without.remove("price");
    assertThat(fieldsOf(without)).containsExactly("price");
  }

  private List<String> fieldsOf(ObjectNode body) {
    return refused(body.toString(), caller(MINE), null).errors().stream()
        .map(FieldError::field)
        .toList();
  }

  @Test
  void aBodyThatIsNoObjectIsRefused() {
    for (String body : List.of("null", "17", "\"order\"", "[]", "[" + limit() + "]", "true")) {
      assertThat(refused(body, caller(MINE), null).code()).isEqualTo(ProblemCode.INVALID_FIELD);
    }
  }

  @Test
  void aLongListOfErrorsIsCutAndSoAreLongNames() {
    StringBuilder body = new StringBuilder("{");
    for (int i = 0; i < 200; i++) {
      body.append("\"").append("n".repeat(100)).append(i).append("\":1,");
    }
    body.append("\"").append(UUID.randomUUID()).append("\":1}");
    ProblemException problem = refused(body.toString(), caller(MINE), null);
    assertThat(problem.errors()).hasSize(50);
    assertThat(problem.errors()).allSatisfy(e -> assertThat(e.field()).hasSizeLessThan(65));
    assertThat(problem.getMessage()).hasSizeLessThan(500);
  }

  private static PlaceOrder read(String body, Caller caller, ClOrdID key) {
    Fields form = Fields.of(Json.parse(body.getBytes(StandardCharsets.UTF_8)));
    PlaceOrder order = OrderForm.read(form, caller, key);
    form.errors().throwIfAny();
    return order;
  }

  private static ProblemException refused(String body, Caller caller, ClOrdID key) {
    return catchThrowableOfType(ProblemException.class, () -> read(body, caller, key));
  }
}
