package io.tola.standalone;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What {@code mvn -Prun} calls in Maven's own JVM: starts the {@link Launcher} as a process, hands it all {@code -Dtola.*} that Maven
 * was given, and waits for its end.
 */
public final class MavenRun {

  private MavenRun() {}

  /** Arguments: the project's folder and the folder that Maven was called in. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> given =
        Settings.of(System.getProperties(), Map.of(), Path.of(arguments[1])).properties();
    OwnProcess.runAndExit(
        // It starts others and waits: quickly there and small is all it has to be.
        List.of("-Xmx384m", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        given,
        Launcher.class,
        List.of(arguments[0], arguments[1], Long.toString(ProcessHandle.current().pid())));
  }
}
