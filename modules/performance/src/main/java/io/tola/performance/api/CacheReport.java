package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/**
 * The caches of one node.
 *
 * @param cache all of them together
 * @param shared whether the tier that nodes share is there
 * @param trouble why it isn't, or null
 * @param caches by name
 */
public record CacheReport(
    Instant timestamp, CacheStats cache, boolean shared, String trouble, List<CacheUse> caches) {}
