package io.tola.performance.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * This node's statements over the span that is kept.
 *
 * @param stats of all, or of the type asked for
 * @param bottlenecks types with slow statements, the most time lost first
 * @param queryTypes every type that was seen
 */
public record QueryReport(
    Instant timestamp,
    QueryStats stats,
    List<Bottleneck> bottlenecks,
    Map<String, QueryStats> queryTypes) {}
