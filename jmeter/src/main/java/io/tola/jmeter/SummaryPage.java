package io.tola.jmeter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** One page over all scenarios of a run, with pictures; needs nothing from anywhere else, so that it can be sent to somebody. */
final class SummaryPage {

  private static final String STYLE =
      """
      body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1080px;padding:0 1rem;color:#1b2733;background:#fff}
      h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2.5rem;border-top:1px solid #dde3e9;padding-top:1.2rem}
      table{border-collapse:collapse;margin:.6rem 0;font-variant-numeric:tabular-nums}
      th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid #e6ebf0}th{color:#52616f;font-weight:600}
      th:first-child,td:first-child{text-align:left}.pass{color:#0b7a3b;font-weight:600}.fail{color:#b3261e;font-weight:600}
      .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(480px,1fr));gap:.8rem 1.5rem}
      figure{margin:0}figcaption{color:#52616f;font-size:.9rem}.small{color:#52616f;font-size:.9rem}
      """;

  /** Of the figures over time, those with a picture. */
  private static final List<String> SHOWN =
      List.of(
          "p50_ms",
          "p95_ms",
          "requests_per_second",
          "server_cpu_ms_per_request",
          "orders_ms",
          "reads_ms");

  private SummaryPage() {}

  /**
   * @param conditions what the run was made with, for the first lines
   */
  static String of(List<Outcome> outcomes, Map<String, String> conditions) {
    return of(outcomes, conditions, Map.of());
  }

  /**
   * @param trends of the scenarios whose history is known
   */
  static String of(
      List<Outcome> outcomes,
      Map<String, String> conditions,
      Map<String, List<LoadTestReport.Trend>> trends) {
    StringBuilder page = new StringBuilder();
    boolean passed = outcomes.stream().allMatch(Outcome::passed);
    page.append(
            "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tola load test</title><style>")
        .append(STYLE)
        .append("</style></head><body><h1>Tola load test: ")
        .append(word(passed))
        .append("</h1><table>");
    conditions.forEach((name, value) -> page.append(row("td", escaped(name), escaped(value))));
    page.append("</table><table>")
        .append(
            row(
                "th",
                "scenario",
                "users",
                "minutes",
                "requests",
                "a second",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "max ms",
                "errors",
                "orders kept",
                "verdict"));
    for (Outcome o : outcomes) {
      Figures f = o.figures();
      page.append(
          row(
              "td",
              "<a href=\"#" + escaped(o.folder()) + "\">" + escaped(o.folder()) + "</a>",
              users(o.scenario()),
              Thresholds.plain(o.scenario().duration().toSeconds() / 60.0),
              Thresholds.plain(f.count()),
              Thresholds.plain(f.requestsPerSecond()),
              Thresholds.plain(f.percentile(50)),
              Thresholds.plain(f.percentile(95)),
              Thresholds.plain(f.percentile(99)),
              Thresholds.plain(f.max()),
              Thresholds.plain(f.errorPct()) + " %",
              kept(o.reconciliation()),
              word(o.passed())));
    }
    page.append("</table>");
    outcomes.forEach(o -> section(page, o));
    trends.forEach((scenario, of) -> history(page, scenario, of));
    return page.append("</body></html>\n").toString();
  }

  /** The kept runs of a scenario, each figure with its changes of level. */
  private static void history(
      StringBuilder page, String scenario, List<LoadTestReport.Trend> trends) {
    page.append("<h2>").append(escaped(scenario)).append(" over time</h2>");
    page.append(
        "<p class=\"small\">Runs under the same conditions that the platform has kept, oldest on the left; a line where the level changed, red when for the worse.</p><div class=\"charts\">");
    for (LoadTestReport.Trend t : trends) {
      if (SHOWN.contains(t.metric())) {
        page.append(Chart.history(t));
      }
    }
    page.append("</div><ul>");
    trends.forEach(
        t ->
            t.changes()
                .forEach(
                    c ->
                        page.append(c.worse() ? "<li class=\"fail\">" : "<li>")
                            .append(escaped(c.words(t.metric())))
                            .append("</li>")));
    page.append("</ul>");
  }

  private static String users(Scenario s) {
    return s.open()
        ? Thresholds.plain(s.rate()) + "/s due"
        : Thresholds.plain(s.users()) + s.wave().map(w -> " + " + w.users()).orElse("");
  }

  private static String kept(Reconciliation r) {
    return r == null
        ? "not looked"
        : Thresholds.plain(r.acknowledged() - r.missing().size())
            + " of "
            + Thresholds.plain(r.acknowledged());
  }

  private static void section(StringBuilder page, Outcome o) {
    Figures f = o.figures();
    page.append("<h2 id=\"")
        .append(escaped(o.folder()))
        .append("\">")
        .append(escaped(o.folder()))
        .append(": ")
        .append(word(o.passed()))
        .append("</h2><p>")
        .append(escaped(o.scenario().about()))
        .append(" <span class=\"small\">Load from ")
        .append(o.loadFrom())
        .append("; throughput and percentiles are of the time after the ramp (")
        .append(words(o.scenario().ramp()))
        .append(").");
    o.lateness()
        .ifPresentOrElse(
            late ->
                page.append(
                        " Latencies are counted from when each request was due; the client sent 99 % of them at most ")
                    .append(Thresholds.plain(late))
                    .append(" ms late, after the ramp."),
            () ->
                page.append(
                    " Closed model: a user waits for its answer, so a slow server is asked less, and the percentiles tell less of its pauses than the open model's do."));
    page.append("</span></p>");
    o.problems().forEach(p -> page.append("<p class=\"fail\">").append(escaped(p)).append("</p>"));
    verdicts(page, o);
    charts(page, o);
    labels(page, f);
    if (!f.failures().isEmpty()) {
      page.append("<table>").append(row("th", "failure", "times"));
      f.failures().forEach((why, n) -> page.append(row("td", escaped(why), Thresholds.plain(n))));
      page.append("</table>");
    }
    page.append("<p class=\"small\">Files: <a href=\"")
        .append(o.folder())
        .append("/dashboard/index.html\">JMeter's dashboard</a>, <a href=\"")
        .append(o.folder())
        .append("/samples.jtl\">samples</a>, <a href=\"")
        .append(o.folder())
        .append("/jmeter.log\">log</a>. Client order ids begin with ")
        .append(escaped(o.runId()))
        .append(".</p>");
  }

  private static void verdicts(StringBuilder page, Outcome o) {
    page.append("<table>").append(row("th", "must hold", "wanted", "got", ""));
    for (Thresholds.Verdict v : o.verdicts()) {
      page.append(
          row("td", escaped(v.what()), escaped(v.wanted()), escaped(v.got()), word(v.passed())));
    }
    Reconciliation r = o.reconciliation();
    if (r != null) {
      page.append(
          row(
              "td",
              "acknowledged orders are the platform's",
              "none missing, doubled, different or strange",
              r.missing().size()
                  + " missing, "
                  + r.doubled().size()
                  + " doubled, "
                  + r.different().size()
                  + " different, "
                  + r.strangers().size()
                  + " strange, of "
                  + Thresholds.plain(r.acknowledged()),
              word(r.passed())));
    }
    page.append("</table>");
    if (r != null && r.unansweredThere() + r.unansweredNot() > 0) {
      page.append("<p class=\"small\">Sent without an answer: ")
          .append(r.unansweredThere())
          .append(" the platform has, ")
          .append(r.unansweredNot())
          .append(" it has not.</p>");
    }
  }

  private static void labels(StringBuilder page, Figures f) {
    page.append("<table>")
        .append(row("th", "request", "count", "p50 ms", "p95 ms", "p99 ms", "max ms", "errors"));
    f.labels()
        .forEach(
            (label, of) ->
                page.append(
                    row(
                        "td",
                        escaped(label),
                        Thresholds.plain(of.latency.getTotalCount()),
                        Thresholds.plain(of.latency.getValueAtPercentile(50)),
                        Thresholds.plain(of.latency.getValueAtPercentile(95)),
                        Thresholds.plain(of.latency.getValueAtPercentile(99)),
                        Thresholds.plain(of.latency.getMaxValue()),
                        Thresholds.plain(of.errors))));
    page.append("</table>");
  }

  private static void charts(StringBuilder page, Outcome o) {
    Figures f = o.figures();
    double seconds = f.pieceSeconds();
    page.append("<div class=\"charts\">");
    page.append(
        Chart.of(
            "Latency over time, ms",
            List.of(
                pieces("p50", f, p -> p.latency.getValueAtPercentile(50)),
                pieces("p95", f, p -> p.latency.getValueAtPercentile(95)),
                pieces("p99", f, p -> p.latency.getValueAtPercentile(99)))));
    page.append(
        Chart.of(
            "Requests and errors a second",
            List.of(
                pieces("requests", f, p -> p.latency.getTotalCount() / seconds),
                pieces("errors", f, p -> p.errors / seconds))));
    page.append(Chart.of("Users at work", List.of(pieces("users", f, p -> p.users))));
    page.append(percentiles(f));
    List<ServerWatch.Point> s = o.server();
    if (s.size() > 1) {
      page.append(
          Chart.of(
              "Server: processor, per cent of all cores; in garbage collection, per cent of the time",
              List.of(
                  points("processor", o, ServerWatch.Point::cpuPct),
                  rate("garbage collection", o, p -> p.gcSeconds() * 100, null))));
      page.append(
          Chart.of(
              "Server: heap in use, MB",
              List.of(points("heap", o, ServerWatch.Point::heapMegabytes))));
      page.append(
          Chart.of(
              "Server: database connections in use; orders waiting",
              List.of(
                  points("in use", o, ServerWatch.Point::poolUsed),
                  points("waiting orders", o, ServerWatch.Point::queueDepth))));
      page.append(
          Chart.of(
              "Server: orders in a batch, and its own mean of a request, ms",
              List.of(
                  rate(
                      "orders in a batch",
                      o,
                      ServerWatch.Point::batched,
                      ServerWatch.Point::batches),
                  rate(
                      "mean request, ms",
                      o,
                      p -> p.requestSeconds() * 1e3,
                      ServerWatch.Point::requests))));
    }
    page.append("</div>");
    if (o.serverUnanswered() > 0) {
      page.append("<p class=\"small\">The server's figures could not be read ")
          .append(o.serverUnanswered())
          .append(" times.</p>");
    }
  }

  private static Chart.Line pieces(String name, Figures f, ToDoubleFunction<Figures.Piece> value) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < f.pieces().size(); i++) {
      points.add(new double[] {i * f.pieceSeconds(), value.applyAsDouble(f.pieces().get(i))});
    }
    return new Chart.Line(name, points);
  }

  private static Chart.Line points(
      String name, Outcome o, ToDoubleFunction<ServerWatch.Point> value) {
    List<double[]> points = new ArrayList<>();
    for (ServerWatch.Point p : o.server()) {
      points.add(
          new double[] {(p.at() - o.loadFrom().toEpochMilli()) / 1e3, value.applyAsDouble(p)});
    }
    return new Chart.Line(name, points);
  }

  /** What a total grew by for each that another grew by, or for each second when there is no other. */
  private static Chart.Line rate(
      String name,
      Outcome o,
      ToDoubleFunction<ServerWatch.Point> total,
      ToDoubleFunction<ServerWatch.Point> per) {
    List<double[]> points = new ArrayList<>();
    for (int i = 1; i < o.server().size(); i++) {
      ServerWatch.Point before = o.server().get(i - 1);
      ServerWatch.Point now = o.server().get(i);
      double grown = total.applyAsDouble(now) - total.applyAsDouble(before);
      double of =
          per == null
              ? (now.at() - before.at()) / 1e3
              : per.applyAsDouble(now) - per.applyAsDouble(before);
      points.add(
          new double[] {
            (now.at() - o.loadFrom().toEpochMilli()) / 1e3, of > 0 ? grown / of : Double.NaN
          });
    }
    return new Chart.Line(name, points);
  }

  /** Each kind's 95th percentile as a bar, the slowest first. */
  private static String percentiles(Figures f) {
    Map<String, Double> bars = new TreeMap<>();
    f.labels()
        .forEach((label, of) -> bars.put(label, (double) of.latency.getValueAtPercentile(95)));
    return Chart.bars("95th percentile by request, ms (the slowest twelve)", bars, 12);
  }

  private static String words(Duration d) {
    return d.toSeconds() < 120
        ? d.toSeconds() + " s"
        : Thresholds.plain(d.toSeconds() / 60.0) + " min";
  }

  private static String word(boolean passed) {
    return passed ? "<span class=\"pass\">passed</span>" : "<span class=\"fail\">failed</span>";
  }

  private static String row(String cell, String... cells) {
    StringBuilder row = new StringBuilder("<tr>");
    for (String c : cells) {
      row.append('<').append(cell).append('>').append(c).append("</").append(cell).append('>');
    }
    return row.append("</tr>").toString();
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
