package io.tola.performance.api;

/**
 * A recommendation with what can be done about it here.
 *
 * @param index the index that is advised; null when it isn't about a missing index
 * @param trial its newest trial; null when there was none
 */
public record RecommendationEntry(
    Recommendation recommendation, IndexAdvice index, IndexTrial trial) {}
