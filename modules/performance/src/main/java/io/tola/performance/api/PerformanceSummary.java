package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/**
 * This node at a glance.
 *
 * @param windowHours how far back {@code performance} and {@code bottlenecks} reach
 * @param recommendations the gravest first
 */
public record PerformanceSummary(
    Instant timestamp,
    CacheStats cache,
    QueryStats performance,
    int windowHours,
    List<Bottleneck> bottlenecks,
    List<Recommendation> recommendations) {}
