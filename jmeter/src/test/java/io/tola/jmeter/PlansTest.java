package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The plans against the contract and against the API's own description. */
class PlansTest {

  private static final Path OPENAPI =
      Path.of("../modules/gateway/src/main/resources/META-INF/openapi.yaml");

  /** What every release offers; a page of results says which others of a running platform's own description were sampled. */
  private static final Set<String> CONTRACT =
      Set.of(
          "GET /status",
          "GET /symbols",
          "GET /market/quote/{symbol}",
          "POST /market/quotes",
          "GET /historical",
          "POST /market/ticks",
          "POST /orders/place",
          "POST /orders/batch",
          "PUT /orders/{order_id}",
          "DELETE /orders/{order_id}",
          "GET /orders/{order_id}",
          "GET /orders/{order_id}/events",
          "GET /orders/history",
          "GET /trades",
          "DELETE /orders",
          "GET /portfolio/summary",
          "GET /positions/active",
          "GET /positions/open",
          "GET /positions/{position_id}",
          "GET /portfolio/pnl/daily",
          "GET /dashboard/summary",
          "GET /reconciliation/status",
          "GET /reconciliation/logs",
          "POST /reconciliation/statements",
          "GET /guards/status",
          "GET /risk/metrics",
          "GET /risk/var",
          "GET /risk/backtest",
          "GET /risk/events",
          "GET /risk/limits",
          "PUT /risk/limits",
          "POST /risk/stress",
          "POST /risk/kill-switch",
          "GET /strategies",
          "GET /strategies/{strategy}/signals",
          "POST /strategies/{strategy}/run",
          "GET /audit/log",
          "GET /audit/verify",
          "GET /audit/checkpoint",
          "GET /audit/proof/{entry_id}",
          "GET /performance/cache",
          "GET /performance/queries",
          "GET /performance/summary",
          "GET /performance/pool",
          "GET /performance/slow-queries",
          "GET /performance/indexes",
          "GET /performance/recommendations",
          "GET /performance/load-tests",
          "GET /metrics",
          "POST /auth/token");

  @Test
  void everyOperationOfTheContractIsInAPlan() throws Exception {
    Set<String> missing = new TreeSet<>(CONTRACT);
    missing.removeAll(labels());
    assertThat(missing).isEmpty();
  }

  /** The two doors that are no REST: each is opened, used, and left. */
  @Test
  void theStreamAndTheOrdersQueueAreInThePlan() throws Exception {
    String users = Files.readString(Path.of("plans/users.jmx"));
    assertThat(users).contains("fragments/stream.jmx").contains("fragments/jms.jmx");
    String stream = Files.readString(Path.of("plans/fragments/stream.jmx"));
    assertThat(stream)
        .contains("<stringProp name=\"path\">/ws/v1/stream</stringProp>")
        .contains("\"type\":\"authenticate\"")
        .contains("\"channel\":\"orders\"")
        .contains("\"resume_from\":${seq}")
        .contains("\"type\":\"order_update\"");
    String jms = Files.readString(Path.of("plans/fragments/jms.jmx"));
    assertThat(jms)
        .contains("dynamicQueues/tola.orders")
        .contains("<stringProp name=\"JMSProperty.value\">place</stringProp>")
        .contains("\"status\":\"FILLED\"")
        .doesNotContain("Bearer");
  }

  @Test
  void noPlanCallsWhatTheApiDoesNotHave() throws Exception {
    Set<String> unknown = new TreeSet<>(labels());
    unknown.removeAll(operations());
    unknown.removeAll(Set.of("GET /", "GET /health/ready", "GET /health/live", "GET /openapi"));
    unknown.removeIf(label -> label.startsWith("GET /performance/"));
    assertThat(unknown).isEmpty();
  }

  @Test
  void whatWasNotSampledIsNamed() {
    assertThat(Operations.coverage(Set.of("GET /a", "PUT /b"), Set.of("GET /a", "GET /")))
        .isEqualTo("1 of 2; not PUT /b");
  }

  /** JMeter writes a request's id into its line only while no later request has changed it: each must make its own. */
  @Test
  void everyOrderRequestMakesItsOwnId() throws Exception {
    for (Path plan : plans()) {
      List<Element> samplers = new ArrayList<>();
      for (String kind : List.of("HTTPSamplerProxy", "JMSSampler")) {
        NodeList found = elements(plan, kind);
        for (int i = 0; i < found.getLength(); i++) {
          samplers.add((Element) found.item(i));
        }
      }
      for (Element sampler : samplers) {
        String label = sampler.getAttribute("testname");
        if (label.equals("POST /orders/place")
            || label.equals("POST /orders/batch")
            || label.startsWith("JMS")) {
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
            .contains(s.open() ? "threads." + part + "," : "users." + part + ",");
      }
    }
  }

  private static Set<String> operations() throws IOException {
    Set<String> operations = Operations.of(Files.readString(OPENAPI));
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
