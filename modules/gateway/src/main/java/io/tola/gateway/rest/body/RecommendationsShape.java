package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.RecommendationPage;
import java.time.Instant;
import java.util.List;

/** All advice. */
public record RecommendationsShape(
    Instant timestamp,
    String trialsOff,
    String indexAdviceMissing,
    List<RecommendationShape> recommendations)
    implements Shape {

  public static RecommendationsShape of(RecommendationPage page) {
    return new RecommendationsShape(
        page.timestamp(),
        page.trialsOff(),
        page.indexAdviceMissing(),
        page.entries().stream().map(RecommendationShape::of).toList());
  }
}
