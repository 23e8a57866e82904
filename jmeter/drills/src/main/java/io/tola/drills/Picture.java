package io.tola.drills;

import java.util.List;
import java.util.Locale;

/** Lines over seconds as inline SVG, with the faults' times shaded. */
final class Picture {

  private static final int WIDTH = 540;
  private static final int HEIGHT = 210;
  private static final int LEFT = 52;
  private static final int RIGHT = 10;
  private static final int TOP = 24;
  private static final int BOTTOM = 24;
  private static final List<String> COLOURS = List.of("#1d6fb8", "#d9822b", "#a3262a");

  private Picture() {}

  /**
   * @param points seconds and value, in order of time
   */
  record Line(String name, List<double[]> points) {}

  static String of(String title, List<Line> lines, List<Stage.Window> faults) {
    double maxX = 1;
    double maxY = 1;
    for (Line line : lines) {
      for (double[] p : line.points()) {
        maxX = Math.max(maxX, p[0]);
        maxY = Math.max(maxY, p[1]);
      }
    }
    double top = nice(maxY);
    StringBuilder svg =
        new StringBuilder("<figure><figcaption>")
            .append(Page.escaped(title))
            .append("</figcaption>")
            .append(
                f(
                    "<svg viewBox=\"0 0 %d %d\" width=\"100%%\" role=\"img\" aria-label=\"%s\" font-family=\"system-ui,sans-serif\" font-size=\"11\" fill=\"#52616f\">",
                    WIDTH, HEIGHT, Page.escaped(title)));
    for (Stage.Window fault : faults) {
      double from = x(fault.begin() / 1000, maxX);
      double to = x(Math.min(fault.end() / 1000, maxX), maxX);
      svg.append(
          f(
              "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"#f3d9d9\"><title>%s</title></rect>",
              from,
              TOP,
              Math.max(1, to - from),
              HEIGHT - TOP - BOTTOM,
              Page.escaped(fault.label())));
    }
    for (int i = 0; i <= 4; i++) {
      double value = top * i / 4;
      svg.append(
          f(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e1e7ec\"/>",
              LEFT, WIDTH - RIGHT, y(value, top), y(value, top)));
      text(svg, LEFT - 6, y(value, top) + 4, "end", Page.plain(value));
    }
    double step = Math.max(5, Math.ceil(maxX / 6 / 5) * 5);
    for (double t = 0; t <= maxX; t += step) {
      text(svg, x(t, maxX), HEIGHT - 6, "middle", Math.round(t) + " s");
    }
    int legend = LEFT;
    for (int i = 0; i < lines.size(); i++) {
      StringBuilder path = new StringBuilder();
      for (double[] p : lines.get(i).points()) {
        path.append(f("%s%.1f %.1f", path.length() == 0 ? "M" : "L", x(p[0], maxX), y(p[1], top)));
      }
      svg.append(
          f(
              "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\" stroke-linejoin=\"round\"/>",
              path, COLOURS.get(i)));
      svg.append(
          f(
              "<rect x=\"%d\" y=\"6\" width=\"10\" height=\"10\" fill=\"%s\"/>",
              legend, COLOURS.get(i)));
      text(svg, legend + 14, 15, "start", lines.get(i).name());
      legend += 30 + lines.get(i).name().length() * 7;
    }
    svg.append(f("<rect x=\"%d\" y=\"6\" width=\"10\" height=\"10\" fill=\"#f3d9d9\"/>", legend));
    text(svg, legend + 14, 15, "start", "fault");
    return svg.append("</svg></figure>").toString();
  }

  /** The next of 1, 2, 4 or 8 times a power of ten: its quarters are round. */
  private static double nice(double max) {
    double power = Math.pow(10, Math.floor(Math.log10(max)));
    for (double step : new double[] {1, 2, 4, 8}) {
      if (step * power >= max * 0.999999) {
        return step * power;
      }
    }
    return 10 * power;
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    svg.append(
        f(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
            x, y, anchor, Page.escaped(text)));
  }

  private static double x(double seconds, double max) {
    return LEFT + (WIDTH - LEFT - RIGHT) * seconds / max;
  }

  private static double y(double value, double top) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
  }

  private static String f(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
