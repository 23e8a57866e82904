package io.tola.systemtests.doors;

import static io.tola.systemtests.platform.Api.market;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tola.systemtests.platform.Api;
import io.tola.systemtests.platform.SharedPlatform;
import io.tola.systemtests.platform.StreamClient;
import io.tola.systemtests.platform.TestPlatform;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Clients that stop reading: their window fills, the server's buffers fill, and then they have to go. */
@ExtendWith(SharedPlatform.class)
class StreamStuckIT {

  private static final int STUCK = 5;
  private static final String ALL_AGAIN =
      "{\"type\":\"subscribe\",\"channel\":\"orders\",\"resume_from\":0}";

  /** What the server keeps of a connection: ours, and the container's. */
  private static final List<String> KEPT =
      List.of("io.tola.gateway.stream.Subscriber", "com.ibm.ws.wsoc.WsocConnLink");

  private final TestPlatform platform;
  private final Api api;

  StreamStuckIT(TestPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @Test
  void whoStopsReadingIsClosedAndLeavesNothingBehindWhileOthersGoOn() throws Exception {
    history("trader49");
    List<Long> keptBefore = kept();
    double closedBefore = closed();
    double openBefore = metric("tola_stream_connections", "");
    List<RawStream> stuck = new ArrayList<>();
    try (StreamClient quick = StreamClient.of(api, "trader49").orders(null)) {
      for (int i = 0; i < STUCK; i++) {
        stuck.add(RawStream.open(URI.create(api.url())));
        stuck
            .get(i)
            .say(Api.object().put("type", "authenticate").put("token", api.token("trader49")));
      }
      assertThat(stuck).as("the control: what is open is seen").allMatch(this::serverHolds);
      assertThat(kept().get(0)).isGreaterThan(keptBefore.get(0));
      assertThat(kept().get(1)).isGreaterThan(keptBefore.get(1));
      await(
          "closed with 4408",
          () -> {
            // All of its history again and again, and it reads nothing of it.
            stuck.forEach(s -> s.sayIfOpen(ALL_AGAIN));
            return closed() >= closedBefore + STUCK;
          });
      assertThat(stuck.get(0).readToTheEnd()).as("to who reads again soon enough").isEqualTo(4408);
      assertThat(metric("tola_stream_held_characters", "")).isLessThan(100_000);

      api.trader(49).placeSurely(market("ws-quick", "ITC", "BUY", 1)).expect(201);
      quick.await(m -> m.path("client_order_id").asText().equals("ws-quick"));
      await("connections given back", () -> stuck.stream().noneMatch(this::serverHolds));
    } finally {
      for (RawStream one : stuck) {
        one.close();
      }
    }
    await("memory given back", () -> kept().equals(keptBefore));
    assertThat(metric("tola_stream_connections", "")).isEqualTo(openBefore);
  }

  /** Gives the account some hundred reports. */
  private void history(String trader) {
    for (int i = 0; i < 2; i++) {
      ObjectNode batch = Api.object();
      ArrayNode orders = batch.putArray("orders");
      for (int k = 0; k < 200; k++) {
        orders.add(market("ws-stuck-" + i + '-' + k, "ITC", "BUY", 1));
      }
      api.as(trader).post("/api/v1/orders/batch", batch).expect(200);
    }
  }

  private double closed() {
    return metric("tola_stream_closed_total", "code=\"4408\"");
  }

  private double metric(String name, String tag) {
    return api.anonymous()
        .get("/metrics")
        .expect(200)
        .body()
        .lines()
        .filter(l -> l.startsWith(name) && l.contains(tag))
        .mapToDouble(l -> Double.parseDouble(l.substring(l.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Whether the server's process still has its end of the connection: the kernel knows. */
  private boolean serverHolds(RawStream stream) {
    String server = ":%04X".formatted(URI.create(api.url()).getPort());
    String client = ":%04X".formatted(stream.localPort());
    try {
      for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
        for (String line : Files.readAllLines(Path.of(table))) {
          String[] column = line.trim().split("\\s+");
          // Without an inode no process has it any more, though the kernel may still try to
          // deliver.
          if (column[1].endsWith(server) && column[2].endsWith(client) && !column[9].equals("0")) {
            return true;
          }
        }
      }
      return false;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** How many of each kept class are alive in the server. */
  private List<Long> kept() {
    try {
      Process jcmd =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  Long.toString(platform.node().server().process().pid().orElseThrow()),
                  "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      String histogram = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(histogram).contains("java.lang.String");
      return KEPT.stream()
          .map(
              kept ->
                  histogram
                      .lines()
                      .map(line -> line.trim().split("\\s+"))
                      .filter(column -> column.length > 3 && column[3].equals(kept))
                      .mapToLong(column -> Long.parseLong(column[1]))
                      .sum())
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(String what, BooleanSupplier wished) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (!wished.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(250);
    }
  }
}
