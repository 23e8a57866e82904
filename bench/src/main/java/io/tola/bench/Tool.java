package io.tola.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program from the machine and returns what it printed. */
final class Tool {

  private Tool() {}

  static String run(List<String> command, int timeoutSeconds)
      throws IOException, InterruptedException {
    return run(command, timeoutSeconds, Map.of());
  }

  /**
   * @throws IOException when the program is missing, ends with an error, or takes longer than told;
   *     then it is killed
   */
  static String run(List<String> command, int timeoutSeconds, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("tola-bench", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      boolean ended = process.waitFor(timeoutSeconds, TimeUnit.SECONDS);
      if (!ended) {
        process.destroyForcibly().waitFor();
      }
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new IOException(String.join(" ", command) + " failed:\n" + text);
      }
      return text;
    } finally {
      Files.deleteIfExists(output);
    }
  }
}
