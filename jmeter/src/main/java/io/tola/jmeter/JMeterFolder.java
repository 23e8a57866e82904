package io.tola.jmeter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Lays Apache JMeter's folder from its artifacts as its distribution has it: {@code bin} with its settings and the report's template,
 * {@code lib/ext} with what its class path is searched in, {@code lib} with the rest. It starts by command line and with its window.
 */
final class JMeterFolder {

  private static final String LAUNCHER = "ApacheJMeter-";
  private static final String PARTS = "ApacheJMeter_";
  private static final String PLUGIN = "jmeter-websocket-samplers-";

  private JMeterFolder() {}

  /**
   * @param jars where JMeter's artifacts and what they need lie
   * @return the jar to start it with: {@code java -jar}
   * @throws Refused when they don't lie there
   */
  static Path lay(Path jars, Path home) throws IOException {
    Path bin = Files.createDirectories(home.resolve("bin"));
    Path lib = Files.createDirectories(home.resolve("lib"));
    Path ext = Files.createDirectories(lib.resolve("ext"));
    // Looked into at each start; without it JMeter prints a stack trace first.
    Files.createDirectories(lib.resolve("junit"));
    Path launcher = bin.resolve("ApacheJMeter.jar");
    List<Path> all;
    try (var files = Files.list(jars)) {
      all = files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
    }
    boolean found = false;
    for (Path jar : all) {
      String name = jar.getFileName().toString();
      if (name.startsWith(LAUNCHER)) {
        found = true;
        place(jar, launcher);
      } else {
        boolean part = name.startsWith(PARTS) || name.startsWith(PLUGIN);
        place(jar, (part ? ext : lib).resolve(name));
      }
      if (name.startsWith(PARTS + "config") && !Files.exists(bin.resolve("jmeter.properties"))) {
        unpack(jar, home);
      }
    }
    if (!found) {
      throw new Refused("No JMeter in " + jars + ": start with mvn -pl jmeter -Pload");
    }
    return launcher;
  }

  private static void place(Path jar, Path to) throws IOException {
    if (!Files.exists(to) || Files.size(to) != Files.size(jar)) {
      Files.copy(jar, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Its {@code bin}; nothing outside of it, whatever the names say. */
  private static void unpack(Path jar, Path home) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      Enumeration<JarEntry> entries = file.entries();
      while (entries.hasMoreElements()) {
        JarEntry entry = entries.nextElement();
        Path to = home.resolve(entry.getName()).normalize();
        if (entry.isDirectory() || !to.startsWith(home.resolve("bin"))) {
          continue;
        }
        Files.createDirectories(to.getParent());
        try (InputStream in = file.getInputStream(entry)) {
          Files.copy(in, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }
}
