package io.tola.jmeter.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  private static Probe.Stretch stretch(int nodes, double processors, double locks) {
    List<Probe.Node> each = new ArrayList<>();
    List<Double> busy = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      each.add(new Probe.Node(1000, 100, 900, 450, 0, 0.1, 0));
      busy.add(processors * 5 / nodes);
    }
    return new Probe.Stretch(
        10,
        new ProcessorTime(busy, processors * 3, 0.1, 1, processors * 10),
        new DatabaseWatch.Totals(100, 0, 9000, 0),
        each,
        Map.of("working", 0.8, "Lock: transactionid", locks),
        List.of());
  }

  private static ScalingRun.Step step(int nodes, int connections, double perSecond, int missing) {
    Histogram micros = new Histogram(60_000_000, 3);
    for (int i = 0; i < perSecond * 10; i++) {
      micros.recordValue(1000 + i);
    }
    return new ScalingRun.Step(
        nodes,
        connections,
        1,
        new OrderLoad.Result(
            Map.of("a-1", "id"), List.of(), (long) (perSecond * 10), 0, Map.of(), micros, 10),
        stretch(nodes, 1.5, 0.3),
        new Probe.Kept(1, missing, 0, 0, 0));
  }

  @Test
  void theScalingPageHasTheLawAndItsDoubts() throws IOException {
    ScalabilityLaw law = new ScalabilityLaw(300, 0.1, 0.001);
    List<ScalingRun.Step> steps = new ArrayList<>();
    for (int nodes = 1; nodes <= 3; nodes++) {
      for (int c = 1; c <= 128; c *= 2) {
        steps.add(step(nodes, c, law.throughput(c) * (1 + 0.1 * nodes), 0));
      }
    }
    ScalingPage.write(folder, steps, List.of("2 processors"));
    assertThat(Files.readString(folder.resolve("scaling.html")))
        .contains("<svg")
        .contains("2 processors")
        .contains("proves nothing")
        .contains("exactly once");
    var laws = JSON.readTree(folder.resolve("results.json").toFile()).path("laws");
    assertThat(laws.path("connections, 1 server").path("sigma").asDouble()).isBetween(0.09, 0.11);
    assertThat(laws.path("servers").path("doubts").size()).isPositive();
  }

  @Test
  void anOrderThatIsMissingIsSaidOnThePage() {
    assertThat(ScalingPage.html(List.of(step(1, 4, 100, 1)), List.of()))
        .contains("Orders were not kept");
  }

  private static UserStep users(int users, double perSecond, double p95, double errorPct) {
    return new UserStep(users, perSecond, 5, p95, p95 * 2, errorPct, 10, true, null);
  }

  @Test
  void eachTargetBreaksByItself() {
    UserStep held = users(100, 1000, 50, 0);
    assertThat(held.broken(null)).isEmpty();
    assertThat(users(200, 2000, 150, 0).broken(held)).isEmpty();
    assertThat(users(200, 2000, 200, 0).broken(held)).hasSize(1).allMatch(b -> b.startsWith("p95"));
    assertThat(users(200, 2000, 260, 0).broken(held)).hasSize(2).anyMatch(b -> b.startsWith("p99"));
    assertThat(users(200, 2000, 50, 0.1).broken(held))
        .hasSize(1)
        .allMatch(b -> b.startsWith("errors"));
    assertThat(users(200, 1200, 50, 0).broken(held))
        .hasSize(1)
        .allMatch(b -> b.contains("no longer grows"));
  }

  @Test
  void theVerdictNamesTheLastThatHeldAndTheFirstThatBroke() throws IOException {
    List<UserStep> steps =
        List.of(users(100, 1000, 20, 0), users(400, 2500, 300, 0), users(200, 2000, 60, 0));
    assertThat(BreakingPage.verdict(steps))
        .startsWith("Held at 200 users, broken at 400 users: p95 300 ms");
    BreakingPage.write(folder, steps, List.of(), List.of("processors"), 400);
    assertThat(Files.readString(folder.resolve("breaking.html")))
        .contains("What was short at 400 users");
    assertThat(BreakingPage.verdict(steps.subList(0, 1)))
        .isEqualTo("Nothing broke up to 100 users");
    assertThat(BreakingPage.verdict(List.of(new UserStep(5, 1, 1, 1, 1, 0, 0, false, null))))
        .contains("NOT KEPT");
  }

  @Test
  void aLoadRunWithoutItsOrdersComparedKeptNone() throws IOException {
    assertThat(
            UserStep.of(JSON.readTree("{\"users\":5,\"requests\":10,\"errors\":1}"), null)
                .ordersKept())
        .isFalse();
    UserStep kept =
        UserStep.of(
            JSON.readTree(
                "{\"users\":5,\"requests\":1000,\"errors\":1,\"orders\":{\"acknowledged\":7,\"missing\":0,\"doubled\":0,\"different\":0,\"strange\":0}}"),
            null);
    assertThat(kept.ordersKept()).isTrue();
    assertThat(kept.errorPct()).isEqualTo(0.1);
  }

  @Test
  void theBottleneckIsNamedFromTheFigures() throws IOException {
    assertThat(Bottleneck.of(stretch(1, 1.95, 0), 2, JSON.createObjectNode()).get(0))
        .startsWith("The machine's processors");
    assertThat(
            Bottleneck.of(
                stretch(1, 0.5, 3),
                2,
                JSON.readTree("{\"recommendations\":[{\"code\":\"pool_waits\"}]}")))
        .anyMatch(w -> w.startsWith("Not the processors"))
        .anyMatch(w -> w.startsWith("Locks: 3.0"))
        .anyMatch(w -> w.contains("pool_waits"));
  }

  private static OrderLoad.Answer answer(String text) throws IOException {
    return OrderLoad.Answer.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void answersAreReadWithALengthAndInChunks() throws IOException {
    assertThat(answer("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok!"))
        .isEqualTo(new OrderLoad.Answer(201, "ok", false));
    assertThat(
            answer(
                "HTTP/1.1 503 X\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n"))
        .isEqualTo(new OrderLoad.Answer(503, "abcd", true));
    for (String wrong :
        List.of("", "SMTP\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort")) {
      assertThatThrownBy(() -> answer(wrong)).isInstanceOf(IOException.class);
    }
  }

  @Test
  void theBalancerKnowsEveryNode() {
    assertThat(
            Balancer.configuration(
                List.of(URI.create("http://127.0.0.1:1"), URI.create("http://127.0.0.1:2")), 3))
        .contains("server 127.0.0.1:1;")
        .contains("server 127.0.0.1:2;")
        .contains("listen 127.0.0.1:3");
  }
}
