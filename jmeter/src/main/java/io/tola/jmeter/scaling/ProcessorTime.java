package io.tola.jmeter.scaling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Processor seconds so far, from {@code /proc} (Linux, 100 ticks a second). Of two, the earlier is subtracted.
 *
 * @param nodes each server's JVM
 * @param database all processes of PostgreSQL, those that have ended too
 * @param balancer 0 where there is none
 * @param client this JVM
 * @param all of the machine, whoever spent them
 */
record ProcessorTime(
    List<Double> nodes, double database, double balancer, double client, double all) {

  private static final double TICKS = 100;

  static ProcessorTime now(List<Long> nodes, long database, Optional<Long> balancer)
      throws IOException {
    List<Double> each = new ArrayList<>();
    for (long pid : nodes) {
      each.add(of(pid, false));
    }
    double postgres = of(database, true);
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path p : (Iterable<Path>) processes::iterator) {
        if (Character.isDigit(p.getFileName().toString().charAt(0))) {
          String[] fields = fields(p);
          if (fields != null && Long.parseLong(fields[1]) == database) {
            postgres += (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
          }
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
        each,
        postgres,
        balancer.isPresent() ? of(balancer.get(), true) : 0,
        of(ProcessHandle.current().pid(), false),
        busy / TICKS);
  }

  private static double of(long pid, boolean withEnded) {
    String[] fields = fields(Path.of("/proc/" + pid));
    if (fields == null) {
      return 0;
    }
    long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    return (withEnded ? ticks + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : ticks)
        / TICKS;
  }

  /** From the state on; null when it is gone. */
  private static String[] fields(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    } catch (IOException e) {
      return null;
    }
  }

  ProcessorTime minus(ProcessorTime earlier) {
    List<Double> each = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      each.add(nodes.get(i) - earlier.nodes.get(i));
    }
    return new ProcessorTime(
        each,
        database - earlier.database,
        balancer - earlier.balancer,
        client - earlier.client,
        all - earlier.all);
  }
}
