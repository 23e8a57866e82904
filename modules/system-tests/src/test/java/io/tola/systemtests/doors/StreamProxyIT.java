package io.tola.systemtests.doors;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.StreamClient;
import io.tola.systemtests.platform.TestPlatform;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The stream with a proxy between: one that balances, one that tunnels, a real NGINX. */
@ExtendWith(SharedPlatform.class)
class StreamProxyIT {

  /** Shorter than two heartbeats, longer than one. */
  private static final int IMPATIENT_MILLIS = 20_000;

  private static final Pattern DOCUMENTED = Pattern.compile("(?s)```nginx\n(.*?)```");

  private final TestPlatform platform;
  private final Api api;

  StreamProxyIT(TestPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  private StreamClient via(String url, String user) {
    return StreamClient.of(HttpClient.newHttpClient(), url, api.token(user));
  }

  private static Predicate<JsonNode> isFilled(String id) {
    return m ->
        m.path("client_order_id").asText().equals(id) && m.path("status").asText().equals("FILLED");
  }

  @Test
  void heartbeatsKeepAQuietStreamOpenBehindAProxyThatEndsQuietOnes() throws Exception {
    try (StreamProxy proxy = new StreamProxy(URI.create(api.url()), IMPATIENT_MILLIS);
        StreamClient client = via(proxy.url(), "trader38").orders(null)) {
      client.await("heartbeat", 2);
      api.trader(38).placeSurely(market("ws-quiet", "ITC", "BUY", 1)).expect(201);
      client.await(isFilled("ws-quiet"));
    }
  }

  @Test
  void aProxyThatBreaksEveryConnectionCostsNoUpdate() throws Exception {
    List<Long> seen = new ArrayList<>();
    String account = api.trader(37).accountId();
    try (StreamProxy proxy = new StreamProxy(URI.create(api.url()), 0)) {
      long last = 0;
      for (int round = 0; round < 5; round++) {
        try (StreamClient client = via(proxy.url(), "trader37").orders(last)) {
          for (int i = 0; i < 20; i++) {
            api.trader(37)
                .placeSurely(market("ws-cut-" + round + '-' + i, "ITC", "BUY", 1))
                .expect(201);
            if (i == 10) {
              client.await(m -> m.path("type").asText().equals("order_update"));
              proxy.cut();
            }
          }
          client.awaitClosed();
          seen.addAll(client.sequences());
          last = seen.get(seen.size() - 1);
        }
      }
      long newest = newest(account);
      try (StreamClient client = via(proxy.url(), "trader37").orders(last)) {
        client.await(m -> m.path("sequence").asLong() == newest && m.has("exec_id"));
        seen.addAll(client.sequences());
      }
      assertThat(seen).isEqualTo(LongStream.rangeClosed(1, newest).boxed().toList());
    }
  }

  private long newest(String account) {
    return platform
        .sql()
        .count("SELECT max(sequence) FROM executions WHERE account_id = '" + account + "'::uuid");
  }

  @Test
  void aTunnelThroughAForwardProxyIsAStreamLikeAnyOther() throws Exception {
    try (StreamProxy proxy = new StreamProxy(URI.create(api.url()), 0)) {
      HttpClient way =
          HttpClient.newBuilder()
              .proxy(ProxySelector.of(new InetSocketAddress("localhost", proxy.port())))
              .build();
      try (StreamClient client =
          StreamClient.of(way, api.url(), api.token("trader36")).orders(null)) {
        api.trader(36).placeSurely(market("ws-tunnel", "ITC", "BUY", 1)).expect(201);
        client.await(isFilled("ws-tunnel"));
      }
      assertThat(proxy.tunnels()).isEqualTo(1);
    }
  }

  @Test
  void nginxWithTheDocumentedLocationPassesUpdatesAndCloseCodes() throws Exception {
    Optional<Path> nginx = Nginx.installed();
    if (nginx.isEmpty()) {
      System.out.println(Nginx.SKIP + " (apt-get install nginx)");
    }
    Assumptions.assumeTrue(nginx.isPresent(), Nginx.SKIP);
    try (Nginx proxy =
        Nginx.start(
            nginx.get(),
            platform.folder().resolve("nginx"),
            URI.create(api.url()),
            documentedLocation())) {
      try (StreamClient client = via(proxy.url(), "trader35").orders(null).quotes("ITC")) {
        api.trader(35).placeSurely(market("ws-nginx", "ITC", "BUY", 1)).expect(201);
        client.await(isFilled("ws-nginx"));
        client.await(m -> m.path("type").asText().equals("quote"));
        client.say("{\"type\":\"subscribe\",\"channel\":\"news\"}");
        assertThat(client.awaitClosed()).isEqualTo(4404);
        assertThat(client.closeReason()).contains("unknown channel");
      }
    }
  }

  private String documentedLocation() throws IOException {
    String page = Files.readString(TestPlatform.checkout().resolve("site/reference/stream.md"));
    Matcher block = DOCUMENTED.matcher(page);
    assertThat(block.find()).isTrue();
    return block.group(1);
  }
}
