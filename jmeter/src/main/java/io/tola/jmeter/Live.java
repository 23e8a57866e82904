package io.tola.jmeter;

import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The figures of the moment, for the person who watches: JMeter's line of the last ten seconds with the server's own figures beside it. */
final class Live implements Consumer<String> {

  private static final Pattern SUMMARY =
      Pattern.compile(
          "summary \\+\\s+(\\d+) in \\S+ =\\s+(\\S+)/s Avg:\\s+(\\d+) Min:\\s+\\d+ Max:\\s+(\\d+) Err:\\s+(\\d+).*?Active: (\\d+).*");

  private final PrintStream console;
  private final ServerWatch server;
  private final Clock clock;
  private final long from;

  Live(PrintStream console, ServerWatch server, Clock clock) {
    this.console = console;
    this.server = server;
    this.clock = clock;
    this.from = clock.millis();
  }

  @Override
  public void accept(String line) {
    Matcher m = SUMMARY.matcher(line);
    if (!m.matches()) {
      if (line.contains("Error") || line.contains("Problem") || line.contains("OutOfMemory")) {
        console.println("  jmeter: " + line);
      }
      return;
    }
    long seconds = (clock.millis() - from) / 1000;
    console.printf(
        Locale.ROOT,
        "  %02d:%02d  %5s threads  %8s/s  mean %4s ms  max %5s ms  errors %s%s%n",
        seconds / 60,
        seconds % 60,
        m.group(6),
        m.group(2),
        m.group(3),
        m.group(4),
        m.group(5),
        beside(server.points()));
  }

  private static String beside(List<ServerWatch.Point> points) {
    if (points.isEmpty()) {
      return "  | the server says nothing";
    }
    ServerWatch.Point now = points.get(points.size() - 1);
    ServerWatch.Point before = points.get(Math.max(0, points.size() - 6));
    double batches = now.batches() - before.batches();
    return String.format(
        Locale.ROOT,
        "  | server: cpu %.0f %%, heap %.0f of %.0f MB, connections %.0f of %.0f, orders in a batch %s",
        now.cpuPct(),
        now.heapMegabytes(),
        now.heapMaxMegabytes(),
        now.poolUsed(),
        now.poolSize(),
        batches > 0
            ? String.format(Locale.ROOT, "%.1f", (now.batched() - before.batched()) / batches)
            : "–");
  }
}
