package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScenariosTest {

  private static final Scenarios OURS = Scenarios.read(Path.of("scenarios.json"));

  @Test
  void everyScenarioOfTheTableIsThere() {
    assertThat(OURS.everyOne())
        .extracting(Scenario::name)
        .contains(
            "quick",
            "baseline",
            "normal",
            "peak",
            "stress",
            "spike",
            "endurance",
            "hft",
            "sustained",
            "spike-recovery",
            "historical",
            "normal-8h",
            "peak-2h",
            "stress-30m",
            "burst-5m");
    assertThat(OURS.chosen("burst-5m").get(0).users()).isEqualTo(10_000);
    assertThat(OURS.chosen("normal").get(0).duration()).isEqualTo(Duration.ofMinutes(10));
  }

  @Test
  void allRunsThoseThatSaySoInTheirOrder() {
    assertThat(OURS.chosen("all"))
        .extracting(Scenario::name)
        .startsWith("baseline", "normal")
        .doesNotContain("quick", "normal-8h");
  }

  @Test
  void aNameNobodyKnowsIsRefusedWithTheNamesThereAre() {
    assertThatThrownBy(() -> OURS.chosen("normal,nomral"))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("baseline");
  }

  @Test
  void scaleShortensEveryDurationAndKeepsTheUsers() {
    Scenario s = OURS.chosen("spike-recovery").get(0).scaled(0.1);
    assertThat(s.duration()).isEqualTo(Duration.ofSeconds(60));
    assertThat(s.ramp()).isEqualTo(Duration.ofSeconds(2));
    assertThat(s.users()).isEqualTo(30);
    assertThat(s.wave().orElseThrow())
        .isEqualTo(
            new Scenario.Wave(
                300, Duration.ofSeconds(18), Duration.ofSeconds(1), Duration.ofSeconds(18)));
  }

  @Test
  void fewerUsersShrinkTheWaveInProportion() {
    assertThat(OURS.chosen("spike-recovery").get(0).withUsers(3).wave().orElseThrow().users())
        .isEqualTo(30);
  }

  @Test
  void anOpenModelHasARateAndNoUsers() {
    Scenario open = OURS.chosen("open-normal").get(0);
    assertThatThrownBy(() -> open.withUsers(5)).isInstanceOf(Refused.class);
    assertThat(open.withRate(7).rate()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"scenarios\":[{\"name\":\"a\",\"about\":\"x\",\"users\":1,\"ramp\":\"1s\",\"duration\":\"9s\",\"mix\":{\"hft\":1},\"thresholds\":{\"p95\":200}}]}",
        "{\"scenarios\":[{\"name\":\"a\",\"about\":\"x\",\"users\":1,\"ramp\":\"1s\",\"duration\":\"9s\",\"mix\":{\"hft\":1},\"thresholds\":{\"p95_ms\":\"200\"}}]}",
        "{\"scenarios\":[{\"name\":\"a\",\"about\":\"x\",\"users\":0,\"ramp\":\"1s\",\"duration\":\"9s\",\"mix\":{\"hft\":1}}]}",
        "{\"scenarios\":[{\"name\":\"a\",\"about\":\"x\",\"users\":1,\"ramp\":\"9s\",\"duration\":\"9s\",\"mix\":{\"hft\":1}}]}",
        "{\"scenarios\":[{\"name\":\"a\",\"about\":\"x\",\"users\":1,\"ramp\":\"1\",\"duration\":\"9s\",\"mix\":{\"hft\":1}}]}",
        "{\"scenarios\":[{\"name\":\"a\",\"about\":\"x\",\"users\":1,\"ramp\":\"1s\",\"duration\":\"9s\",\"mix\":\"nobody\"}]}",
        "{\"scenarios\":[{\"name\":\"a\",\"about\":\"x\",\"plan\":\"arrivals\",\"users\":1,\"ramp\":\"1s\",\"duration\":\"9s\",\"mix\":{\"buy\":1}}]}",
      })
  void aFileThatSaysNothingCertainIsRefused(String json) {
    assertThatThrownBy(() -> Scenarios.parse(json)).isInstanceOf(Refused.class);
  }

  @Property(tries = 200)
  void sharesOfUsersAddUpAndAreAtMostOneOff(
      @ForAll @IntRange(max = 10_000) int users,
      @ForAll @Size(min = 1, max = 6) List<@DoubleRange(min = 0.1, max = 100) Double> shares) {
    Map<String, Double> mix = new LinkedHashMap<>();
    for (int i = 0; i < shares.size(); i++) {
      mix.put("class" + i, shares.get(i));
    }
    double sum = shares.stream().mapToDouble(Double::doubleValue).sum();
    Map<String, Integer> split = Scenario.split(users, mix);
    assertThat(split.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(users);
    mix.forEach(
        (k, share) ->
            assertThat(Math.abs(split.get(k) - users * share / sum)).isLessThan(1.000001));
  }

  @Test
  void aPlanIsToldItsUsersAndWhereTheirAccountsBegin() {
    Map<String, String> p = PlanProperties.of(OURS.chosen("baseline").get(0), "r1", 50);
    assertThat(p)
        .containsEntry("users.trading", "5")
        .containsEntry("offset.hft", "5")
        .containsEntry("users.history", "0")
        .containsEntry("duration", "300")
        .containsEntry("run.id", "r1");
  }
}
