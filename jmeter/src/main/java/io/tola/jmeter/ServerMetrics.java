package io.tola.jmeter;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** One reading of the platform's {@code /metrics}, Prometheus's text format. */
public final class ServerMetrics {

  private record Line(String name, String labels, double value) {}

  private final List<Line> lines = new ArrayList<>();

  private ServerMetrics() {}

  /** Lines that are none are left out. */
  public static ServerMetrics parse(String text) {
    ServerMetrics metrics = new ServerMetrics();
    text.lines().filter(line -> !line.isEmpty() && line.charAt(0) != '#').forEach(metrics::addLine);
    return metrics;
  }

  private void addLine(String line) {
    int space = line.lastIndexOf(' ');
    int brace = line.indexOf('{');
    if (space < 0) {
      return;
    }
    String name = brace >= 0 && brace < space ? line.substring(0, brace) : line.substring(0, space);
    String labels = brace >= 0 && brace < space ? line.substring(brace, space) : "";
    try {
      double value = Double.parseDouble(line.substring(space + 1));
      if (Double.isFinite(value)) {
        lines.add(new Line(name, labels, value));
      }
    } catch (NumberFormatException e) {
      // A line of another kind; what is needed of it will be missing, and that is said.
    }
  }

  /** The sum over all lines of that name whose labels contain the text; empty when there is none. */
  public OptionalDouble sum(String name, String label) {
    double sum = 0;
    boolean any = false;
    for (Line line : lines) {
      if (line.name().equals(name) && line.labels().contains(label)) {
        sum += line.value();
        any = true;
      }
    }
    return any ? OptionalDouble.of(sum) : OptionalDouble.empty();
  }

  /** The sum over all lines of that name; empty when there is none. */
  public OptionalDouble sum(String name) {
    return sum(name, "");
  }
}
