package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadTestReportTest {

  private static final String PAGE =
      """
      {"items":[],"next_cursor":null,"conditions":{},"trends":[{"metric":"p95_ms","better":"lower",
       "points":[{"run_id":"a","value":1},{"run_id":"b","value":2},{"run_id":"c","value":2}],
       "changes":[{"run_id":"b","change_pct":100.0,"worse":true}]}]}
      """;

  @Test
  void aTrendKnowsWhereItsChangesAre() throws Exception {
    LoadTestReport.Trend trend = LoadTestReport.trends(new ObjectMapper().readTree(PAGE)).get(0);
    assertThat(trend.values()).containsExactly(1.0, 2.0, 2.0);
    assertThat(trend.changes()).containsExactly(new LoadTestReport.Change(1, "b", 100, true));
    assertThat(trend.worsenedWithin(2, 3)).isTrue();
    assertThat(trend.worsenedWithin(1, 3)).isFalse();
    assertThat(trend.worsenedWithin(2, 150)).isFalse();
    assertThat(Chart.history(trend)).contains("<svg").contains("+100 %");
  }

  @Test
  void aReportKeepsToTheDoorsSizes() {
    var json =
        LoadTestReport.json(
            "lt1",
            "normal",
            Instant.EPOCH,
            "c".repeat(100),
            true,
            Map.of("cpu", "x".repeat(100), "empty", ""),
            Map.of("p95_ms", 1.23456789, "requests_per_second", 5.0),
            List.of(new Thresholds.Verdict("w", "x".repeat(300), "g", true)));
    assertThat(json.get("commit").asText()).hasSize(64);
    assertThat(json.get("conditions").get("cpu").asText()).hasSize(64);
    assertThat(json.get("conditions").get("empty").asText()).isEqualTo("none");
    assertThat(json.get("verdicts").get(0).get("wanted").asText()).hasSize(200);
    for (var metric : json.get("metrics")) {
      assertThat(metric.get("better").asText())
          .isEqualTo(metric.get("name").asText().equals("p95_ms") ? "lower" : "higher");
    }
  }
}
