package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.Recommendation;
import io.tola.performance.api.RecommendationEntry;

/** A recommendation with what can be done about it here. */
public record RecommendationShape(
    String id,
    String code,
    String severity,
    String subject,
    String reason,
    String advice,
    AdvisedIndexShape index,
    IndexTrialShape trial)
    implements Shape {

  public static RecommendationShape of(RecommendationEntry entry) {
    Recommendation recommendation = entry.recommendation();
    return new RecommendationShape(
        recommendation.id(),
        recommendation.code(),
        recommendation.severity(),
        recommendation.subject(),
        recommendation.reason(),
        recommendation.advice(),
        AdvisedIndexShape.of(entry.index()),
        IndexTrialShape.of(entry.trial()));
  }
}
