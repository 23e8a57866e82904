package io.tola.standalone;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What {@code mvn -Prun} calls in Maven's own JVM: starts the {@link Launcher} as a process, hands it all {@code -Dtola.*} that Maven
 * was given, and waits for its end. Maven ends with the launcher's exit code, without a build report: the launcher has said what there
 * is to say.
 */
public final class MavenRun {

  private MavenRun() {}

  /** Arguments: the project's folder and the folder that Maven was called in. */
  public static void main(String[] arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx384m",
            "-Xms64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.net.preferIPv4Stack=true"));
    Map<String, String> given =
        Settings.of(System.getProperties(), Map.of(), Path.of(arguments[1])).properties();
    given.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.addAll(
        List.of("-cp", classPath(), Launcher.class.getName(), arguments[0], arguments[1]));
    command.add(Long.toString(ProcessHandle.current().pid()));

    Process launcher = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(launcher), "stop-launcher"));
    System.exit(launcher.waitFor());
  }

  /** The launcher stops everything in order and needs its time for it; then Maven may go. */
  private static void stop(Process launcher) {
    launcher.destroy();
    try {
      if (!launcher.waitFor(75, TimeUnit.SECONDS)) {
        launcher.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Maven runs us in a class loader of its own, so the class path isn't in {@code java.class.path}. */
  private static String classPath() {
    if (MavenRun.class.getClassLoader() instanceof java.net.URLClassLoader loader) {
      List<String> entries = new ArrayList<>();
      for (java.net.URL url : loader.getURLs()) {
        entries.add(Path.of(java.net.URI.create(url.toString())).toString());
      }
      return String.join(java.io.File.pathSeparator, entries);
    }
    return System.getProperty("java.class.path");
  }
}
