package io.tola.drills;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The page about a run of drills: HTML, complete in itself. */
final class Page {

  private static final String STYLE =
      """
      body{font:15px/1.45 system-ui,sans-serif;color:#1c2733;max-width:70rem;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.5rem} h2{font-size:1.15rem;margin:2rem 0 .2rem} p{margin:.2rem 0 .6rem}
      table{border-collapse:collapse;width:100%;font-size:.88rem} th,td{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #e1e7ec}
      td.n,th.n{text-align:right} .ok{color:#1d7a46} .bad{color:#a3262a;font-weight:600} .off{color:#8a6200}
      figure{margin:.4rem 0} figcaption{font-size:.85rem;color:#52616f} .pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}
      """;

  private Page() {}

  static String of(List<Result> results, Map<String, String> conditions) {
    StringBuilder page =
        new StringBuilder(
                "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Drills</title><style>")
            .append(STYLE)
            .append("</style><h1>Drills</h1><p>");
    conditions.forEach(
        (name, value) ->
            page.append(escaped(name)).append(": ").append(escaped(value)).append(" · "));
    page.setLength(page.length() - 3);
    page.append("</p><table><tr><th>drill</th><th></th>");
    for (String head :
        List.of(
            "orders",
            "acknowledged",
            "refused",
            "unanswered",
            "p50 ms",
            "p99 ms",
            "worst ms",
            "first success after, ms")) {
      page.append("<th class=\"n\">").append(head).append("</th>");
    }
    page.append("</tr>");
    results.forEach(r -> row(page, r));
    page.append("</table>");
    page.append(
        "<p>Latencies count from when an order was due, refusals and orders without an answer included in the worst. First success: from the end of each fault to the first acknowledgement of an order that was due after it.</p>");
    results.stream().filter(Result::ran).forEach(r -> section(page, r));
    return page.append("</html>").toString();
  }

  private static void row(StringBuilder page, Result r) {
    page.append("<tr><td>").append(escaped(r.drill().name())).append("</td>");
    if (!r.ran()) {
      page.append("<td class=\"off\" colspan=\"9\">not at hand: ")
          .append(escaped(r.notAtHand()))
          .append("</td></tr>");
      return;
    }
    page.append(r.passed() ? "<td class=\"ok\">passed</td>" : "<td class=\"bad\">failed</td>");
    for (double value :
        new double[] {
          r.sent().size(),
          Figures.count(r.sent(), Answer.Kind.ACKNOWLEDGED),
          Figures.count(r.sent(), Answer.Kind.REFUSED),
          Figures.count(r.sent(), Answer.Kind.UNANSWERED),
          Figures.percentile(r.sent(), 50),
          Figures.percentile(r.sent(), 99),
          Figures.worst(r.sent())
        }) {
      page.append("<td class=\"n\">").append(plain(value)).append("</td>");
    }
    page.append("<td class=\"n\">")
        .append(
            String.join(
                " · ",
                r.windows().stream()
                    .map(w -> Double.isNaN(w.again()) ? "never" : plain(w.again()))
                    .toList()))
        .append("</td></tr>");
  }

  private static void section(StringBuilder page, Result r) {
    page.append("<h2>")
        .append(escaped(r.drill().name()))
        .append("</h2><p>")
        .append(escaped(r.drill().what()))
        .append("</p><div class=\"pair\">")
        .append(
            Picture.of(
                "orders a second",
                List.of(
                    new Picture.Line(
                        "acknowledged",
                        Figures.perSecond(r.sent(), s -> s.kind() == Answer.Kind.ACKNOWLEDGED)),
                    new Picture.Line(
                        "refused",
                        Figures.perSecond(r.sent(), s -> s.kind() == Answer.Kind.REFUSED)),
                    new Picture.Line(
                        "no answer or a wrong one",
                        Figures.perSecond(
                            r.sent(),
                            s ->
                                s.kind() == Answer.Kind.UNANSWERED
                                    || s.kind() == Answer.Kind.WRONG))),
                r.windows()))
        .append(
            Picture.of(
                "largest latency of each second, ms",
                List.of(new Picture.Line("latency", Figures.worstPerSecond(r.sent()))),
                r.windows()))
        .append("</div><table>");
    for (Check check : r.checks()) {
      page.append("<tr><td class=\"")
          .append(check.passed() ? "ok\">holds" : "bad\">fails")
          .append("</td><td>")
          .append(escaped(check.what()))
          .append("</td><td>")
          .append(escaped(check.detail()))
          .append("</td></tr>");
    }
    page.append("</table>");
  }

  /** A number for people. */
  static String plain(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    return value == Math.rint(value) || value >= 100
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%.1f", value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
