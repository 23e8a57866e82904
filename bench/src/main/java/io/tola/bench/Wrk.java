package io.tola.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs {@code wrk} with one of the scripts beside this class. Closed model, two threads. */
final class Wrk {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI target;
  private final Path scripts;

  Wrk(URI target, Path scripts) {
    this.target = target;
    this.scripts = scripts;
  }

  /**
   * @param script file name of the Lua script
   * @param arguments handed to the script
   * @throws IOException when wrk is not installed or fails
   */
  Load run(String script, int connections, int seconds, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "wrk",
                "-t" + Math.min(2, connections),
                "-c" + connections,
                "-d" + seconds + "s",
                "--timeout",
                "10s",
                "-s",
                scripts.resolve(script).toString(),
                target.toString(),
                "--"));
    command.addAll(List.of(arguments));
    String output = Tool.run(command, seconds + 60);
    String line =
        output
            .lines()
            .filter(l -> l.startsWith("RESULT "))
            .findFirst()
            .orElseThrow(() -> new IOException("wrk gave no result:\n" + output));
    JsonNode r = JSON.readTree(line.substring("RESULT ".length()));
    return new Load(
        script,
        connections,
        r.get("requests").asLong(),
        r.get("micros").asLong(),
        r.get("p50").asLong(),
        r.get("p90").asLong(),
        r.get("p99").asLong(),
        r.get("p999").asLong(),
        r.get("max").asLong(),
        r.get("not_2xx").asLong(),
        r.get("failed").asLong(),
        r.path("placed").asLong(),
        r.path("other").asLong());
  }
}
