package io.tola.jmeter;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** JMeter without its window, as a process of its own: the load's memory and pauses are then not the runner's. */
final class JMeterProcess {

  /** What each sample's line holds; the runner reads it, and so does JMeter's own report. */
  private static final Map<String, String> SAVED =
      Map.ofEntries(
          Map.entry("jmeter.save.saveservice.output_format", "csv"),
          Map.entry("jmeter.save.saveservice.url", "false"),
          // Of a stream's samplers each frame that was passed over would be a line.
          Map.entry("jmeter.save.saveservice.subresults", "false"),
          Map.entry("jmeter.save.saveservice.print_field_names", "true"),
          Map.entry("jmeter.save.saveservice.assertion_results_failure_message", "true"),
          Map.entry("sample_variables", "username,coid,order_id,order_status,order_coids,due"),
          Map.entry("summariser.interval", "10"),
          Map.entry("jmeterengine.nongui.port", "0"),
          // A user keeps its connection from one round to the next, as a real client does.
          Map.entry("httpclient.reset_state_on_thread_group_iteration", "false"),
          Map.entry("httpclient4.time_to_live", "600000"),
          Map.entry("jmeterengine.threadstop.wait", "20000"));

  private final Path launcher;
  private final Path plans;

  JMeterProcess(Path launcher, Path plans) {
    this.launcher = launcher;
    this.plans = plans;
  }

  /** Megabytes of heap that so many threads need, with room to breathe. */
  static int heapMegabytes(int threads) {
    return Math.min(4096, 384 + threads / 3);
  }

  /**
   * Runs a plan to its end.
   *
   * @param properties of the plan
   * @param out gets {@code samples.jtl}, {@code jmeter.log} and the properties
   * @param toConsole gets what JMeter prints, line by line
   * @return JMeter's exit code
   */
  int run(
      String plan,
      Map<String, String> properties,
      int threads,
      Path out,
      Consumer<String> toConsole)
      throws IOException, InterruptedException {
    Files.createDirectories(out);
    Path samples = out.resolve("samples.jtl");
    Files.deleteIfExists(samples);
    Map<String, String> all = new TreeMap<>(SAVED);
    all.putAll(properties);
    Path file = out.resolve("plan.properties");
    write(all, file);
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-n", "-t", plans.resolve(plan + ".jmx").toString()));
    arguments.addAll(List.of("-q", file.toString()));
    arguments.addAll(List.of("-l", samples.toString(), "-j", out.resolve("jmeter.log").toString()));
    return start(arguments, heapMegabytes(threads), out, toConsole);
  }

  /** JMeter's own HTML dashboard of the samples. */
  int dashboard(Path samples, Path to, Path out) throws IOException, InterruptedException {
    return start(
        List.of(
            "-g",
            samples.toString(),
            "-o",
            to.toString(),
            "-j",
            out.resolve("dashboard.log").toString()),
        1024,
        out,
        line -> {});
  }

  private int start(List<String> arguments, int heap, Path folder, Consumer<String> toConsole)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + heap + "m",
            "-Xss256k",
            "-XX:+UseParallelGC",
            "-Djava.awt.headless=true",
            "-Duser.timezone=UTC",
            "-Djava.net.preferIPv4Stack=true",
            "-jar",
            launcher.toString()));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    Thread stop = new Thread(process::destroy, "stop-jmeter");
    Runtime.getRuntime().addShutdownHook(stop);
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String line;
      while ((line = in.readLine()) != null) {
        toConsole.accept(line);
      }
      return process.waitFor();
    } finally {
      process.destroy();
      Runtime.getRuntime().removeShutdownHook(stop);
    }
  }

  private static void write(Map<String, String> properties, Path to) throws IOException {
    StringBuilder text = new StringBuilder("# For JMeter's window too: -q with this file.\n");
    properties.forEach(
        (name, value) ->
            text.append(name).append('=').append(value.replace("\\", "\\\\")).append('\n'));
    Files.writeString(to, text);
  }
}
