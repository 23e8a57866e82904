package io.tola.jmeter.gate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The machine that the load is made on; the server's as well when that is on loopback.
 *
 * @param memoryGigabytes rounded; 0 where the system doesn't say
 * @param cpu model, or the architecture where the system doesn't say
 * @param jvm feature release and maker of the load generator's
 */
public record Machine(int cores, int memoryGigabytes, String cpu, String os, String jvm) {

  private static final int LONGEST = 64;

  /** This one. */
  public static Machine here() {
    String model = first(read("/proc/cpuinfo"), "model name\\s*:\\s*(.+)");
    String memory = first(read("/proc/meminfo"), "MemTotal:\\s+(\\d+) kB");
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        memory.isEmpty() ? 0 : (int) Math.round(Long.parseLong(memory) / 1048576.0),
        shortened(model.isEmpty() ? System.getProperty("os.arch") : model),
        shortened(System.getProperty("os.name") + " " + System.getProperty("os.version")),
        shortened(
            "Java " + Runtime.version().feature() + ", " + System.getProperty("java.vendor")));
  }

  /** A folder's name for machines that may be compared at all: {@code 2-cores-24-gb}. */
  public String classOf() {
    return cores + "-cores-" + memoryGigabytes + "-gb";
  }

  /** What must be equal before figures are compared. */
  public Map<String, String> conditions() {
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("cores", Integer.toString(cores));
    conditions.put("memory_gb", Integer.toString(memoryGigabytes));
    conditions.put("cpu", cpu);
    conditions.put("os", os);
    conditions.put("jvm", jvm);
    return conditions;
  }

  private static String shortened(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.length() > LONGEST ? line.substring(0, LONGEST) : line;
  }

  private static String first(String text, String pattern) {
    Matcher m = Pattern.compile(pattern).matcher(text);
    return m.find() ? m.group(1) : "";
  }

  private static String read(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return "";
    }
  }
}
