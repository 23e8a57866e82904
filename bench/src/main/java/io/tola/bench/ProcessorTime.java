package io.tola.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor seconds spent so far, by who spent them, read from {@code /proc} (Linux, 100 ticks a
 * second). Take one before and one after a run and subtract.
 *
 * @param server the server's JVM
 * @param database all PostgreSQL processes
 * @param busy everything on the machine, the kernel included
 */
record ProcessorTime(double server, double database, double busy) {

  private static final double TICKS = 100;

  static ProcessorTime now(long serverPid) throws IOException {
    double database = 0;
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path p : (Iterable<Path>) processes::iterator) {
        if (Character.isDigit(p.getFileName().toString().charAt(0))) {
          database += ofCommand(p, "postgres");
        }
      }
    }
    String[] cpu =
        Files.readString(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split(" +");
    long busy = 0;
    for (int i : new int[] {1, 2, 3, 6, 7}) {
      busy += Long.parseLong(cpu[i]);
    }
    return new ProcessorTime(
        ofCommand(Path.of("/proc/" + serverPid), "java"), database, busy / TICKS);
  }

  private static double ofCommand(Path process, String command) {
    try {
      List<String> lines = Files.readAllLines(process.resolve("stat"), StandardCharsets.UTF_8);
      String stat = lines.get(0);
      int end = stat.lastIndexOf(')');
      if (!stat.substring(stat.indexOf('(') + 1, end).equals(command)) {
        return 0;
      }
      String[] fields = stat.substring(end + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Microseconds of server, database and everything for each of so many orders. */
  String ofEach(long orders) {
    return orders == 0
        ? "–"
        : "%.0f / %.0f / %.0f"
            .formatted(server * 1e6 / orders, database * 1e6 / orders, busy * 1e6 / orders);
  }

  ProcessorTime minus(ProcessorTime earlier) {
    return new ProcessorTime(
        server - earlier.server, database - earlier.database, busy - earlier.busy);
  }
}
