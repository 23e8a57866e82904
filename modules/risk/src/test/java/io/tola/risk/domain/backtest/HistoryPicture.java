package io.tola.risk.domain.backtest;

import io.tola.kernel.Symbol;
import io.tola.portfolio.api.CorporateAction;
import io.tola.risk.api.CovarianceKind;
import io.tola.risk.api.VarMethod;
import io.tola.risk.domain.backtest.CoverageTests.Outcome;
import io.tola.risk.domain.value.Adjustment;
import io.tola.risk.domain.value.Blocks;
import io.tola.risk.domain.value.PriceSeries;
import io.tola.risk.domain.value.ReturnTable;
import io.tola.risk.domain.value.Terms;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Backtests every method on a file of recorded daily prices, prints the tests as a table, and draws VaR
 * against daily profit and loss with the exceedances marked. Not a test; run its main method:
 *
 * <pre>HistoryPicture &lt;prices.csv.gz: date, symbol, …, open, …, close&gt; &lt;out.svg&gt;
 *     &lt;actions.csv: symbol, date, class, factor, …&gt;</pre>
 *
 * <p>Of the actions, splits and bonuses are recorded, known or suspected: {@code factor} is shares after
 * by shares before. Rights, demergers and large moves are not.
 *
 * <p>The portfolio has the same rupees in each symbol that has a price on every session, put back to
 * equal every evening: what backtests hold unchanged.
 */
final class HistoryPicture {

  private static final int WINDOW = 500;
  private static final double VALUE = 1_000_000;
  private static final double TAIL = 0.01;

  private HistoryPicture() {}

  public static void main(String[] arguments) throws IOException {
    Map<String, PriceSeries> prices = read(Path.of(arguments[0]));
    Map<String, List<CorporateAction>> actions = actions(Path.of(arguments[2]));
    LocalDate today = LocalDate.parse("2026-01-01");
    prices.replaceAll(
        (symbol, series) -> Adjustment.of(series, actions.getOrDefault(symbol, List.of()), today));
    int longest = prices.values().stream().mapToInt(PriceSeries::size).max().orElseThrow();
    List<String> symbols =
        prices.entrySet().stream()
            .filter(e -> e.getValue().size() == longest)
            .map(Map.Entry::getKey)
            .toList();
    ReturnTable table =
        ReturnTable.of(
            symbols.stream().map(prices::get).toList(), List.copyOf(prices.values()), 10_000);
    int sessions = table.returns().sessions();
    int days = sessions - WINDOW;
    System.out.printf(
        "%d symbols, %d sessions used from %s to %s, %d left out, %d recorded actions, %d large moves kept%n%s%n",
        symbols.size(),
        sessions,
        LocalDate.ofEpochDay(table.sessions()[0]),
        LocalDate.ofEpochDay(table.sessions()[sessions - 1]),
        table.leftOut(),
        table.jumps().stream().filter(j -> !Double.isNaN(j.ratio())).count(),
        table.jumps().stream().filter(ReturnTable.Jump::large).count(),
        String.join(" ", symbols));
    table.jumps().stream()
        .filter(ReturnTable.Jump::large)
        .forEach(
            j ->
                System.out.printf(
                    Locale.ROOT,
                    "kept: %s %s %.4f (recorded %.3f)%n",
                    symbols.get(j.asset()),
                    LocalDate.ofEpochDay(j.day()),
                    j.change(),
                    j.ratio()));
    double[] values = new double[symbols.size()];
    java.util.Arrays.fill(values, VALUE / symbols.size());
    System.out.println(
        "| method | exceedances | expected | Kupiec p | independence p | conditional p | last 250 days |"
            + " ES ratio |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    RollingForecasts historical = null;
    RollingForecasts filtered = null;
    for (VarMethod method : VarMethod.values()) {
      for (CovarianceKind covariance : CovarianceKind.values()) {
        if (covariance == CovarianceKind.EWMA && !method.byCovariance()) {
          continue;
        }
        Terms terms =
            new Terms(
                method,
                covariance,
                TAIL,
                1,
                method == VarMethod.AGE_WEIGHTED ? 0.99 : 0.94,
                10_000,
                5,
                1);
        RollingForecasts forecasts =
            RollingForecasts.of(values, table.returns(), terms, WINDOW, days, Blocks.ALONE);
        line(method, covariance, forecasts);
        historical = method == VarMethod.HISTORICAL ? forecasts : historical;
        filtered = method == VarMethod.FILTERED_HISTORICAL ? forecasts : filtered;
      }
    }
    Files.writeString(
        Path.of(arguments[1]),
        svg(
            historical,
            filtered,
            java.util.Arrays.copyOfRange(table.sessions(), WINDOW, sessions)));
  }

  private static void line(
      VarMethod method, CovarianceKind covariance, RollingForecasts forecasts) {
    boolean[] exceeded = forecasts.exceeded();
    Exceedances e = Exceedances.of(exceeded);
    Outcome kupiec = CoverageTests.proportionOfFailures(e.days(), e.count(), TAIL);
    Exceedances year =
        Exceedances.of(java.util.Arrays.copyOfRange(exceeded, e.days() - 250, e.days()));
    double losses = 0;
    double foretold = 0;
    for (int d = 0; d < exceeded.length; d++) {
      if (exceeded[d]) {
        losses -= forecasts.profits()[d];
        foretold += forecasts.shortfalls()[d];
      }
    }
    System.out.printf(
        Locale.ROOT,
        "| %s%s | %d of %d | %.1f | %.4f | %.4f | %.4f | %d, %s | %.2f |%n",
        method.code(),
        method.byCovariance() ? ", " + covariance.code() : "",
        e.count(),
        e.days(),
        e.days() * TAIL,
        kupiec.pValue(),
        CoverageTests.independence(e).pValue(),
        CoverageTests.conditionalCoverage(e, TAIL).pValue(),
        year.count(),
        TrafficLight.of(250, year.count(), TAIL).zone().name().toLowerCase(Locale.ROOT),
        losses / foretold);
  }

  private static Map<String, PriceSeries> read(Path file) throws IOException {
    Map<String, List<double[]>> rows = new TreeMap<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      List<String> header = List.of(in.readLine().split(",", -1));
      int symbol = header.indexOf("symbol");
      int date = header.indexOf("date");
      int open = header.indexOf("open");
      int close = header.indexOf("close");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] fields = line.split(",", -1);
        rows.computeIfAbsent(fields[symbol], s -> new ArrayList<>())
            .add(
                new double[] {
                  LocalDate.parse(fields[date]).toEpochDay(),
                  Double.parseDouble(fields[open]),
                  Double.parseDouble(fields[close])
                });
      }
    }
    Map<String, PriceSeries> series = new TreeMap<>();
    rows.forEach(
        (name, list) -> {
          list.sort(Comparator.comparingDouble(row -> row[0]));
          series.put(
              name,
              new PriceSeries(
                  list.stream().mapToInt(row -> (int) row[0]).toArray(),
                  list.stream().mapToDouble(row -> row[1]).toArray(),
                  list.stream().mapToDouble(row -> row[2]).toArray()));
        });
    return series;
  }

  private static final int LARGEST_RATIO = 20;

  private static Map<String, List<CorporateAction>> actions(Path file) throws IOException {
    Map<String, List<CorporateAction>> actions = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] fields = line.split(",", -1);
      if (fields[2].equals("split_or_bonus") || fields[2].startsWith("suspected_split")) {
        actions
            .computeIfAbsent(fields[0], s -> new ArrayList<>())
            .add(action(fields[0], LocalDate.parse(fields[1]), Double.parseDouble(fields[3])));
      }
    }
    return actions;
  }

  /** The smallest whole numbers that make the factor. */
  private static CorporateAction action(String symbol, LocalDate exDate, double factor) {
    for (long before = 1; before <= LARGEST_RATIO; before++) {
      long after = Math.round(before * factor);
      if (Math.abs(after / (before * factor) - 1) < 1e-3) {
        return new CorporateAction(
            null,
            new Symbol(symbol),
            exDate,
            CorporateAction.Kind.SPLIT,
            before,
            after,
            null,
            null,
            "file",
            null,
            null);
      }
    }
    throw new IllegalArgumentException(symbol + " " + exDate + " " + factor);
  }

  // The picture

  private static final int WIDTH = 1_080;
  private static final int HEIGHT = 420;
  private static final int LEFT = 56;
  private static final int TOP = 44;
  private static final int BOTTOM = 34;
  private static final int RIGHT = 12;
  private static final double LARGEST = 0.14;

  private static double x(int day, int days) {
    return LEFT + (double) (WIDTH - LEFT - RIGHT) * day / (days - 1);
  }

  private static double y(double share) {
    double bounded = Math.max(-LARGEST, Math.min(LARGEST, share));
    return TOP + (HEIGHT - TOP - BOTTOM) * (LARGEST - bounded) / (2 * LARGEST);
  }

  private static String svg(
      RollingForecasts historical, RollingForecasts filtered, int[] sessions) {
    int days = sessions.length;
    StringBuilder svg = new StringBuilder(200_000);
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\" font-size=\"11\">",
        WIDTH,
        HEIGHT);
    line(svg, "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>");
    for (int percent = -12; percent <= 12; percent += 4) {
      line(
          svg,
          "<path d=\"M%d %.1fH%d\" stroke=\"#e3e6ea\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\" fill=\"#555\">%d %%</text>",
          LEFT,
          y(percent / 100.0),
          WIDTH - RIGHT,
          LEFT - 6,
          y(percent / 100.0) + 4,
          percent);
    }
    int year = 0;
    for (int d = 0; d < days; d++) {
      LocalDate date = LocalDate.ofEpochDay(sessions[d]);
      if (date.getYear() != year && date.getYear() % 2 == 0) {
        line(
            svg,
            "<text x=\"%.1f\" y=\"%d\" fill=\"#555\">%d</text>",
            x(d, days),
            HEIGHT - 14,
            date.getYear());
      }
      year = date.getYear();
    }
    StringBuilder profits = new StringBuilder();
    for (int d = 0; d < days; d++) {
      profits.append(
          String.format(
              Locale.ROOT,
              "M%.1f %.1fV%.1f",
              x(d, days),
              y(0),
              y(historical.profits()[d] / VALUE)));
    }
    line(svg, "<path d=\"%s\" stroke=\"#9aa5b1\" stroke-width=\"0.5\" fill=\"none\"/>", profits);
    line(
        svg,
        "<path d=\"%s\" stroke=\"#2f9e8f\" stroke-width=\"0.9\" fill=\"none\"/>",
        path(filtered.vars(), days));
    line(
        svg,
        "<path d=\"%s\" stroke=\"#1f4e9c\" stroke-width=\"1.4\" fill=\"none\"/>",
        path(historical.vars(), days));
    marks(svg, historical, days, "#c0392b", true);
    marks(svg, filtered, days, "#2f9e8f", false);
    line(
        svg,
        "<text x=\"%d\" y=\"16\" fill=\"#222\">Daily profit and loss of an equal-weighted portfolio (grey), less its 99 %% one-day VaR</text>",
        LEFT);
    line(
        svg,
        "<text x=\"%d\" y=\"32\"><tspan fill=\"#1f4e9c\">historical, %d sessions</tspan><tspan fill=\"#c0392b\" dx=\"6\">● its %d exceedances</tspan>"
            + "<tspan fill=\"#2f9e8f\" dx=\"18\">filtered historical (EWMA 0.94)   ○ its %d exceedances</tspan><tspan fill=\"#555\" dx=\"18\">%d days, %.0f expected</tspan></text>",
        LEFT,
        WINDOW,
        Exceedances.of(historical.exceeded()).count(),
        Exceedances.of(filtered.exceeded()).count(),
        days,
        days * TAIL);
    return svg.append("</svg>\n").toString();
  }

  private static void marks(
      StringBuilder svg, RollingForecasts forecasts, int days, String colour, boolean filled) {
    boolean[] exceeded = forecasts.exceeded();
    for (int d = 0; d < days; d++) {
      if (exceeded[d]) {
        line(
            svg,
            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" %s/>",
            x(d, days),
            y(forecasts.profits()[d] / VALUE),
            filled ? "2.4" : "4",
            filled
                ? "fill=\"" + colour + "\""
                : "fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"1.1\"");
      }
    }
  }

  private static String path(double[] vars, int days) {
    StringBuilder path = new StringBuilder();
    for (int d = 0; d < days; d++) {
      path.append(
          String.format(
              Locale.ROOT, "%s%.1f %.1f", d == 0 ? "M" : "L", x(d, days), y(-vars[d] / VALUE)));
    }
    return path.toString();
  }

  private static void line(StringBuilder svg, String format, Object... arguments) {
    svg.append(String.format(Locale.ROOT, format, arguments)).append('\n');
  }
}
