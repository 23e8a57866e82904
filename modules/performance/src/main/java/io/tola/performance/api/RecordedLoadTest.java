package io.tola.performance.api;

import java.time.Instant;

/**
 * A run that is kept.
 *
 * @param reportedBy who told it first
 * @param isNew false when it was there already
 */
public record RecordedLoadTest(
    LoadTest test, String reportedBy, Instant reportedAt, boolean isNew) {}
