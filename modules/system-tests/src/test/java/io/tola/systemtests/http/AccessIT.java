package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Answer;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.Api.Caller;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.StreamClient;
import io.tola.systemtests.platform.TestPlatform;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Who may do what from where, and until when: users by REST, passwords, locks, addresses, logouts,
 * and the second person for a raised limit.
 */
@ExtendWith(SharedPlatform.class)
class AccessIT {

  private static final String FIRST = "the first long passphrase";
  private static final String SECOND = "quite another passphrase";
  private static final String USERS = "/api/v1/users";
  private static final String TOKEN = "/api/v1/auth/token";

  private final Api api;
  private final OpenApi openApi;
  private final Caller admin;
  private final String account;

  /** A name that no run before has used. */
  private final String name = "access-" + UUID.randomUUID().toString().substring(24);

  AccessIT(Api api) {
    this.api = api;
    this.openApi = OpenApi.of(api);
    this.admin = api.as("admin");
    this.account = api.trader(70).accountId();
  }

  private ObjectNode user(String... roles) {
    ObjectNode body = Api.object().put("username", name).put("password", FIRST);
    for (String role : roles) {
      body.withArray("roles").add(role);
    }
    return body;
  }

  private ObjectNode login(String password) {
    return Api.object().put("username", name).put("password", password);
  }

  private Answer from(String address, Caller caller, String method, String path, JsonNode body) {
    return caller.send(
        caller
            .request(path)
            .header("X-Forwarded-For", address)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString())));
  }

  private Caller loggedIn(String password) {
    return api.bearing(
        api.anonymous().post(TOKEN, login(password)).expect(200).text("access_token"));
  }

  private JsonNode read() {
    return admin.get(USERS + "/" + name).expect(200).json();
  }

  /** A whole replacement, as a PUT needs it. */
  private static ObjectNode rights(JsonNode user, String... roles) {
    ObjectNode body =
        Api.object().put("version", user.get("version").asLong()).put("enabled", true);
    body.putArray("accounts");
    body.putArray("allowed_addresses");
    body.putArray("roles");
    for (String role : roles) {
      body.withArray("roles").add(role);
    }
    return body;
  }

  private Answer documented(String method, String path, Answer answer) {
    assertThat(openApi.deviations(openApi.operation(method, path), answer)).isEmpty();
    return answer;
  }

  @Test
  void aUserIsMadeChangesThePasswordTradesForTheGrantedAccountAndIsShutOutAtOnce() {
    ObjectNode body = user("trader");
    body.putArray("accounts").add(account);
    Answer made = documented("POST", USERS, admin.post(USERS, body).expect(201));
    assertThat(made.body()).doesNotContain(FIRST).doesNotContain("hash");
    Problems.expect(admin.post(USERS, body), 409, 6411);

    Problems.expect(api.anonymous().post(TOKEN, login(FIRST)), 403, 6406);
    ObjectNode change = login(FIRST).put("new_password", name + "-is-me");
    Answer weak = Problems.expect(api.anonymous().post("/api/v1/auth/password", change), 422, 6422);
    assertThat(Problems.fields(weak)).containsExactly("new_password");
    documented(
        "POST",
        "/api/v1/auth/password",
        api.anonymous()
            .post("/api/v1/auth/password", change.put("new_password", SECOND))
            .expect(200));
    Problems.expect(api.anonymous().post(TOKEN, login(FIRST)), 401, 6403);

    Caller trader = loggedIn(SECOND);
    assertThat(trader.accountId()).isEqualTo(account);
    Problems.expect(trader.get(USERS), 403);

    ObjectNode rights = rights(read(), "viewer");
    Answer halved =
        Problems.expect(
            admin.put(
                USERS + "/" + name,
                rights.deepCopy().without(List.of("enabled", "allowed_addresses"))),
            400);
    assertThat(Problems.fields(halved)).containsExactlyInAnyOrder("enabled", "allowed_addresses");
    documented("PUT", USERS + "/{username}", admin.put(USERS + "/" + name, rights).expect(200));
    Problems.expect(trader.get("/api/v1/status"), 401);
    Caller viewer = loggedIn(SECOND);
    viewer.get("/api/v1/status").expect(200);
    Problems.expect(viewer.get("/api/v1/portfolio/summary"), 403);

    Problems.expect(admin.put(USERS + "/" + name, rights), 409, 6409);
    rights.put("version", read().get("version").asLong()).put("enabled", false);
    admin.put(USERS + "/" + name, rights).expect(200);
    Problems.expect(viewer.get("/api/v1/status"), 401);
    Problems.expect(api.anonymous().post(TOKEN, login(SECOND)), 401, 6403);

    assertThat(api.as("auditor").get("/api/v1/audit/log?entity_id=" + name).expect(200).items())
        .extracting(e -> e.get("action").asText())
        .containsExactlyInAnyOrder(
            "user_created", "user_password_changed", "user_changed", "user_changed");
  }

  @Test
  void everyWrongFieldOfAUserIsNamed() {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("{\"username\":\"Anna K\"}", "username");
    wrong.put("{\"roles\":[\"trader\",\"king\"]}", "roles[1]");
    wrong.put("{\"roles\":[]}", "roles");
    wrong.put("{\"roles\":\"trader\"}", "roles");
    wrong.put("{\"accounts\":[\"x\"]}", "accounts[0]");
    wrong.put("{\"accounts\":[\"" + account + "\",\"" + RolesIT.UNKNOWN + "\"]}", "accounts[1]");
    wrong.put("{\"allowed_addresses\":[\"192.0.2.1\",\"example.com\"]}", "allowed_addresses[1]");
    wrong.put("{\"allowed_addresses\":[7]}", "allowed_addresses[0]");
    wrong.put("{\"enabled\":\"yes\"}", "enabled");
    wrong.put("{\"password_temporary\":1}", "password_temporary");
    wrong.put("{\"password\":\"\"}", "password");
    wrong.put("{\"admin\":true}", "admin");
    wrong.forEach(
        (change, field) -> {
          ObjectNode body = user("trader");
          body.setAll((ObjectNode) Api.parse(change));
          Answer answer = Problems.expect(admin.post(USERS, body), 400);
          assertThat(Problems.fields(answer)).as(change).contains(field);
        });
    Problems.expect(admin.post(USERS, user("trader").put("password", "short")), 422, 6422);
    Problems.expect(admin.get(USERS + "/" + name), 404, 6410);
    Problems.expect(admin.get(USERS + "/" + Api.encode("' OR 1=1 --")), 404);
    Problems.expect(admin.get(USERS + "?role=king"), 400);
    Problems.expect(admin.get(USERS + "?cursor=AAAA"), 400);
    documented("GET", USERS, admin.get(USERS + "?role=admin&enabled=true&limit=1").expect(200));
  }

  @Test
  void theLastAdministratorCantBeTakenAway() {
    JsonNode self = admin.get(USERS + "/admin").expect(200).json();
    ObjectNode rights = rights(self, "viewer");
    Problems.expect(admin.put(USERS + "/admin", rights), 409, 6412);
    rights.putArray("roles").add("admin");
    Problems.expect(admin.put(USERS + "/admin", rights.put("enabled", false)), 409, 6412);
    rights.put("enabled", true).putArray("allowed_addresses").add("192.0.2.0/24");
    Answer out = Problems.expect(admin.put(USERS + "/admin", rights), 400);
    assertThat(Problems.fields(out)).containsExactly("allowed_addresses");
    admin.get("/api/v1/status").expect(200);
  }

  @Test
  void oneTokenEndsAloneAndAllOfAUserTogether() {
    admin.post(USERS, user("viewer").put("password_temporary", false)).expect(201);
    Caller one = loggedIn(FIRST);
    Caller two = loggedIn(FIRST);
    Caller three = loggedIn(FIRST);
    Answer wrong = Problems.expect(one.post("/api/v1/auth/logout", Api.object()), 400);
    assertThat(Problems.fields(wrong)).containsExactly("end");
    documented(
        "POST",
        "/api/v1/auth/logout",
        one.post("/api/v1/auth/logout", Api.object().put("end", "token")).expect(200));
    Problems.expect(one.get("/api/v1/status"), 401);
    two.get("/api/v1/status").expect(200);
    two.post("/api/v1/auth/logout", Api.object().put("end", "all")).expect(200);
    Problems.expect(two.get("/api/v1/status"), 401);
    Problems.expect(three.get("/api/v1/status"), 401);
    Caller four = loggedIn(FIRST);
    admin.post(USERS + "/" + name + "/logout", Api.object()).expect(200);
    Problems.expect(four.get("/api/v1/status"), 401);
  }

  @Test
  void aUserWithAListComesFromItsAddressesOnly() {
    ObjectNode body = user("trader").put("password_temporary", false);
    body.putArray("allowed_addresses").add("203.0.113.0/28");
    admin.post(USERS, body).expect(201);
    String listed = "203.0.113.9";
    Problems.expect(api.anonymous().post(TOKEN, login(FIRST)), 403, 6405);
    for (String address : List.of("203.0.113.16", listed + ", 198.51.100.7", "unknown")) {
      Problems.expect(from(address, api.anonymous(), "POST", TOKEN, login(FIRST)), 403, 6405);
    }
    Answer answer = from(listed, api.anonymous(), "POST", TOKEN, login(FIRST)).expect(200);
    Caller caller = api.bearing(answer.text("access_token"));
    from(listed, caller, "GET", "/api/v1/status", null).expect(200);
    from("198.51.100.7, " + listed, caller, "GET", "/api/v1/status", null).expect(200);
    for (String address : List.of("203.0.113.16", listed + ", 198.51.100.7")) {
      Problems.expect(from(address, caller, "GET", "/api/v1/status", null), 403, 6405);
    }
    Problems.expect(caller.get("/api/v1/status"), 403, 6405);
  }

  /** Sends from another address of this machine; the status. */
  private int fromAddress(String source, String path, String... headers) throws IOException {
    URI url = URI.create(api.url());
    StringBuilder request =
        new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(source, 0));
      socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(request.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }

  @Test
  void nobodyChoosesTheAddressTheyComeFrom() throws IOException {
    ObjectNode body = user("viewer").put("password_temporary", false);
    body.putArray("allowed_addresses").add("203.0.113.9").add("127.0.0.3");
    admin.post(USERS, body).expect(201);
    String token =
        from("203.0.113.9", api.anonymous(), "POST", TOKEN, login(FIRST))
            .expect(200)
            .text("access_token");
    String bearer = "Authorization: Bearer " + token;
    assertThat(fromAddress("127.0.0.3", "/api/v1/status", bearer)).isEqualTo(200);
    List<String> claims =
        List.of(
            "Forwarded: for=203.0.113.9",
            "X-Real-IP: 203.0.113.9",
            "X-Client-IP: 203.0.113.9",
            "True-Client-IP: 203.0.113.9",
            "$WSRA: 203.0.113.9",
            "$WSRH: 203.0.113.9",
            "$WSAT: BASIC",
            "$WSRU: admin");
    for (String claim : claims) {
      // The first is the proxy that the tests come through, the second a stranger.
      assertThat(fromAddress("127.0.0.1", "/api/v1/status", bearer, claim))
          .as(claim)
          .isEqualTo(403);
      assertThat(fromAddress("127.0.0.2", "/api/v1/status", bearer, claim))
          .as(claim)
          .isEqualTo(403);
    }
    String[] all = new ArrayList<>(claims).toArray(new String[claims.size() + 2]);
    all[claims.size()] = "X-Forwarded-For: 203.0.113.9";
    all[claims.size() + 1] = bearer;
    assertThat(fromAddress("127.0.0.2", "/api/v1/status", all)).isEqualTo(403);
    assertThat(fromAddress("127.0.0.1", "/api/v1/status", all)).isEqualTo(200);
  }

  @Test
  void aUserWithAListComesInByRestOnly(TestPlatform platform) throws Exception {
    ObjectNode body = user("trader").put("password_temporary", false);
    body.putArray("accounts").add(account);
    admin.post(USERS, body).expect(201);
    String before = api.anonymous().post(TOKEN, login(FIRST)).expect(200).text("access_token");
    try (ActiveMQConnectionFactory broker =
            new ActiveMQConnectionFactory("tcp://127.0.0.1:" + platform.broker().port());
        StreamClient open =
            StreamClient.of(HttpClient.newHttpClient(), api.url(), before).orders(null)) {
      broker.setReconnectAttempts(0);
      broker.createConnection(name, FIRST).close();

      ObjectNode rights = rights(read(), "trader");
      rights.withArray("accounts").add(account);
      rights.withArray("allowed_addresses").add("203.0.113.9");
      admin.put(USERS + "/" + name, rights).expect(200);

      assertThat(open.awaitClosed()).isEqualTo(4401);
      Answer answer = from("203.0.113.9", api.anonymous(), "POST", TOKEN, login(FIRST)).expect(200);
      try (StreamClient listed = new StreamClient(api)) {
        listed.authenticate(answer.text("access_token"));
        assertThat(listed.awaitClosed()).isEqualTo(4403);
      }
      // The broker reads users anew every five seconds.
      assertThat(isShutOut(broker)).isTrue();
    }
  }

  private boolean isShutOut(ActiveMQConnectionFactory broker) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (System.nanoTime() < deadline) {
      try (Connection connection = broker.createConnection(name, FIRST)) {
        Thread.sleep(500);
      } catch (JMSException e) {
        return true;
      }
    }
    return false;
  }

  @Test
  void guessingLocksTheLoginElsewhereForATimeAndAnAdministratorUnlocks() {
    admin.post(USERS, user("viewer").put("password_temporary", false)).expect(201);
    String home = "198.51.100.20";
    from(home, api.anonymous(), "POST", TOKEN, login(FIRST)).expect(200);
    Answer answer = null;
    for (int i = 1; i <= 9; i++) {
      answer = from("192.0.2." + i, api.anonymous(), "POST", TOKEN, login("guess " + i));
    }
    Problems.expect(answer, 429, 6431);
    assertThat(answer.header("Retry-After")).isPresent();
    // The right password is refused there like a wrong one, and good where the user comes from.
    Problems.expect(from("192.0.2.200", api.anonymous(), "POST", TOKEN, login(FIRST)), 429, 6431);
    from(home, api.anonymous(), "POST", TOKEN, login(FIRST)).expect(200);
    assertThat(read().get("locked_until").isNull()).isFalse();
    documented(
        "POST",
        USERS + "/{username}/unlock",
        admin.post(USERS + "/" + name + "/unlock", Api.object()).expect(200));
    assertThat(read().get("locked_until").isNull()).isTrue();
    from("192.0.2.200", api.anonymous(), "POST", TOKEN, login(FIRST)).expect(200);
  }

  @Test
  void aSymbolIsRestrictedByOneAndReleasedByTwo() {
    Caller risk = api.as("risk");
    String path = "/api/v1/risk/restricted-symbols/HINDUNILVR";
    String documented = "/api/v1/risk/restricted-symbols/{symbol}";
    Caller trader = api.trader(18);
    documented("PUT", documented, risk.put(path, Api.object().put("reason", "a list")).expect(200));
    Answer refused = trader.place(Api.market("list-1", "HINDUNILVR", "BUY", 1)).expect(201);
    assertThat(refused.json().get("reject_code").asInt()).isEqualTo(2010);
    Answer list =
        documented(
            "GET",
            "/api/v1/risk/restricted-symbols",
            api.as("auditor").get("/api/v1/risk/restricted-symbols").expect(200));
    assertThat(list.json().at("/symbols/0/symbol").asText()).isEqualTo("HINDUNILVR");
    Problems.expect(
        risk.put("/api/v1/risk/restricted-symbols/NOSUCH", Api.object().put("reason", "a list")),
        422);

    String older = "/api/v1/approvals/" + risk.delete(path).expect(202).text("approval_id");
    risk.put(path, Api.object().put("reason", "another list")).expect(200);
    // Released would be what its author has not seen.
    Problems.expect(api.as("risk2").post(older + "/approve", Api.object()), 409, 2409);
    assertThat(risk.get(older).expect(200).text("status")).isEqualTo("STALE");

    Answer asked = documented("DELETE", documented, risk.delete(path).expect(202));
    String approval = "/api/v1/approvals/" + asked.text("approval_id");
    Problems.expect(risk.post(approval + "/approve", Api.object()), 403, 6407);
    assertThat(
            trader.place(Api.market("list-2", "HINDUNILVR", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("REJECTED");
    api.as("risk2").post(approval + "/approve", Api.object()).expect(200);
    assertThat(
            trader.place(Api.market("list-3", "HINDUNILVR", "BUY", 1)).expect(201).text("status"))
        .isEqualTo("FILLED");
    Problems.expect(risk.delete(path), 404, 2405);
    for (String action : List.of("symbol_restricted", "symbol_released")) {
      assertThat(
              api.as("auditor")
                  .get("/api/v1/audit/log?action=" + action + "&entity_id=HINDUNILVR")
                  .expect(200)
                  .items())
          .as(action)
          .hasSize(action.equals("symbol_restricted") ? 2 : 1);
    }
  }

  @Test
  void anAlgorithmIsRegisteredByTwoAndTakenBackByOne() {
    Caller risk = api.as("risk");
    String path = "/api/v1/compliance/algos/NSE-4711?account_id=" + account;
    String documented = "/api/v1/compliance/algos/{algo_id}";
    Answer asked =
        documented(
            "PUT", documented, risk.put(path, Api.object().put("reason", "a letter")).expect(202));
    api.as("risk2")
        .post("/api/v1/approvals/" + asked.text("approval_id") + "/approve", Api.object())
        .expect(200);
    Answer known =
        documented(
            "PUT", documented, risk.put(path, Api.object().put("reason", "a letter")).expect(200));
    assertThat(known.text("registered_by")).isEqualTo("risk");
    Answer list =
        documented(
            "GET",
            "/api/v1/compliance/algos",
            api.as("auditor").get("/api/v1/compliance/algos?account_id=" + account).expect(200));
    assertThat(list.json().get("algos")).hasSize(1);
    Answer left = documented("DELETE", documented, risk.delete(path).expect(200));
    assertThat(left.json().get("algos")).isEmpty();
    Problems.expect(risk.delete(path), 404, 2406);
    Problems.expect(risk.delete("/api/v1/compliance/algos/NSE-4711"), 400);
  }

  @Test
  void defaultLimitsAreLoweredByOneAndRaisedByTwo() {
    Caller risk = api.as("risk");
    String path = "/api/v1/risk/limits/default";
    ObjectNode limits = documented("GET", path, risk.get(path).expect(200)).json().deepCopy();
    assertThat(limits.get("account_id").isNull()).isTrue();
    limits.remove(List.of("account_id", "updated_by", "updated_at"));
    JsonNode before = limits.get("max_order_value");
    Answer lowered =
        documented(
            "PUT", path, risk.put(path, limits.put("max_order_value", 40_000_000)).expect(200));
    String fresh = api.trader(18).accountId();
    assertThat(
            risk.get("/api/v1/risk/limits?account_id=" + fresh)
                .expect(200)
                .decimal("max_order_value"))
        .isEqualByComparingTo("40000000");
    limits.set("max_order_value", before);
    limits.set("version", lowered.json().get("version"));
    Answer asked = documented("PUT", path, risk.put(path, limits).expect(202));
    assertThat(asked.json().get("account_id").isNull()).isTrue();
    api.as("risk2")
        .post("/api/v1/approvals/" + asked.text("approval_id") + "/approve", Api.object())
        .expect(200);
    assertThat(risk.get(path).expect(200).decimal("max_order_value"))
        .isEqualByComparingTo(before.decimalValue());
  }

  @Test
  void aRaisedLimitWaitsForAnotherPerson() {
    Caller risk = api.as("risk");
    Caller second = api.as("risk2");
    String path = "/api/v1/risk/limits?account_id=" + account;
    ObjectNode limits = risk.get(path).expect(200).json().deepCopy();
    limits.remove(List.of("account_id", "updated_by", "updated_at"));
    api.putLimits(path, limits.put("max_order_value", 1_000)).expect(200);
    limits.put("version", risk.get(path).expect(200).json().get("version").asLong());

    Answer asked =
        documented(
            "PUT",
            "/api/v1/risk/limits",
            risk.put(path, limits.put("max_order_value", 2_000.5)).expect(202));
    assertThat(asked.text("status")).isEqualTo("PENDING");
    assertThat(risk.get(path).expect(200).decimal("max_order_value")).isEqualByComparingTo("1000");
    String approval = "/api/v1/approvals/" + asked.text("approval_id");
    Problems.expect(risk.post(approval + "/approve", Api.object()), 403, 6407);
    Problems.expect(api.as("admin").post(approval + "/approve", Api.object()), 403);
    Answer approved =
        second.post(approval + "/approve", Api.object().put("reason", "agreed")).expect(200);
    documented("POST", "/api/v1/approvals/{approval_id}/approve", approved);
    assertThat(approved.text("decided_by")).isEqualTo("risk2");
    assertThat(risk.get(path).expect(200).decimal("max_order_value"))
        .isEqualByComparingTo("2000.5");
    Problems.expect(second.post(approval + "/approve", Api.object()), 409, 6414);

    limits.put("version", risk.get(path).expect(200).json().get("version").asLong());
    String stale =
        "/api/v1/approvals/"
            + risk.put(path, limits.put("max_order_value", 3_000)).expect(202).text("approval_id");
    risk.put(path, limits.put("max_order_value", 500)).expect(200);
    Problems.expect(second.post(stale + "/approve", Api.object()), 409, 2409);
    documented("GET", "/api/v1/approvals/{approval_id}", second.get(stale).expect(200));
    assertThat(second.get(stale).expect(200).text("status")).isEqualTo("STALE");
    assertThat(risk.get(path).expect(200).decimal("max_order_value")).isEqualByComparingTo("500");
    Problems.expect(second.post(stale + "/approve", Api.object()), 409, 6414);

    limits.put("version", risk.get(path).expect(200).json().get("version").asLong());
    String unwanted =
        "/api/v1/approvals/"
            + risk.put(path, limits.put("max_order_value", 3_000)).expect(202).text("approval_id");
    Answer noReason = Problems.expect(second.post(unwanted + "/refuse", Api.object()), 400);
    assertThat(Problems.fields(noReason)).containsExactly("reason");
    second.post(unwanted + "/refuse", Api.object().put("reason", "too much")).expect(200);
    documented(
        "GET",
        "/api/v1/approvals",
        api.as("auditor").get("/api/v1/approvals?status=REFUSED&limit=5").expect(200));
    assertThat(
            api.as("auditor")
                .get("/api/v1/audit/log?action=risk_limits_changed&account_id=" + account)
                .expect(200)
                .items())
        .anySatisfy(e -> assertThat(e.at("/detail/approved_by").asText()).isEqualTo("risk2"));
  }
}
