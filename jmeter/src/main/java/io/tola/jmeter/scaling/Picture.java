package io.tola.jmeter.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A picture of points and curves over N, as inline SVG. */
final class Picture {

  private static final int WIDTH = 520;
  private static final int HEIGHT = 280;
  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 34;
  private static final int BOTTOM = 40;
  private static final List<String> COLOURS =
      List.of("#1d6fb8", "#d9822b", "#2c8f5b", "#a3262a", "#7a4fb0", "#52616f");

  /**
   * One of the things drawn.
   *
   * @param curve drawn as a line without marks, else as marks joined by a thin line
   */
  record Series(String name, List<double[]> points, boolean curve, int colour) {}

  private Picture() {}

  /**
   * @param doubling whether equal steps to the right are doublings of N
   * @param mark an N to be marked with its words; NaN for none
   */
  static String of(
      String title,
      String below,
      List<Series> series,
      boolean doubling,
      double mark,
      String words) {
    double minX = Double.MAX_VALUE;
    double maxX = 1;
    double maxY = 0;
    for (Series s : series) {
      for (double[] p : s.points) {
        minX = Math.min(minX, p[0]);
        maxX = Math.max(maxX, p[0]);
        maxY = Double.isFinite(p[1]) ? Math.max(maxY, p[1]) : maxY;
      }
    }
    minX = doubling ? Math.max(1, Math.min(minX, maxX)) : 0;
    double top = nice(maxY);
    StringBuilder svg =
        new StringBuilder("<figure><figcaption>")
            .append(escaped(title))
            .append("</figcaption>")
            .append(
                f(
                    "<svg viewBox=\"0 0 %d %d\" width=\"100%%\" role=\"img\" aria-label=\"%s\" font-family=\"system-ui,sans-serif\" font-size=\"11\" fill=\"#52616f\">",
                    WIDTH, HEIGHT, escaped(title)));
    for (int i = 0; i <= 4; i++) {
      double y = y(top * i / 4, top);
      svg.append(
          f(
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#e6ebf0\"/>",
              LEFT, WIDTH - RIGHT, y, y));
      text(svg, LEFT - 6, y + 4, "end", plain(top * i / 4));
    }
    for (double t : ticks(minX, maxX, doubling)) {
      text(svg, x(t, minX, maxX, doubling), HEIGHT - BOTTOM + 15, "middle", plain(t));
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 7, "middle", below);
    if (mark >= minX && mark <= maxX) {
      double at = x(mark, minX, maxX, doubling);
      svg.append(
          f(
              "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#a3262a\" stroke-dasharray=\"4 3\"/>",
              at, at, TOP, HEIGHT - BOTTOM));
      boolean right = at > WIDTH * 0.6;
      text(svg, at + (right ? -5 : 5), HEIGHT - BOTTOM - 8, right ? "end" : "start", words);
    }
    int legend = LEFT;
    for (Series s : series) {
      String colour = COLOURS.get(s.colour % COLOURS.size());
      StringBuilder path = new StringBuilder();
      for (double[] p : s.points) {
        if (Double.isFinite(p[1])) {
          double px = x(p[0], minX, maxX, doubling);
          double py = y(p[1], top);
          path.append(f("%s%.1f %.1f", path.isEmpty() ? "M" : "L", px, py));
          if (!s.curve) {
            svg.append(f("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>", px, py, colour));
          }
        }
      }
      svg.append(
          f(
              "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"%s/>",
              path, colour, s.curve ? "1.8" : "0.6", s.curve ? "" : " stroke-dasharray=\"2 3\""));
      svg.append(
          f("<rect x=\"%d\" y=\"8\" width=\"10\" height=\"10\" fill=\"%s\"/>", legend, colour));
      text(svg, legend + 14, 17, "start", s.name);
      legend += 26 + s.name.length() * 6;
    }
    return svg.append("</svg></figure>").toString();
  }

  private static List<Double> ticks(double min, double max, boolean doubling) {
    List<Double> ticks = new ArrayList<>();
    if (doubling) {
      for (double t = 1; t <= max * 1.001; t *= 2) {
        if (t >= min) {
          ticks.add(t);
        }
      }
      return ticks;
    }
    double step = Math.max(max <= 12 ? 1 : 0, nice(max) / (max <= 12 ? 1000 : 8));
    for (double t = 0; t <= max * 1.001; t += step) {
      ticks.add(t);
    }
    return ticks;
  }

  private static double x(double n, double min, double max, boolean doubling) {
    double part =
        doubling
            ? Math.log(n / min) / Math.max(1e-9, Math.log(max / min))
            : (n - min) / Math.max(1e-9, max - min);
    return LEFT + (WIDTH - LEFT - RIGHT) * part;
  }

  private static double y(double value, double top) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top;
  }

  /** The next of 1, 2, 4 or 8 times a power of ten: its quarters are round. */
  private static double nice(double max) {
    if (!(max > 0)) {
      return 1;
    }
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
        f("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, escaped(text)));
  }

  static String plain(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "–" : "∞";
    }
    double size = Math.abs(value);
    return f(
        size >= 100 || value == Math.rint(value)
            ? "%,.0f"
            : size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.5f",
        value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String f(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
