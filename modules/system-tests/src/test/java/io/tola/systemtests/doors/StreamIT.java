package io.tola.systemtests.doors;

import static io.tola.systemtests.platform.Api.limit;
import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.StreamClient;
import io.tola.systemtests.platform.TestPlatform;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The WebSocket, with plain clients. */
@ExtendWith(SharedPlatform.class)
class StreamIT {

  @Test
  void updatesOfTheOwnOrdersComeAsRestShowsThem(TestPlatform platform) {
    Api api = platform.api();
    try (StreamClient client = StreamClient.of(api, "trader46").orders(null);
        StreamClient stranger = StreamClient.of(api, "trader47").orders(null)) {
      Answer placed = api.trader(46).placeSurely(market("ws-1", "ITC", "BUY", 2)).expect(201);
      JsonNode filled =
          client.await(
              m ->
                  m.path("client_order_id").asText().equals("ws-1")
                      && m.path("status").asText().equals("FILLED"));
      JsonNode events =
          api.trader(46)
              .get("/api/v1/orders/" + placed.text("order_id") + "/events")
              .expect(200)
              .json()
              .get("items");

      List<JsonNode> updates = client.updates();
      assertThat(updates).hasSize(events.size());
      for (int i = 0; i < updates.size(); i++) {
        assertThat(withoutType(updates.get(i))).isEqualTo(events.get(i));
      }
      assertThat(filled.get("sequence").asLong())
          .isEqualTo(client.sequences().get(updates.size() - 1));
      stranger.say("{\"type\":\"ping\"}");
      stranger.await(m -> m.path("type").asText().equals("pong"));
      assertThat(stranger.updates()).isEmpty();
    }
  }

  @Test
  void resumingGivesEverythingAfterTheNumberOnceAndInOrder(TestPlatform platform) {
    Api api = platform.api();
    long last;
    try (StreamClient client = StreamClient.of(api, "trader48").orders(0L)) {
      api.trader(48).placeSurely(market("ws-before", "ITC", "BUY", 1)).expect(201);
      client.await(isFilled("ws-before"));
      last = client.sequences().get(client.sequences().size() - 1);
    }
    for (int i = 0; i < 200; i++) {
      api.trader(48).placeSurely(market("ws-away-" + i, "ITC", "BUY", 1)).expect(201);
    }
    try (StreamClient client = StreamClient.of(api, "trader48").orders(last)) {
      api.trader(48).placeSurely(market("ws-after", "ITC", "BUY", 1)).expect(201);
      JsonNode newest = client.await(isFilled("ws-after"));

      assertThat(client.sequences())
          .isEqualTo(
              LongStream.rangeClosed(last + 1, newest.get("sequence").asLong()).boxed().toList());
    }
  }

  private static Predicate<JsonNode> isFilled(String id) {
    return m ->
        m.path("client_order_id").asText().equals(id) && m.path("status").asText().equals("FILLED");
  }

  @Test
  void everyKindOfReportComesAsRestShowsIt(TestPlatform platform) {
    Api api = platform.api();
    Api.Caller trader = api.trader(50);
    Api.Caller ops = api.as("ops");
    BigDecimal low = price(trader, "NESTLEIND", "0.95");
    try (StreamClient client = StreamClient.of(api, "trader50").orders(0L)) {
      String id =
          trader
              .placeSurely(limit("ws-k1", "NESTLEIND", "BUY", 2, low))
              .expect(201)
              .text("order_id");
      trader
          .put(
              "/api/v1/orders/" + id,
              Api.object().put("client_order_id", "ws-k2").put("quantity", 1))
          .expect(200);
      try {
        ops.put("/api/v1/halts/NESTLEIND", Api.object().put("reason", "a test")).expect(200);
        client.await(isReport("ws-k1", "SUSPENDED"));
        trader.placeSurely(market("ws-k3", "NESTLEIND", "BUY", 1)).expect(201);
      } finally {
        ops.delete("/api/v1/halts/NESTLEIND").expect(200);
      }
      client.await(isReport("ws-k1", "RESTATED"));
      trader.cancel(id).expect(200);
      ObjectNode stop = market("ws-k4", "TCS", "BUY", 1).put("order_type", "SL-M");
      trader.placeSurely(stop.put("trigger_price", price(trader, "TCS", "0.995"))).expect(201);
      trader
          .placeSurely(
              limit("ws-k5", "TCS", "BUY", 1, price(trader, "TCS", "0.95")).put("validity", "IOC"))
          .expect(201);
      trader.placeSurely(market("ws-k6", "ITC", "BUY", 1)).expect(201);
      client.await(isFilled("ws-k6"));

      List<String> told =
          client.updates().stream()
              .map(m -> m.get("client_order_id").asText() + ' ' + m.get("exec_type").asText())
              .toList();
      assertThat(told)
          .containsSubsequence(
              "ws-k1 NEW",
              "ws-k1 REPLACED",
              "ws-k1 SUSPENDED",
              "ws-k3 REJECTED",
              "ws-k1 RESTATED",
              "ws-k1 CANCELED",
              "ws-k4 NEW",
              "ws-k4 TRIGGERED",
              "ws-k5 NEW",
              "ws-k5 CANCELED",
              "ws-k6 TRADE");
      List<JsonNode> shown = new ArrayList<>();
      Set<String> orders = new LinkedHashSet<>();
      client.updates().forEach(m -> orders.add(m.get("order_id").asText()));
      for (String order : orders) {
        trader
            .get("/api/v1/orders/" + order + "/events")
            .expect(200)
            .json()
            .get("items")
            .forEach(shown::add);
      }
      shown.sort(Comparator.comparingLong(event -> event.get("sequence").asLong()));
      assertThat(client.updates().stream().map(StreamIT::withoutType).toList()).isEqualTo(shown);
      assertThat(client.sequences())
          .isEqualTo(LongStream.rangeClosed(1, shown.size()).boxed().toList());
    }
  }

  private static Predicate<JsonNode> isReport(String id, String type) {
    return m ->
        m.path("client_order_id").asText().equals(id) && m.path("exec_type").asText().equals(type);
  }

  private static JsonNode withoutType(JsonNode message) {
    ObjectNode update = message.deepCopy();
    update.remove("type");
    return update;
  }

  private static BigDecimal price(Api.Caller trader, String symbol, String factor) {
    return trader
        .quote(symbol)
        .get("last")
        .decimalValue()
        .multiply(new BigDecimal(factor))
        .setScale(0, RoundingMode.HALF_UP);
  }

  @Test
  void anExpiredTokenEndsTheStreamUnlessANewerOneCameInTime(TestPlatform platform)
      throws Exception {
    Api api = platform.api();
    long now = platform.sql().count("SELECT extract(epoch FROM now())::bigint");
    // Five seconds of skew are allowed: it still holds for six.
    String shortLived = expiring(platform, api.token("trader47"), now + 1);
    try (StreamClient ends = StreamClient.of(HttpClient.newHttpClient(), api.url(), shortLived);
        StreamClient goesOn = StreamClient.of(HttpClient.newHttpClient(), api.url(), shortLived)) {
      goesOn.authenticate(api.token("trader47"));
      goesOn.await("welcome", 2);

      assertThat(ends.awaitClosed()).isEqualTo(4401);
      assertThat(ends.closeReason()).contains("expired");
      goesOn.say("{\"type\":\"ping\"}");
      goesOn.await("pong", 1);
    }
    try (StreamClient late = new StreamClient(api)) {
      late.authenticate(expiring(platform, api.token("trader47"), now - 100));
      assertThat(late.awaitClosed()).isEqualTo(4401);
    }
  }

  /** The token with another end, signed by the platform's own key. */
  private static String expiring(TestPlatform platform, String token, long at) throws Exception {
    String[] parts = token.split("\\.");
    ObjectNode claims =
        (ObjectNode)
            Api.parse(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
    claims.put("iat", at - 3_600).put("exp", at);
    Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
    String content =
        parts[0] + '.' + base64.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
    byte[] key =
        Base64.getMimeDecoder()
            .decode(
                Files.readString(platform.signingKeyFile()).replaceAll("-----[A-Z ]+-----", ""));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key)));
    signature.update(content.getBytes(StandardCharsets.US_ASCII));
    return content + '.' + base64.encodeToString(signature.sign());
  }

  @Test
  void quotesComeForTheSymbolsAskedForAndNoOthers(TestPlatform platform) {
    try (StreamClient client = StreamClient.of(platform.api(), "viewer").quotes("ITC", "TCS")) {
      client.await(m -> m.path("symbol").asText().equals("ITC"));
      JsonNode first = client.await(m -> m.path("symbol").asText().equals("TCS"));
      JsonNode next =
          client.await(
              m ->
                  m.path("symbol").asText().equals("TCS")
                      && !m.get("timestamp").equals(first.get("timestamp")));

      assertThat(next.get("type").asText()).isEqualTo("quote");
      assertThat(next.get("bid").decimalValue()).isPositive();
    }
  }

  @Test
  void eachRefusalHasACloseCodeThatSaysWhy(TestPlatform platform) {
    Api api = platform.api();
    assertThat(closed(api, null, "{\"type\":\"ping\"}")).isEqualTo(4401);
    assertThat(closed(api, null, "{\"type\":\"authenticate\",\"token\":\"x.y.z\"}"))
        .isEqualTo(4401);
    assertThat(closed(api, "viewer", "nonsense")).isEqualTo(4400);
    assertThat(closed(api, "viewer", "{\"type\":\"subscribe\",\"channel\":\"news\"}"))
        .isEqualTo(4404);
    assertThat(
            closed(
                api,
                "viewer",
                "{\"type\":\"subscribe\",\"channel\":\"quotes\",\"symbols\":[\"NOSUCH\"]}"))
        .isEqualTo(4404);
    assertThat(closed(api, "viewer", "{\"type\":\"subscribe\",\"channel\":\"orders\"}"))
        .isEqualTo(4403);
    for (int length : new int[] {17_000, 40_000, 4_000_000}) {
      // What comes after the goodbye is answered with a reset, which may overtake it.
      assertThat(closed(api, "viewer", "x".repeat(length))).isIn(1009, 1006);
    }
    try (StreamClient silent = new StreamClient(api)) {
      assertThat(silent.awaitClosed()).isEqualTo(4401);
      assertThat(silent.closeReason()).isEqualTo("no token came");
    }
  }

  private static int closed(Api api, String user, String message) {
    try (StreamClient client = user == null ? new StreamClient(api) : StreamClient.of(api, user)) {
      client.say(message);
      return client.awaitClosed();
    }
  }

  @Test
  void aFloodIsClosedAndItsNeighbourIsNot(TestPlatform platform) {
    Api api = platform.api();
    try (StreamClient flood = StreamClient.of(api, "viewer");
        StreamClient neighbour = StreamClient.of(api, "viewer")) {
      for (int i = 0; i < 2_000; i++) {
        flood.say("{\"type\":\"ping\"}");
      }
      assertThat(flood.awaitClosed()).isIn(4429, 1006);
      neighbour.say("{\"type\":\"ping\"}");
      neighbour.await(m -> m.path("type").asText().equals("pong"));
    }
    assertThat(metric(platform, "tola_stream_closed_total{", "code=\"4429\"")).isPositive();
  }

  @Test
  void aDisabledUsersStreamEnds(TestPlatform platform) throws Exception {
    String name = "ws" + UUID.randomUUID().toString().substring(0, 8);
    platform
        .sql()
        .execute(
            "INSERT INTO users (user_id, username, password_salt, password_hash, password_iterations,"
                + " roles, enabled, demo, created_at, updated_at) SELECT gen_random_uuid(), '"
                + name
                + "', password_salt, password_hash, password_iterations, roles, true, true, now(), now()"
                + " FROM users WHERE username = 'viewer'");
    try (StreamClient client = StreamClient.of(platform.api(), name)) {
      platform.sql().execute("UPDATE users SET enabled = false WHERE username = '" + name + "'");
      assertThat(client.awaitClosed()).isEqualTo(4401);
    }
  }

  private static double metric(TestPlatform platform, String name, String tag) {
    return platform
        .api()
        .anonymous()
        .get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(l -> l.startsWith(name) && l.contains(tag))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }
}
