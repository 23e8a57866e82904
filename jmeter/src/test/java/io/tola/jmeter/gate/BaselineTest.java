package io.tola.jmeter.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {

  private static final Baseline ONE =
      Baseline.of(
          "normal",
          "abc",
          Map.of("users", "50", "cpu", "one"),
          List.of(Map.of("p95_ms", 10.5), Map.of("p95_ms", 11.0, "p50_ms", 2.0)));

  @Test
  void itIsReadAsItWasWritten(@TempDir Path folder) throws IOException {
    Path file = Baseline.file(folder, "2-cores-24-gb", "normal");
    ONE.write(file);
    assertThat(Baseline.read(file)).isEqualTo(ONE);
  }

  @Test
  void runsThatAreAddedLeaveTheOthersTheirCommit(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("normal.json");
    Baseline more = Baseline.of("normal", "def", ONE.conditions(), List.of(Map.of("p95_ms", 12.0)));
    ONE.and(more.runs()).write(file);
    Baseline read = Baseline.read(file);
    assertThat(read.runs()).extracting(Baseline.Run::commit).containsExactly("abc", "abc", "def");
    assertThat(read.commits()).isEqualTo("abc, def");
    assertThat(read.figures().get(2)).containsExactly(Map.entry("p95_ms", 12.0));
  }

  @Test
  void aFileWithOneCommitForAllIsReadToo(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("normal.json");
    Files.writeString(
        file,
        "{\"scenario\":\"normal\",\"commit\":\"abc\",\"conditions\":{},\"runs\":[{\"p95_ms\":1.5}]}");
    assertThat(Baseline.read(file).runs())
        .containsExactly(new Baseline.Run("abc", Map.of("p95_ms", 1.5)));
  }

  @Test
  void eachUnlikeConditionIsNamed() {
    assertThat(ONE.unlike("normal", ONE.conditions())).isEmpty();
    assertThat(ONE.unlike("peak", Map.of("users", "51", "os", "Linux")))
        .containsExactly(
            "scenario: normal there, peak here",
            "cpu: one there, nothing here",
            "os: nothing there, Linux here",
            "users: 50 there, 51 here");
  }

  @Test
  void whatIsNoBaselineIsRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("x.json");
    Files.writeString(file, "{\"scenario\":\"normal\",\"conditions\":{},\"runs\":[]}");
    assertThatThrownBy(() -> Baseline.read(file)).isInstanceOf(IOException.class);
  }

  @Test
  void thisMachineHasANameForItsClass() {
    assertThat(Machine.here().classOf()).matches("[0-9]+-cores-[0-9]+-gb");
    assertThat(Machine.here().conditions()).containsKeys("cores", "memory_gb", "cpu", "os", "jvm");
  }
}
