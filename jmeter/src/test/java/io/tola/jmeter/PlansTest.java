package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The plans against the API's own description: what they leave out must be said here, with why. */
class PlansTest {

  private static final Path OPENAPI =
      Path.of("../modules/gateway/src/main/resources/META-INF/openapi.yaml");

  /** Not loaded: they undo what the users stand on, need two people each time, or are a page of history as a whole. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "POST /auth/password",
          "POST /auth/logout",
          "POST /corporate-actions",
          "POST /corporate-actions/{action_id}/apply",
          "POST /reconciliation/statements/{statement_id}/compare",
          "GET /reconciliation/breaks/{break_id}",
          "POST /reconciliation/breaks/{break_id}/explain",
          "POST /reconciliation/breaks/{break_id}/reopen",
          "POST /reconciliation/breaks/{break_id}/adjust",
          "POST /reconciliation/breaks/{break_id}/close",
          "PUT /strategies/{strategy}",
          "GET /audit/proof",
          "GET /audit/export",
          "PUT /users/{username}",
          "PUT /users/{username}/password",
          "POST /users/{username}/unlock",
          "POST /users/{username}/logout",
          "GET /approvals/{approval_id}",
          "POST /approvals/{approval_id}/approve",
          "POST /approvals/{approval_id}/refuse");

  @Test
  void everyOperationOfTheApiIsInAPlanOrLeftOutForAReason() throws Exception {
    Set<String> missing = new TreeSet<>(operations());
    missing.removeAll(labels());
    missing.removeIf(operation -> operation.contains(" /performance/"));
    assertThat(missing).isEqualTo(new TreeSet<>(LEFT_OUT));
  }

  @Test
  void noPlanCallsWhatTheApiDoesNotHave() throws Exception {
    Set<String> unknown = new TreeSet<>(labels());
    unknown.removeAll(operations());
    unknown.removeAll(Set.of("GET /", "GET /health/ready", "GET /health/live", "GET /openapi"));
    unknown.removeIf(label -> label.startsWith("GET /performance/"));
    assertThat(unknown).isEmpty();
  }

  /** JMeter writes a request's id into its line only while no later request has changed it: each must make its own. */
  @Test
  void everyOrderRequestMakesItsOwnId() throws Exception {
    for (Path plan : plans()) {
      NodeList samplers = elements(plan, "HTTPSamplerProxy");
      for (int i = 0; i < samplers.getLength(); i++) {
        Element sampler = (Element) samplers.item(i);
        String label = sampler.getAttribute("testname");
        if (label.equals("POST /orders/place") || label.equals("POST /orders/batch")) {
          org.w3c.dom.Node below = sampler.getNextSibling();
          while (!(below instanceof Element)) {
            below = below.getNextSibling();
          }
          assertThat(below.getTextContent())
              .as("%s in %s", label, plan)
              .contains("${__P(run.id,gui)}-")
              .contains("order_id");
        }
      }
    }
  }

  @Test
  void everyScenarioNamesClassesThatItsPlanHas() throws Exception {
    for (Scenario s : Scenarios.read(Path.of("scenarios.json")).everyOne()) {
      String plan = Files.readString(Path.of("plans", s.plan() + ".jmx"));
      for (String part : s.mix().keySet()) {
        assertThat(plan)
            .as(s.name())
            .contains(s.open() ? "schedule." + part + "," : "users." + part + ",");
      }
    }
  }

  private static Set<String> operations() throws IOException {
    Set<String> operations = new HashSet<>();
    Pattern path = Pattern.compile("  (/\\S*):");
    Pattern method = Pattern.compile("    (get|post|put|delete):");
    String current = null;
    for (String line : Files.readAllLines(OPENAPI)) {
      Matcher p = path.matcher(line);
      Matcher m = method.matcher(line);
      if (p.matches()) {
        current = p.group(1);
      } else if (m.matches() && current != null) {
        operations.add(m.group(1).toUpperCase(Locale.ROOT) + " " + current);
      }
    }
    assertThat(operations).hasSizeGreaterThan(60);
    return operations;
  }

  private static Set<String> labels() throws Exception {
    Set<String> labels = new HashSet<>();
    for (Path plan : plans()) {
      NodeList samplers = elements(plan, "HTTPSamplerProxy");
      for (int i = 0; i < samplers.getLength(); i++) {
        labels.add(((Element) samplers.item(i)).getAttribute("testname"));
      }
    }
    return labels;
  }

  private static List<Path> plans() throws IOException {
    try (var files = Files.walk(Path.of("plans"))) {
      return files.filter(f -> f.toString().endsWith(".jmx")).toList();
    }
  }

  private static NodeList elements(Path plan, String name) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(plan.toFile())
        .getElementsByTagName(name);
  }
}
