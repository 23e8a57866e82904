package io.tola.systemtests.http;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.TestPlatform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad input gets a problem that names the field; nothing is stored, nothing leaks, nothing is a 500. */
@ExtendWith(SharedPlatform.class)
class HostileInputIT {

  private static final String PLACE = "/api/v1/orders/place";
  private static final String SQL = "x'; DROP TABLE orders; --";

  private final TestPlatform platform;
  private final Caller trader;
  private Map<String, Long> before;

  HostileInputIT(TestPlatform platform) {
    this.platform = platform;
    this.trader = platform.api().trader(12);
  }

  @BeforeEach
  void countRows() {
    before = accountRows();
  }

  @AfterEach
  void nothingIsStored() {
    assertThat(accountRows()).isEqualTo(before);
  }

  /** Rows of this trader's account: other tests' resting orders may fill meanwhile. */
  private Map<String, Long> accountRows() {
    String account = trader.accountId();
    return Map.of(
        "orders",
        platform.sql().count("SELECT count(*) FROM orders WHERE account_id = ?::uuid", account),
        "executions",
        platform.sql().count("SELECT count(*) FROM executions WHERE account_id = ?::uuid", account),
        "positions",
        platform.sql().count("SELECT count(*) FROM positions WHERE account_id = ?::uuid", account));
  }

  /** A good order but for one field, given as raw JSON. */
  private static Arguments field(String name, String json) {
    return Arguments.of(name, json, List.of(400));
  }

  static Stream<Arguments> badFields() {
    String forty = "1234567890".repeat(4);
    return Stream.of(
        field("quantity", "-1"),
        field("quantity", "0"),
        field("quantity", "1.5"),
        field("quantity", "1e400"),
        field("quantity", forty),
        field("quantity", "9223372036854775808"),
        field("quantity", "1000000001"),
        field("quantity", "\"10\""),
        field("quantity", "true"),
        field("quantity", "[10]"),
        field("quantity", "{\"value\":10}"),
        field("quantity", "null"),
        field("price", "-1.00"),
        field("price", "0"),
        field("price", "1e400"),
        field("price", "1e-400"),
        field("price", forty),
        field("price", "0.00001"),
        field("price", "\"1.00\""),
        field("trigger_price", "-5"),
        field("trigger_price", "\"5\""),
        field("symbol", "\"\""),
        field("symbol", "\"" + "A".repeat(33) + "\""),
        field("symbol", "\"" + "A".repeat(100_000) + "\""),
        field("symbol", "\"reliance\\u0000\""),
        field("symbol", "\"REL\\nIANCE\""),
        field("symbol", "17"),
        field("symbol", "null"),
        field("symbol", "\"" + SQL + "\""),
        field("side", "\"HOLD\""),
        field("side", "\"buy\""),
        field("side", "1"),
        field("side", "null"),
        field("side", "\"" + SQL + "\""),
        field("order_type", "\"STOP\""),
        field("order_type", "[]"),
        field("order_type", "\"" + SQL + "\""),
        field("product", "\"BO\""),
        field("product", "\"" + SQL + "\""),
        field("validity", "\"GTC\""),
        field("validity", "false"),
        field("validity", "\"" + SQL + "\""),
        field("client_order_id", "\"\""),
        field("client_order_id", "\"" + "c".repeat(65) + "\""),
        field("client_order_id", "\"a b\""),
        field("client_order_id", "\"\\u0007\""),
        field("client_order_id", "\"\\ud83d\\ude00\""),
        field("client_order_id", "12"),
        field("client_order_id", "\"" + SQL + "\""),
        field("tag", "\"" + "t".repeat(33) + "\""),
        field("tag", "\"\\u001b[2J\""),
        field("tag", "7"),
        field("account_id", "\"mine\""),
        field("account_id", "\"1-1-1-1-1\""),
        field("account_id", "\"" + SQL + "\""),
        field("account_id", "5"),
        field("is_admin", "true"),
        field("status", "\"FILLED\""),
        field("order_id", "\"01900000-0000-7000-8000-000000000000\""),
        field("__proto__", "{}"));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("badFields")
  void aBadFieldIsNamed(String name, String json, List<Integer> statuses) {
    ObjectNode good = market("hostile-" + UUID.randomUUID(), "ITC", "BUY", 1);
    if (name.equals("price")) {
      good.put("order_type", "LIMIT");
    } else if (name.equals("trigger_price")) {
      good.put("order_type", "SL-M");
    }
    good.remove(name);
    String body = good.toString();
    body = body.substring(0, body.length() - 1) + ",\"" + name + "\":" + json + "}";

    Answer answer =
        Problems.expectOneOf(trader.send("POST", PLACE, body), statuses.toArray(new Integer[0]));

    assertThat(Problems.fields(answer)).as(answer.toString()).contains(name);
  }

  static Stream<String> brokenBodies() {
    String good = market("broken", "ITC", "BUY", 1).toString();
    return Stream.of(
        "",
        " ",
        "null",
        "17",
        "\"order\"",
        "[]",
        "[" + good + "]",
        "{",
        good.substring(0, good.length() - 1),
        good + "}",
        good + good,
        "{'client_order_id':'x'}",
        "{client_order_id:1}",
        "{\"quantity\":NaN}",
        "{\"quantity\":Infinity}",
        "{\"quantity\":01}",
        "{\"quantity\":0x10}",
        "{\"tag\":\"\u0001\"}",
        "/* comment */" + good,
        "{\"symbol\":\"ITC\",\"symbol\":\"TCS\"," + good.substring(1),
        "<order><symbol>ITC</symbol></order>",
        "client_order_id=broken&symbol=ITC",
        "[".repeat(50_000),
        "{\"a\":".repeat(20_000),
        "{\"tag\":" + "[".repeat(500) + "]".repeat(500) + "}");
  }

  @ParameterizedTest
  @MethodSource("brokenBodies")
  void aBodyThatIsNoOrderIsRefused(String body) {
    Problems.expect(trader.send("POST", PLACE, body), 400);
  }

  @Test
  void aBodyThatIsNotUtf8IsRefused() {
    byte[] body =
        market("latin", "ITC", "BUY", 1)
            .put("tag", "caf\u00e9")
            .toString()
            .getBytes(StandardCharsets.ISO_8859_1);
    Problems.expect(
        trader.send("POST", PLACE, "application/json", BodyPublishers.ofByteArray(body)), 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/xml", "application/x-www-form-urlencoded", "text/html"})
  void anotherContentTypeIsNotTaken(String contentType) {
    String body = market("type", "ITC", "BUY", 1).toString();
    Problems.expect(trader.send("POST", PLACE, contentType, BodyPublishers.ofString(body)), 415);
  }

  @Test
  void noContentTypeIsNotTaken() {
    String body = market("notype", "ITC", "BUY", 1).toString();
    Problems.expectOneOf(trader.send("POST", PLACE, null, BodyPublishers.ofString(body)), 400, 415);
  }

  @Test
  void anAnswerNobodyCanGiveIsNotAcceptable() {
    Answer answer =
        trader.send(trader.request("/api/v1/status").header("Accept", "application/xml").GET());
    assertThat(answer.status()).isIn(200, 406);
    for (String wish : new String[] {"*/*;q=x", "*/*;q=", "a"}) {
      Problems.expect(
          trader.send(trader.request("/api/v1/status").header("Accept", wish).GET()), 400);
    }
    Problems.expect(
        trader.send(
            trader
                .request("/api/v1/status")
                .header("Accept", "*/*")
                .header("Accept", "*/*;q=x")
                .GET()),
        400);
  }

  @Test
  void aHugeBodyIsRefusedByItsLength() {
    String body = "{\"tag\":\"" + "x".repeat(8 * 1024 * 1024) + "\"}";
    expectTooLarge(BodyPublishers.ofString(body));
  }

  @Test
  void aHugeChunkedBodyIsRefusedWhileItArrives() {
    byte[] body =
        ("{\"tag\":\"" + "x".repeat(8 * 1024 * 1024) + "\"}").getBytes(StandardCharsets.UTF_8);
    expectTooLarge(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
  }

  private void expectTooLarge(BodyPublisher body) {
    try {
      Problems.expect(trader.send("POST", PLACE, "application/json", body), 413);
    } catch (Api.NoAnswer e) {
      // A server may close the connection on a client that goes on sending what it has refused.
      assertThat(e).hasRootCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void aRequestThatNeverEndsDoesNotHoldTheServer() throws IOException {
    URI uri = URI.create(platform.api().url());
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST "
                  + PLACE
                  + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                  + "Content-Length: 1000\r\n\r\n{\"tag\":")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      trader.get("/api/v1/status").expect(200);
    }
    trader.get("/api/v1/status").expect(200);
  }

  @Test
  void aMarketOrderWithAPriceAndALimitOrderWithoutAreRefused() {
    Answer withPrice =
        Problems.expect(trader.place(market("p1", "ITC", "BUY", 1).put("price", 400)), 400);
    assertThat(Problems.fields(withPrice)).contains("price");
    Answer without =
        Problems.expect(
            trader.place(market("p2", "ITC", "BUY", 1).put("order_type", "LIMIT")), 400);
    assertThat(Problems.fields(without)).contains("price");
  }

  @Test
  void anUnknownSymbolIsUnprocessable() {
    Answer answer = Problems.expect(trader.place(market("u1", "NOSUCH", "BUY", 1)), 422, 3422);
    assertThat(answer.body()).contains("NOSUCH");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/orders/history?limit=0",
        "/api/v1/orders/history?limit=-1",
        "/api/v1/orders/history?limit=1000000",
        "/api/v1/orders/history?limit=ten",
        "/api/v1/orders/history?limit=99999999999999999999",
        "/api/v1/orders/history?status=DONE",
        "/api/v1/orders/history?symbol=%27%3B--",
        "/api/v1/orders/history?from=yesterday",
        "/api/v1/orders/history?from=2026-01-01",
        "/api/v1/orders/history?cursor=%00",
        "/api/v1/orders/history?cursor=x%27%20OR%201%3D1",
        "/api/v1/trades?to=9999999999-01-01T00:00:00Z",
        "/api/v1/historical?symbol=ITC&interval=2m&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z",
        "/api/v1/historical?interval=1d",
        "/api/v1/positions/open?symbol=",
      })
  void aBadParameterIsRefused(String path) {
    Answer answer = Problems.expect(trader.get(path), 400);
    assertThat(Problems.fields(answer)).as(answer.toString()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/orders/not-an-id",
        "/api/v1/orders/1-1-1-1-1",
        "/api/v1/orders/01900000-0000-7000-8000-000000000000",
        "/api/v1/orders/01900000-0000-7000-8000-000000000000/events",
        "/api/v1/orders/%27%20OR%20%271%27%3D%271",
        "/api/v1/positions/01900000-0000-7000-8000-000000000000",
        "/api/v1/positions/..%2f..%2fetc%2fpasswd",
        "/api/v1/market/quote/NOSUCH",
        "/api/v1/market/quote/%00",
        "/api/v1/nothing",
        "/api/v2/status",
        "/api/v1/orders/history/../../../web.xml",
        "/WEB-INF/web.xml",
        "/api/v1//status;x=1",
      })
  void aPathThatLeadsNowhereIsAProblemAndNothingElse(String path) {
    Answer answer = trader.get(path);
    assertThat(answer.status()).as(answer.toString()).isIn(400, 404, 422);
    assertThat(answer.body()).doesNotContain("Exception", "\tat ", "web-app");
    if (path.startsWith("/api/v1/") && !path.contains("%2f") && !path.contains("%00")) {
      Problems.expectOneOf(answer, 400, 404, 422);
    }
  }

  @Test
  void anotherMethodIsNotAllowed() {
    Problems.expect(trader.delete("/api/v1/status"), 405);
    Problems.expect(trader.get("/api/v1/market/quotes"), 405);
    Problems.expect(trader.post("/api/v1/orders/history", Api.object()), 405);
  }

  @Test
  void quotesRefuseWhatOrdersRefuse() {
    String path = "/api/v1/market/quotes";
    for (String body :
        List.of(
            "{}",
            "{\"symbols\":null}",
            "{\"symbols\":\"TCS\"}",
            "{\"symbols\":[1]}",
            "{\"symbols\":[[]]}")) {
      Problems.expect(trader.send("POST", path, body), 400);
    }
  }

  @Test
  void sqlInEveryStringOfEveryOtherDoorIsJustText() {
    Caller anonymous = platform.api().anonymous();
    Problems.expect(
        anonymous.post(
            "/api/v1/auth/token", Api.object().put("username", SQL).put("password", SQL)),
        401);
    Answer log = platform.api().as("auditor").get("/api/v1/audit/log?actor=" + Api.encode(SQL));
    assertThat(log.status()).isIn(200, 400);
    assertThat(platform.sql().count("SELECT count(*) FROM orders")).isNotNegative();
  }

  @Test
  void headersNobodyExpectsDoNoHarm() {
    Answer answer =
        trader.send(
            trader
                .request("/api/v1/status")
                .header("X-Request-Id", "x".repeat(4000))
                .header("X-HTTP-Method-Override", "DELETE")
                .header("Range", "bytes=0-1")
                .GET());
    assertThat(answer.status()).isIn(200, 400);
  }

  @Test
  void securityHeadersStandOnEveryAnswer() {
    for (Answer answer :
        List.of(
            trader.get("/api/v1/status"),
            trader.get("/api/v1/nothing"),
            platform.api().anonymous().get("/api/v1/status"))) {
      assertThat(answer.header("X-Content-Type-Options")).as(answer.toString()).contains("nosniff");
      assertThat(answer.header("Cache-Control").orElse("")).contains("no-store");
      assertThat(answer.header("Server")).isEmpty();
      assertThat(answer.header("X-Powered-By")).isEmpty();
    }
  }
}
