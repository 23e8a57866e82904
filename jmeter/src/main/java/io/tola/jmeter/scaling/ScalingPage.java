package io.tola.jmeter.scaling;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** The page of a scaling run, complete in itself, and the same as {@code results.json}. */
final class ScalingPage {

  static final String STYLE =
      """
      body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:1180px;padding:0 1rem;color:#1b2733;background:#fff}
      h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem;border-top:1px solid #dde3e9;padding-top:1rem}
      table{border-collapse:collapse;margin:.6rem 0;font-variant-numeric:tabular-nums;font-size:.92rem}
      th,td{padding:.2rem .55rem;text-align:right;border-bottom:1px solid #e6ebf0}th{color:#52616f;font-weight:600}
      td:first-child,th:first-child{text-align:left}.pass{color:#0b7a3b;font-weight:600}.fail{color:#b3261e;font-weight:600}
      .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(500px,1fr));gap:.8rem 1.5rem}
      figure{margin:0}figcaption{color:#52616f;font-size:.9rem}.small{color:#52616f;font-size:.9rem}
      """;

  private ScalingPage() {}

  /** The law over connections for each number of servers, and over servers by the best that each number did. */
  static Map<String, ScalabilityFit> models(List<ScalingRun.Step> steps) {
    Map<String, ScalabilityFit> models = new LinkedHashMap<>();
    for (int nodes : counts(steps)) {
      List<ScalabilityFit.Point> points = overConnections(steps, nodes);
      if (points.size() > 1) {
        models.put("connections, " + nodes(nodes), ScalabilityFit.of(points));
      }
    }
    List<ScalabilityFit.Point> best = overNodes(steps);
    if (counts(steps).size() > 1) {
      models.put("servers", ScalabilityFit.of(best));
    }
    return models;
  }

  private static TreeSet<Integer> counts(List<ScalingRun.Step> steps) {
    TreeSet<Integer> counts = new TreeSet<>();
    steps.forEach(s -> counts.add(s.nodes()));
    return counts;
  }

  private static List<ScalabilityFit.Point> overConnections(
      List<ScalingRun.Step> steps, int nodes) {
    return steps.stream()
        .filter(s -> s.nodes() == nodes && s.result().counted() > 0)
        .map(s -> new ScalabilityFit.Point(s.connections(), s.result().perSecond()))
        .toList();
  }

  /** Each round's best of each number of servers. */
  private static List<ScalabilityFit.Point> overNodes(List<ScalingRun.Step> steps) {
    Map<String, ScalabilityFit.Point> best = new LinkedHashMap<>();
    for (ScalingRun.Step s : steps) {
      if (s.result().counted() > 0) {
        best.merge(
            s.nodes() + "/" + s.round(),
            new ScalabilityFit.Point(s.nodes(), s.result().perSecond()),
            (a, b) -> a.throughput() >= b.throughput() ? a : b);
      }
    }
    return List.copyOf(best.values());
  }

  /** A fit in a sentence or two. */
  static String words(ScalabilityFit fit) {
    ScalabilityLaw law = fit.law();
    StringBuilder words =
        new StringBuilder("λ ")
            .append(Picture.plain(law.lambda()))
            .append("/s, σ ")
            .append(Picture.plain(law.sigma()))
            .append(", κ ")
            .append(Picture.plain(law.kappa()))
            .append(", R² ")
            .append(Picture.plain(fit.rSquared()))
            .append("; peak at ")
            .append(Picture.plain(law.peak()))
            .append(", the next one pays until ")
            .append(law.paysUntil() == Integer.MAX_VALUE ? "no end" : law.paysUntil());
    if (!fit.doubts().isEmpty()) {
      words.append(". NOT CARRIED BY THE FIGURES: ").append(String.join("; ", fit.doubts()));
    }
    return words.toString();
  }

  static void write(Path out, List<ScalingRun.Step> steps, List<String> conditions)
      throws IOException {
    Files.writeString(out.resolve("scaling.html"), html(steps, conditions));
    Files.writeString(out.resolve("results.json"), json(steps, conditions));
  }

  private static String nodes(int n) {
    return n == 1 ? "1 server" : n + " servers";
  }

  static String html(List<ScalingRun.Step> steps, List<String> conditions) {
    boolean kept = steps.stream().allMatch(s -> s.kept().passed());
    StringBuilder page =
        new StringBuilder(
                "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tola scaling</title><style>")
            .append(STYLE)
            .append("</style></head><body><h1>Tola: one server and more</h1><p>")
            .append(
                kept
                    ? "<span class=\"pass\">Every acknowledged order is in the database exactly once.</span>"
                    : "<span class=\"fail\">Orders were not kept: see the table.</span>")
            .append("</p><ul class=\"small\">");
    conditions.forEach(c -> page.append("<li>").append(Picture.escaped(c)).append("</li>"));
    page.append("</ul><div class=\"charts\">");
    Map<String, ScalabilityFit> models = models(steps);
    for (int nodes : counts(steps)) {
      ScalabilityFit fit = models.get("connections, " + nodes(nodes));
      if (fit != null) {
        List<Picture.Series> series = new ArrayList<>();
        List<double[]> points = new ArrayList<>();
        overConnections(steps, nodes)
            .forEach(p -> points.add(new double[] {p.n(), p.throughput()}));
        series.add(new Picture.Series("measured", points, false, 0));
        series.add(
            new Picture.Series(
                "law",
                curve(fit.law(), points.stream().mapToDouble(p -> p[0]).max().orElse(1)),
                true,
                1));
        page.append(
            Picture.of(
                "Orders a second over connections, " + nodes(nodes),
                "connections",
                series,
                true,
                fit.law().peak(),
                "peak " + Picture.plain(fit.law().peak())));
      }
    }
    ScalabilityFit servers = models.get("servers");
    if (servers != null) {
      List<double[]> best = new ArrayList<>();
      overNodes(steps).forEach(p -> best.add(new double[] {p.n(), p.throughput()}));
      double most = counts(steps).last() + 2;
      page.append(
          Picture.of(
              "Best orders a second over servers (the law beyond the last mark is a guess)",
              "servers",
              List.of(
                  new Picture.Series("measured", best, false, 0),
                  new Picture.Series("law", curve(servers.law(), most), true, 1)),
              false,
              servers.law().peak(),
              "peak " + Picture.plain(servers.law().peak())));
    }
    page.append(byCount(steps, "95th percentile, ms", s -> s.result().millis(95)));
    page.append(byCount(steps, "Orders in a batch", s -> s.stretch().batchSize()));
    page.append(
        byCount(
            steps,
            "Sessions that wait for another's lock, in the mean",
            s -> s.stretch().waitingForLocks()));
    page.append(
        byCount(
            steps,
            "Database processor, µs an order",
            s -> 1e6 * s.stretch().processors().database() / s.result().acknowledged().size()));
    page.append(
            "</div><h2>The law</h2><p class=\"small\">X(N) = λN / (1 + σ(N−1) + κN(N−1)), Gunther 2007: σ is what only one at a time can do, κ what each pair costs. ")
        .append(
            "In brackets 95 % by a bootstrap of residuals. The next one pays while it brings at least a tenth of what the first brought. The law takes the work of an order to be the same at every N; here more orders share a commit the more there are, which hides contention.</p><table>")
        .append(
            row(
                "th",
                "over",
                "λ, one alone /s",
                "σ",
                "κ",
                "peak at N",
                "pays until",
                "R²",
                "off, %",
                "doubts"));
    models.forEach((what, fit) -> page.append(modelRow(what, fit)));
    page.append("</table>");
    tables(page, steps);
    return page.append("</body></html>\n").toString();
  }

  private static String byCount(
      List<ScalingRun.Step> steps, String title, ToDoubleFunction<ScalingRun.Step> value) {
    List<Picture.Series> series = new ArrayList<>();
    for (int nodes : counts(steps)) {
      List<double[]> points = new ArrayList<>();
      steps.stream()
          .filter(s -> s.nodes() == nodes)
          .sorted(Comparator.comparingInt(ScalingRun.Step::connections))
          .forEach(s -> points.add(new double[] {s.connections(), value.applyAsDouble(s)}));
      series.add(new Picture.Series(nodes(nodes), points, false, series.size()));
    }
    return Picture.of(title, "connections", series, true, Double.NaN, "");
  }

  private static List<double[]> curve(ScalabilityLaw law, double most) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i <= 100; i++) {
      double n = Math.pow(most, i / 100.0);
      points.add(new double[] {n, law.throughput(n)});
    }
    return points;
  }

  private static String modelRow(String what, ScalabilityFit fit) {
    ScalabilityLaw law = fit.law();
    return row(
        "td",
        Picture.escaped(what),
        with(law.lambda(), fit.intervals().map(ScalabilityFit.Intervals::lambda).orElse(null)),
        with(law.sigma(), fit.intervals().map(ScalabilityFit.Intervals::sigma).orElse(null)),
        with(law.kappa(), fit.intervals().map(ScalabilityFit.Intervals::kappa).orElse(null)),
        with(law.peak(), fit.intervals().map(ScalabilityFit.Intervals::peak).orElse(null)),
        law.paysUntil() == Integer.MAX_VALUE ? "∞" : Integer.toString(law.paysUntil()),
        Picture.plain(fit.rSquared()),
        Picture.plain(fit.rmsPct()),
        fit.doubts().isEmpty()
            ? "none"
            : "<span class=\"fail\">"
                + Picture.escaped(String.join("; ", fit.doubts()))
                + "</span>");
  }

  private static String with(double value, double[] ends) {
    return Picture.plain(value)
        + (ends == null ? "" : " [" + Picture.plain(ends[0]) + ", " + Picture.plain(ends[1]) + "]");
  }

  private static void tables(StringBuilder page, List<ScalingRun.Step> steps) {
    page.append("<h2>Each step</h2><table>")
        .append(
            row(
                "th",
                "servers · connections · round",
                "orders/s",
                "by server",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "not 201",
                "rejected",
                "in a batch",
                "commits/s",
                "rows/s",
                "µs of processor an order: servers / database / NGINX / load",
                "processors busy",
                "kept"));
    for (ScalingRun.Step s : steps) {
      double seconds = s.stretch().seconds();
      page.append(
          row(
              "td",
              s.nodes() + " · " + s.connections() + " · " + s.round(),
              Picture.plain(Math.round(s.result().perSecond())),
              join(s, n -> n.orders() / seconds),
              Picture.plain(s.result().millis(50)),
              Picture.plain(s.result().millis(95)),
              Picture.plain(s.result().millis(99)),
              Integer.toString(s.result().unanswered().size()),
              Long.toString(s.result().rejected()),
              Picture.plain(s.stretch().batchSize()),
              Picture.plain(Math.round(s.stretch().totals().commits() / seconds)),
              Picture.plain(Math.round(s.stretch().totals().rows() / seconds)),
              each(
                      s,
                      s.stretch().processors().nodes().stream()
                          .mapToDouble(Double::doubleValue)
                          .sum())
                  + " / "
                  + each(s, s.stretch().processors().database())
                  + " / "
                  + each(s, s.stretch().processors().balancer())
                  + " / "
                  + each(s, s.stretch().processors().client()),
              Picture.plain(s.stretch().processors().all() / seconds),
              "<span class=\""
                  + (s.kept().passed()
                      ? "pass\">all " + s.kept().acknowledged()
                      : "fail\">" + Picture.escaped(s.kept().toString()))
                  + "</span>"));
      s.stretch()
          .problems()
          .forEach(
              p ->
                  page.append("<tr><td colspan=\"14\" class=\"fail\">")
                      .append(Picture.escaped(p))
                      .append("</td></tr>"));
    }
    page.append(
            "</table><h2>What the servers ask of the database, and what their sessions wait for</h2><table>")
        .append(
            row(
                "th",
                "servers · connections · round",
                "statements/s by server",
                "statements under way by server",
                "waits for a connection, ms/s by server",
                "batches tried again",
                "processor by server",
                "sessions, in the mean: working, and the most frequent waits"));
    for (ScalingRun.Step s : steps) {
      double seconds = s.stretch().seconds();
      StringBuilder processors = new StringBuilder();
      s.stretch()
          .processors()
          .nodes()
          .forEach(
              p ->
                  processors
                      .append(processors.isEmpty() ? "" : " · ")
                      .append(Picture.plain(p / seconds)));
      page.append(
          row(
              "td",
              s.nodes() + " · " + s.connections() + " · " + s.round(),
              join(s, n -> Math.rint(n.statements() / seconds)),
              join(s, n -> n.statementMillis() / 1e3 / seconds),
              join(s, n -> 1e3 * n.poolWaitSeconds() / seconds),
              join(s, Probe.Node::retries),
              processors.toString(),
              waits(s)));
    }
    page.append("</table>");
  }

  private static String waits(ScalingRun.Step s) {
    StringBuilder words = new StringBuilder();
    s.stretch().sessions().entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .limit(6)
        .forEach(
            e ->
                words
                    .append(words.isEmpty() ? "" : ", ")
                    .append(Picture.escaped(e.getKey()))
                    .append(' ')
                    .append(Picture.plain(Math.round(100 * e.getValue()) / 100.0)));
    return words.toString();
  }

  private static String each(ScalingRun.Step s, double seconds) {
    int orders = s.result().acknowledged().size();
    return orders == 0 ? "–" : Picture.plain(Math.rint(1e6 * seconds / orders));
  }

  private static String join(ScalingRun.Step s, ToDoubleFunction<Probe.Node> value) {
    StringBuilder words = new StringBuilder();
    for (Probe.Node n : s.stretch().nodes()) {
      double v = value.applyAsDouble(n);
      words
          .append(words.isEmpty() ? "" : " · ")
          .append(Picture.plain(Math.abs(v) >= 10 ? Math.rint(v) : Math.rint(v * 100) / 100));
    }
    return words.toString();
  }

  static String row(String cell, String... cells) {
    StringBuilder row = new StringBuilder("<tr>");
    for (String c : cells) {
      row.append('<').append(cell).append('>').append(c).append("</").append(cell).append('>');
    }
    return row.append("</tr>").toString();
  }

  private static String json(List<ScalingRun.Step> steps, List<String> conditions)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode();
    ArrayNode with = root.putArray("conditions");
    conditions.forEach(with::add);
    ArrayNode all = root.putArray("steps");
    for (ScalingRun.Step s : steps) {
      double seconds = s.stretch().seconds();
      ObjectNode step =
          all.addObject()
              .put("servers", s.nodes())
              .put("connections", s.connections())
              .put("round", s.round())
              .put("orders_per_second", s.result().perSecond())
              .put("p50_ms", s.result().millis(50))
              .put("p95_ms", s.result().millis(95))
              .put("p99_ms", s.result().millis(99))
              .put("not_201", s.result().unanswered().size())
              .put("rejected", s.result().rejected())
              .put("commits_per_second", s.stretch().totals().commits() / seconds)
              .put("rollbacks", s.stretch().totals().rollbacks())
              .put("deadlocks", s.stretch().totals().deadlocks())
              .put("rows_per_second", s.stretch().totals().rows() / seconds)
              .put("processor_database", s.stretch().processors().database() / seconds)
              .put("processor_balancer", s.stretch().processors().balancer() / seconds)
              .put("processor_load", s.stretch().processors().client() / seconds)
              .put("processor_all", s.stretch().processors().all() / seconds);
      ArrayNode nodes = step.putArray("nodes");
      for (int i = 0; i < s.stretch().nodes().size(); i++) {
        Probe.Node n = s.stretch().nodes().get(i);
        nodes
            .addObject()
            .put("orders_per_second", n.orders() / seconds)
            .put("batch_size", n.batches() > 0 ? n.orders() / n.batches() : 0)
            .put("statements_per_second", n.statements() / seconds)
            .put("statements_under_way", n.statementMillis() / 1e3 / seconds)
            .put("pool_wait_seconds", n.poolWaitSeconds())
            .put("gc_seconds", n.gcSeconds())
            .put("retries", n.retries())
            .put("processor", s.stretch().processors().nodes().get(i) / seconds);
      }
      ObjectNode sessions = step.putObject("sessions");
      s.stretch().sessions().forEach(sessions::put);
      step.putObject("orders")
          .put("acknowledged", s.kept().acknowledged())
          .put("missing", s.kept().missing())
          .put("doubled", s.kept().doubled())
          .put("strange", s.kept().strange())
          .put("unanswered_there", s.kept().unansweredThere());
    }
    ObjectNode laws = root.putObject("laws");
    models(steps)
        .forEach(
            (what, fit) -> {
              ObjectNode law =
                  laws.putObject(what)
                      .put("lambda", fit.law().lambda())
                      .put("sigma", fit.law().sigma())
                      .put("kappa", fit.law().kappa())
                      .put("r_squared", fit.rSquared())
                      .put("rms_pct", fit.rmsPct());
              if (Double.isFinite(fit.law().peak())) {
                law.put("peak", fit.law().peak());
              }
              fit.intervals()
                  .ifPresent(
                      i -> {
                        ends(law, "lambda_95", i.lambda());
                        ends(law, "sigma_95", i.sigma());
                        ends(law, "kappa_95", i.kappa());
                        ends(law, "peak_95", i.peak());
                      });
              ArrayNode doubts = law.putArray("doubts");
              fit.doubts().forEach(doubts::add);
            });
    return mapper.writeValueAsString(root);
  }

  private static void ends(ObjectNode law, String name, double[] ends) {
    ArrayNode array = law.putArray(name);
    for (double end : ends) {
      if (Double.isFinite(end)) {
        array.add(end);
      } else {
        // JSON has no infinity; null is without end.
        array.addNull();
      }
    }
  }
}
