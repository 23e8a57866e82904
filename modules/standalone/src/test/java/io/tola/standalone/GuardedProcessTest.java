package io.tola.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedProcessTest {

  private static final Duration GRACE = Duration.ofSeconds(2);

  @TempDir private Path directory;

  @Test
  void theExitCodeAndTheOutputAreTheChilds() throws Exception {
    GuardedProcess process = start("echo out; echo err >&2; exit 7");
    await(() -> !process.isAlive());
    assertThat(process.exitCode()).contains(7);
    assertThat(Files.readString(output())).isEqualTo("out\nerr\n");
    assertThat(process.pid()).isEmpty();
  }

  @Test
  void stoppingAsksFirst() throws Exception {
    GuardedProcess process =
        start("trap 'echo asked; exit 0' TERM; echo ready; while :; do sleep 0.1; done");
    await(() -> outputHas("ready"));
    process.stop();
    assertThat(process.isAlive()).isFalse();
    assertThat(Files.readString(output())).contains("asked");
  }

  @Test
  void whoDoesNotListenIsKilledAfterTheGracePeriod() throws Exception {
    GuardedProcess process = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await(() -> outputHas("ready"));
    long pid = process.pid().orElseThrow();
    process.stop();
    assertThat(process.exitCode()).contains(128 + 9);
    await(() -> ProcessHandle.of(pid).isEmpty());
  }

  @Test
  void theChildGoesWhenWhoStartedItIsKilled() throws Exception {
    // A JVM in between, that starts the child as the launcher does and is then killed with SIGKILL.
    Process between =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Between.class.getName(),
                directory.toString())
            .inheritIO()
            .start();
    await(() -> outputHas("ready"));
    long child = Long.parseLong(Files.readString(pidFile()).strip());
    assertThat(ProcessHandle.of(child)).isPresent();

    between.destroyForcibly().waitFor();

    await(() -> ProcessHandle.of(child).isEmpty());
  }

  @Test
  void aLeftOverIsStoppedButNotAStrangerWithItsProcessId() throws Exception {
    GuardedProcess process = start("echo ready; exec sleep 600");
    await(() -> outputHas("ready"));
    Path copy = Files.copy(pidFile(), directory.resolve("left-over.pid"));
    assertThat(GuardedProcess.stopLeftOver(copy, "something else", "TERM", GRACE)).isFalse();
    assertThat(process.isAlive()).isTrue();
    assertThat(GuardedProcess.stopLeftOver(copy, "sleep 600", "INT", GRACE)).isTrue();
    await(() -> !process.isAlive());
  }

  /** Starts a child and waits to be killed. */
  static final class Between {
    private Between() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      GuardedProcess process =
          GuardedProcess.start(
              List.of("/bin/sh", "-c", "echo ready; exec sleep 600"),
              Map.of(),
              directory,
              directory.resolve("output"),
              directory.resolve("pid"),
              "TERM",
              GRACE);
      while (process.isAlive()) {
        Thread.sleep(50);
      }
    }
  }

  private GuardedProcess start(String script) throws IOException {
    return GuardedProcess.start(
        List.of("/bin/sh", "-c", script), Map.of(), directory, output(), pidFile(), "TERM", GRACE);
  }

  private Path output() {
    return directory.resolve("output");
  }

  private Path pidFile() {
    return directory.resolve("pid");
  }

  private boolean outputHas(String text) {
    try {
      return Optional.of(Files.readString(output())).filter(all -> all.contains(text)).isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      if (condition.getAsBoolean()) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("didn't happen within 30 s");
  }
}
