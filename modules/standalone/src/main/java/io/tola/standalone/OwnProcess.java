package io.tola.standalone;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a main class of this class path in a JVM of its own instead of in Maven's, which is tuned for building. */
public final class OwnProcess {

  /** Of what the broker's network library does; eight lines at each start that nobody can act upon. */
  private static final int FIRST_JDK_THAT_WARNS = 24;

  private OwnProcess() {}

  /**
   * Starts the class, waits for its end and ends this JVM with its exit code: without a build report, because the process has said what
   * there is to say. When this JVM is stopped, the process is too.
   *
   * @param options of the JVM
   * @param properties handed on as {@code -D}
   * @throws IOException when the process can't be started
   */
  public static void runAndExit(
      List<String> options,
      Map<String, String> properties,
      Class<?> mainClass,
      List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    if (Runtime.version().feature() >= FIRST_JDK_THAT_WARNS) {
      command.addAll(
          List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
    }
    command.add("-Djava.net.preferIPv4Stack=true");
    properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.addAll(List.of("-cp", classPath(mainClass), mainClass.getName()));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process), "stop-process"));
    System.exit(process.waitFor());
  }

  /** It stops everything in order and needs its time for it; then Maven may go. */
  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(75, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Maven runs us in a class loader of its own, so the class path isn't in {@code java.class.path}. */
  private static String classPath(Class<?> mainClass) {
    if (mainClass.getClassLoader() instanceof URLClassLoader loader) {
      List<String> entries = new ArrayList<>();
      for (URL url : loader.getURLs()) {
        entries.add(Path.of(URI.create(url.toString())).toString());
      }
      return String.join(File.pathSeparator, entries);
    }
    return System.getProperty("java.class.path");
  }
}
