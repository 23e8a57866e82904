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
import java.util.function.ToDoubleFunction;

/** The page of a breaking point, complete in itself, and the same as {@code results.json}. */
final class BreakingPage {

  private BreakingPage() {}

  /** Each step, by users, with what it broke against the largest number below it that broke nothing. */
  static Map<UserStep, List<String>> judged(List<UserStep> steps) {
    Map<UserStep, List<String>> judged = new LinkedHashMap<>();
    UserStep held = null;
    for (UserStep s : steps.stream().sorted(Comparator.comparingInt(UserStep::users)).toList()) {
      List<String> broken = s.broken(held);
      judged.put(s, broken);
      if (broken.isEmpty()) {
        held = s;
      }
    }
    return judged;
  }

  /** In a sentence. */
  static String verdict(List<UserStep> steps) {
    UserStep held = null;
    for (Map.Entry<UserStep, List<String>> e : judged(steps).entrySet()) {
      if (!e.getKey().ordersKept()) {
        return "ORDERS WERE NOT KEPT at " + e.getKey().users() + " users";
      }
      if (!e.getValue().isEmpty()) {
        return (held == null
                ? "Already broken at "
                : "Held at " + held.users() + " users, broken at ")
            + e.getKey().users()
            + " users: "
            + String.join("; ", e.getValue());
      }
      held = e.getKey();
    }
    return held == null ? "Nothing was measured" : "Nothing broke up to " + held.users() + " users";
  }

  static void write(
      Path out,
      List<UserStep> steps,
      List<String> conditions,
      List<String> bottleneck,
      int bottleneckAt)
      throws IOException {
    Files.writeString(
        out.resolve("breaking.html"), html(steps, conditions, bottleneck, bottleneckAt));
    Files.writeString(out.resolve("results.json"), json(steps, conditions, bottleneck));
  }

  static String html(
      List<UserStep> steps, List<String> conditions, List<String> bottleneck, int bottleneckAt) {
    Map<UserStep, List<String>> judged = judged(steps);
    double broke =
        judged.entrySet().stream()
            .filter(e -> !e.getValue().isEmpty())
            .mapToDouble(e -> e.getKey().users())
            .findFirst()
            .orElse(Double.NaN);
    StringBuilder page =
        new StringBuilder(
                "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tola breaking point</title><style>")
            .append(ScalingPage.STYLE)
            .append("</style></head><body><h1>Tola: how many users</h1><p><b>")
            .append(Picture.escaped(verdict(steps)))
            .append("</b></p><ul class=\"small\">");
    conditions.forEach(c -> page.append("<li>").append(Picture.escaped(c)).append("</li>"));
    page.append("</ul><div class=\"charts\">");
    List<UserStep> order = List.copyOf(judged.keySet());
    page.append(
        picture("Requests a second", order, broke, Map.of("requests", UserStep::perSecond)));
    Map<String, ToDoubleFunction<UserStep>> latencies = new LinkedHashMap<>();
    latencies.put("p50", UserStep::p50);
    latencies.put("p95", UserStep::p95);
    latencies.put("p99", UserStep::p99);
    page.append(picture("Latency, ms", order, broke, latencies));
    page.append(picture("Errors, per cent", order, broke, Map.of("errors", UserStep::errorPct)));
    if (order.stream().allMatch(s -> s.stretch() != null)) {
      Map<String, ToDoubleFunction<UserStep>> busy = new LinkedHashMap<>();
      busy.put("all", s -> s.stretch().processors().all() / s.stretch().seconds());
      busy.put("server", s -> s.stretch().processors().nodes().get(0) / s.stretch().seconds());
      busy.put("database", s -> s.stretch().processors().database() / s.stretch().seconds());
      page.append(picture("Processors busy, warm-up and logins included", order, broke, busy));
      page.append(
          picture(
              "Orders in a batch", order, broke, Map.of("orders", s -> s.stretch().batchSize())));
      Map<String, ToDoubleFunction<UserStep>> waits = new LinkedHashMap<>();
      waits.put("wait for a lock", s -> s.stretch().waitingForLocks());
      waits.put("work", s -> s.stretch().sessionsThat("working"));
      page.append(picture("Sessions at the database, in the mean", order, broke, waits));
    }
    page.append("</div>");
    if (!bottleneck.isEmpty()) {
      page.append("<h2>What was short at ").append(bottleneckAt).append(" users</h2><ul>");
      bottleneck.forEach(b -> page.append("<li>").append(Picture.escaped(b)).append("</li>"));
      page.append("</ul>");
    }
    page.append("<h2>Each step</h2><table>")
        .append(
            ScalingPage.row(
                "th",
                "users",
                "requests/s",
                "p50 ms",
                "p95 ms",
                "p99 ms",
                "errors",
                "orders kept",
                "broke"));
    judged.forEach(
        (s, broken) ->
            page.append(
                ScalingPage.row(
                    "td",
                    Integer.toString(s.users()),
                    Picture.plain(Math.rint(s.perSecond())),
                    Picture.plain(s.p50()),
                    Picture.plain(s.p95()),
                    Picture.plain(s.p99()),
                    Picture.plain(s.errorPct()) + " %",
                    s.ordersKept() ? "all " + s.acknowledged() : "<span class=\"fail\">no</span>",
                    broken.isEmpty()
                        ? "<span class=\"pass\">nothing</span>"
                        : "<span class=\"fail\">"
                            + Picture.escaped(String.join("; ", broken))
                            + "</span>")));
    return page.append("</table></body></html>\n").toString();
  }

  private static String picture(
      String title,
      List<UserStep> order,
      double broke,
      Map<String, ToDoubleFunction<UserStep>> values) {
    List<Picture.Series> series = new ArrayList<>();
    values.forEach(
        (name, value) -> {
          List<double[]> points = new ArrayList<>();
          order.forEach(s -> points.add(new double[] {s.users(), value.applyAsDouble(s)}));
          series.add(new Picture.Series(name, points, false, series.size()));
        });
    return Picture.of(title, "users", series, false, broke, "breaks");
  }

  private static String json(List<UserStep> steps, List<String> conditions, List<String> bottleneck)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    ObjectNode root = mapper.createObjectNode().put("verdict", verdict(steps));
    ArrayNode with = root.putArray("conditions");
    conditions.forEach(with::add);
    ArrayNode why = root.putArray("bottleneck");
    bottleneck.forEach(why::add);
    ArrayNode all = root.putArray("steps");
    judged(steps)
        .forEach(
            (s, broken) -> {
              ObjectNode step =
                  all.addObject()
                      .put("users", s.users())
                      .put("requests_per_second", s.perSecond())
                      .put("p50_ms", s.p50())
                      .put("p95_ms", s.p95())
                      .put("p99_ms", s.p99())
                      .put("error_pct", s.errorPct())
                      .put("orders_acknowledged", s.acknowledged())
                      .put("orders_kept", s.ordersKept());
              if (s.stretch() != null) {
                double seconds = s.stretch().seconds();
                step.put("processor_server", s.stretch().processors().nodes().get(0) / seconds)
                    .put("processor_database", s.stretch().processors().database() / seconds)
                    .put("processor_all", s.stretch().processors().all() / seconds)
                    .put("batch_size", s.stretch().batchSize());
                ObjectNode sessions = step.putObject("sessions");
                s.stretch().sessions().forEach(sessions::put);
              }
              ArrayNode what = step.putArray("broken");
              broken.forEach(what::add);
            });
    return mapper.writeValueAsString(root);
  }
}
