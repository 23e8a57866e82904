package io.tola.jmeter;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Small pictures as inline SVG. */
final class Chart {

  private static final int WIDTH = 500;
  private static final int HEIGHT = 190;
  private static final int LEFT = 52;
  private static final int RIGHT = 10;
  private static final int TOP = 22;
  private static final int BOTTOM = 24;
  private static final List<String> COLOURS = List.of("#1d6fb8", "#d9822b", "#a3262a", "#2c8f5b");

  private Chart() {}

  /**
   * @param points seconds and value, in order of time; a gap where the value is NaN
   */
  record Line(String name, List<double[]> points) {}

  static String of(String title, List<Line> lines) {
    double maxX = 1;
    double maxY = 0;
    for (Line line : lines) {
      for (double[] p : line.points()) {
        maxX = Math.max(maxX, p[0]);
        if (!Double.isNaN(p[1]) && p[0] >= 0) {
          maxY = Math.max(maxY, p[1]);
        }
      }
    }
    double top = nice(maxY);
    StringBuilder svg = begin(title, HEIGHT);
    for (int i = 0; i <= 4; i++) {
      double value = top * i / 4;
      double y = y(value, top);
      svg.append(
          f(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e6ebf0\"/>",
              LEFT, WIDTH - RIGHT, y, y));
      text(svg, LEFT - 6, y + 4, "end", Thresholds.plain(value));
    }
    double step = niceTime(maxX / 5);
    for (double t = 0; t <= maxX; t += step) {
      text(svg, x(t, maxX), HEIGHT - 6, "middle", time(t, step));
    }
    int legend = LEFT;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      String colour = COLOURS.get(i % COLOURS.size());
      StringBuilder path = new StringBuilder();
      boolean pen = false;
      for (double[] p : line.points()) {
        if (Double.isNaN(p[1]) || p[0] < 0) {
          pen = false;
          continue;
        }
        path.append(f("%s%.1f %.1f", pen ? "L" : "M", x(p[0], maxX), y(p[1], top)));
        pen = true;
      }
      svg.append(
          f(
              "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" stroke-linejoin=\"round\"/>",
              path, colour));
      svg.append(
          f("<rect x=\"%d\" y=\"5\" width=\"10\" height=\"10\" fill=\"%s\"/>", legend, colour));
      text(svg, legend + 14, 14, "start", line.name());
      legend += 28 + line.name().length() * 7;
    }
    return svg.append("</svg></figure>").toString();
  }

  /** A figure over runs, one step each, with a line where its level changed. */
  static String history(LoadTestReport.Trend trend) {
    double max = trend.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    double top = nice(max);
    StringBuilder svg = begin(trend.metric() + ", " + trend.values().size() + " runs", HEIGHT);
    for (int i = 0; i <= 4; i++) {
      double y = y(top * i / 4, top);
      svg.append(
          f(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e6ebf0\"/>",
              LEFT, WIDTH - RIGHT, y, y));
      text(svg, LEFT - 6, y + 4, "end", Thresholds.plain(top * i / 4));
    }
    double steps = Math.max(1, trend.values().size() - 1);
    for (LoadTestReport.Change change : trend.changes()) {
      double x = x(change.at() - 0.5, steps);
      svg.append(
          f(
              "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\"/>",
              x, x, TOP, HEIGHT - BOTTOM, COLOURS.get(change.worse() ? 2 : 3)));
      text(
          svg, x, TOP - 6, "middle", Double.isNaN(change.pct()) ? "" : f("%+.0f %%", change.pct()));
    }
    for (int i = 0; i < trend.values().size(); i++) {
      svg.append(
          f(
              "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.4\" fill=\"%s\"/>",
              x(i, steps), y(trend.values().get(i), top), COLOURS.get(0)));
    }
    return svg.append("</svg></figure>").toString();
  }

  static String bars(String title, Map<String, Double> values, int most) {
    List<Map.Entry<String, Double>> top =
        values.entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
            .limit(most)
            .toList();
    double max = Math.max(1e-9, top.isEmpty() ? 1 : top.get(0).getValue());
    int height = Math.max(HEIGHT, 12 + 18 * top.size());
    StringBuilder svg = begin(title, height);
    for (int i = 0; i < top.size(); i++) {
      int y = 6 + 18 * i;
      double width = (WIDTH - 300) * top.get(i).getValue() / max;
      text(svg, 232, y + 11, "end", top.get(i).getKey());
      svg.append(
          f(
              "<rect x=\"238\" y=\"%d\" width=\"%.1f\" height=\"13\" fill=\"%s\"/>",
              y, width, COLOURS.get(0)));
      text(svg, 244 + width, y + 11, "start", Thresholds.plain(top.get(i).getValue()));
    }
    return svg.append("</svg></figure>").toString();
  }

  private static StringBuilder begin(String title, int height) {
    return new StringBuilder("<figure><figcaption>")
        .append(SummaryPage.escaped(title))
        .append("</figcaption>")
        .append(
            f(
                "<svg viewBox=\"0 0 %d %d\" width=\"100%%\" role=\"img\" aria-label=\"%s\" font-family=\"system-ui,sans-serif\" font-size=\"11\" fill=\"#52616f\">",
                WIDTH, height, SummaryPage.escaped(title)));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        f(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            x, y, anchor, SummaryPage.escaped(text)));
  }

  private static double x(double seconds, double max) {
    return LEFT + (WIDTH - LEFT - RIGHT) * seconds / max;
  }

  private static double y(double value, double top) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
  }

  /** The next of 1, 2, 4 or 8 times a power of ten: its quarters are round. */
  static double nice(double max) {
    if (!(max > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(max)));
    for (double step : new double[] {1, 2, 4, 8, 10}) {
      if (step * power >= max * 0.999999) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static double niceTime(double seconds) {
    for (double step : new double[] {5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200}) {
      if (step >= seconds) {
        return step;
      }
    }
    return 14400;
  }

  private static String time(double seconds, double step) {
    long s = Math.round(seconds);
    return step >= 3600 ? s / 3600 + " h" : step >= 60 ? s / 60 + " min" : s + " s";
  }

  private static String f(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
