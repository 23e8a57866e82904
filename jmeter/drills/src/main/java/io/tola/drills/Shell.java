package io.tola.drills;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The few programs of the machine that drills need. */
final class Shell {

  private Shell() {}

  /**
   * Runs it to its end.
   *
   * @throws IOException when it isn't there or fails, with what it said
   */
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said.strip());
    }
    return said;
  }

  /** Signals a process and all that it started; the parent first, so that it can't start another meanwhile. */
  static void signal(String signal, long pid) throws IOException, InterruptedException {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    List<Long> all =
        Stream.concat(Stream.of(process), process.descendants()).map(ProcessHandle::pid).toList();
    for (long each : all) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(each)).start().waitFor();
    }
  }
}
