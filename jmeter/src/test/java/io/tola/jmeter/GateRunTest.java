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

  private int run(Properties given) throws IOException, InterruptedException {
    return new GateRun(
            GateSettings.of(given, Path.of("."), 7),
            folder,
            Path.of("."),
            Clock.systemUTC(),
            new PrintStream(said, true, StandardCharsets.UTF_8))
        .run();
  }

  private String text() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
