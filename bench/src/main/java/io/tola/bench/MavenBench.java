package io.tola.bench;

import io.tola.standalone.OwnProcess;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code mvn -Pbench} calls in Maven's own JVM: runs the {@link Bench} as a process with all {@code -Dtola.*} that Maven was given.
 * Maven's JVM compiles quickly and not well, and the bench's would be the broker's and the load's.
 */
public final class MavenBench {

  private MavenBench() {}

  /** Argument: the project's folder. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> given = new TreeMap<>();
    System.getProperties()
        .forEach(
            (name, value) -> {
              if (name.toString().startsWith("tola.")) {
                given.put(name.toString(), value.toString());
              }
            });
    OwnProcess.runAndExit(List.of("-Xmx512m"), given, Bench.class, List.of(arguments[0]));
  }
}
