package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole gate against a small server. How sharp it is, is a matter of the machine and no test's: see {@link #fivePerCentByHand}. */
class GateRunTest {

  @TempDir private Path folder;
  private SlowServer server;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeEach
  void start() throws IOException {
    server = new SlowServer(0.5);
    Files.writeString(folder.resolve("password"), "secret");
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void whatIsTwiceAsSlowFailsAndSaysWhichFigure() throws Exception {
    Properties given = given("plant", "100%");
    given.setProperty("least", "20");
    assertThat(run(given)).isEqualTo(1);
    assertThat(text()).contains("WORSE").contains("FAILS").contains("The proxy added");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/gate.json").toFile());
    assertThat(json.get("slices")).hasSize(20);
    assertThat(json.get("failed").asBoolean()).isTrue();
    // What was planted is nobody's history.
    assertThat(server.reports).hasValue(0);
  }

  @Test
  void theSameAgainPassesAndIsReported() throws Exception {
    Properties given = given("base", server.uri().toString());
    given.setProperty("least", "60");
    given.setProperty("report", "true");
    assertThat(run(given)).as(text()).isEqualTo(0);
    assertThat(server.reports).hasValue(1);
  }

  /** A change is several runs old before it is certain, and fails the gate nevertheless. */
  @Test
  void whatTheHistorySaysBecameWorseTenRunsAgoFails() throws Exception {
    Properties given = quick("base", server.uri().toString());
    given.setProperty("least", "60");
    given.setProperty("report", "true");
    server.history = history(10);
    assertThat(run(given)).as(text()).isEqualTo(1);
    assertThat(text()).contains("orders_ms became worse within the last " + GateRun.RECENT);
    server.history = history(GateRun.RECENT + 1);
    assertThat(run(given)).as(text()).isEqualTo(0);
  }

  /** 30 runs, of which so many are at another level. */
  private static String history(int after) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      points.append(i == 0 ? "" : ",").append("{\"run_id\":\"r" + i + "\",\"value\":1}");
    }
    return "{\"trends\":[{\"metric\":\"orders_ms\",\"better\":\"lower\",\"points\":["
        + points
        + "],\"changes\":[{\"run_id\":\"r"
        + (30 - after)
        + "\",\"change_pct\":100.0,\"worse\":true}]}]}";
  }

  @Test
  void aFigureThatNobodyKnowsFails() throws Exception {
    Properties given = quick("base", server.uri().toString());
    given.setProperty("least", "60");
    server.saysProcessorTime = false;
    assertThat(run(given)).as(text()).isEqualTo(1);
    assertThat(text()).contains("LACKING server_cpu_ms_per_request");
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/gate.json").toFile());
    assertThat(json.get("lacking")).hasSize(1);
    assertThat(json.get("failed").asBoolean()).isTrue();
  }

  @Test
  void aPairedGateThatCouldNotFailIsRefused() {
    Properties given = given("base", server.uri().toString());
    given.setProperty("runs", "1");
    given.setProperty("slices", "9");
    assertThatThrownBy(() -> run(given))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("9 slices in all");
    given.setProperty("slices", "10");
    GateSettings.of(given, Path.of("."), 7);
    given.setProperty("alpha", "0.001");
    assertThatThrownBy(() -> GateSettings.of(given, Path.of("."), 7)).isInstanceOf(Refused.class);
    given.setProperty("runs", "50");
    given.setProperty("slices", "41");
    assertThatThrownBy(() -> GateSettings.of(given, Path.of("."), 7))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("2000 at most, not 2050");
  }

  @Test
  void runsWithWrongAnswersAreNotKept() throws Exception {
    server.failsReads = true;
    assertThat(run(quick("baseline", "save"))).isEqualTo(1);
    assertThat(text()).contains("Not kept, because too many answers were wrong: 1 runs");
    assertThat(folder.resolve("baselines")).doesNotExist();
  }

  @Test
  void tooFewRunsAreRefusedBeforeAnyLoad() throws Exception {
    Properties save = given("baseline", "save");
    save.setProperty("slices", "1");
    assertThat(run(save)).isEqualTo(0);
    JsonNode json = new ObjectMapper().readTree(folder.resolve("out/gate.json").toFile());
    assertThat(json.get("slices")).hasSize(2);
    assertThat(json.get("slices").get(1).get("run").asInt()).isEqualTo(2);
    assertThat(json.get("slices").get(1).has("base")).isFalse();
    Properties compare = given("baseline", "compare");
    compare.setProperty("slices", "1");
    compare.setProperty("runs", "5");
    assertRefusedUnsent(compare, "2 kept and 5 new ones");
    save.setProperty("runs", "5");
    assertThat(run(save)).isEqualTo(0);
    compare.setProperty("runs", "1");
    assertRefusedUnsent(compare, "5 kept and 1 new ones");
    compare.setProperty("runs", "5");
    compare.setProperty("alpha", "0.01");
    assertRefusedUnsent(compare, "-Dalpha");
  }

  private void assertRefusedUnsent(Properties given, String why) {
    int before = server.requests.get();
    assertThatThrownBy(() -> run(given)).isInstanceOf(Refused.class).hasMessageContaining(why);
    // The width's log-ins of the prerequisites, and no slice of a hundred.
    assertThat(server.requests.get() - before).isLessThan(100);
  }

  @Test
  void theBaseAtItsSideIsACondition() throws Exception {
    Properties alone = given("baseline", "save");
    Properties paired = given("base", server.uri().toString());
    assertThat(gate(alone).conditions(Target.of(server.uri().toString(), Set.of())))
        .containsEntry("beside", "nothing");
    assertThat(gate(paired).conditions(Target.of(server.uri().toString(), Set.of())))
        .containsEntry("beside", "base");
  }

  @Test
  void keptRunsAreComparedOnlyUnderTheirConditions() throws Exception {
    Properties save = given("baseline", "save");
    save.setProperty("slices", "1");
    save.setProperty("runs", "5");
    assertThat(run(save)).isEqualTo(0);
    Properties compare = given("baseline", "compare");
    compare.setProperty("slices", "1");
    compare.setProperty("runs", "5");
    compare.setProperty("least", "500");
    assertThat(run(compare)).isEqualTo(0);
    assertThat(text()).contains("gate against the runs of");
    compare.setProperty("rate", "300");
    assertThatThrownBy(() -> run(compare))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("rate: 400 there, 300 here");
  }

  @Test
  void withoutKeptRunsNothingIsSent() {
    assertThatThrownBy(() -> run(given("runs", "5")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("-Dbaseline=save");
  }

  @Test
  void whatContradictsItselfIsRefused() {
    Properties both = given("plant", "5%");
    both.setProperty("base", "http://127.0.0.1:1");
    assertThatThrownBy(() -> run(both)).isInstanceOf(Refused.class);
    assertThatThrownBy(() -> run(given("plant", "much"))).isInstanceOf(Refused.class);
    Properties elsewhere = given("plant", "5%");
    elsewhere.setProperty("target", "http://192.0.2.1:80");
    assertThatThrownBy(() -> run(elsewhere)).isInstanceOf(Refused.class);
  }

  private Properties given(String name, String value) {
    Properties given = new Properties();
    given.setProperty("target", server.uri().toString());
    given.setProperty("password.file", folder.resolve("password").toString());
    given.setProperty("baselines", folder.resolve("baselines").toString());
    given.setProperty("out", folder.resolve("out").toString());
    given.setProperty("runs", "2");
    given.setProperty("slices", "10");
    given.setProperty("rate", "400");
    given.setProperty("slice", "0.5");
    given.setProperty("warmup", "0");
    given.setProperty("accounts", "5");
    given.setProperty("report", "false");
    given.setProperty(name, value);
    return given;
  }

  /** As few slices as can fail, at a higher rate: where it doesn't matter how sharp they are. */
  private Properties quick(String name, String value) {
    Properties given = given(name, value);
    given.setProperty("runs", "1");
    given.setProperty("rate", "800");
    given.setProperty("slice", "0.1");
    return given;
  }

  private int run(Properties given) throws IOException, InterruptedException {
    return gate(given).run();
  }

  private GateRun gate(Properties given) {
    return new GateRun(
        GateSettings.of(given, Path.of("."), 7),
        folder,
        Path.of("."),
        Clock.systemUTC(),
        new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  private String text() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
