package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/**
 * All advice.
 *
 * @param trialsOff why advised indexes can't be tried, and what switches it on; null when they can
 * @param indexAdviceMissing why nothing is said about missing indexes; null when it was looked for
 * @param entries the gravest first
 */
public record RecommendationPage(
    Instant timestamp,
    String trialsOff,
    String indexAdviceMissing,
    List<RecommendationEntry> entries) {}
