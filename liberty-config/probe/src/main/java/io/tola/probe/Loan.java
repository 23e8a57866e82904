package io.tola.probe;

/**
 * A connection that the pool has lent.
 *
 * @param site whose code asked for it
 * @param thread the thread that did
 * @param unit the request it was lent to, {@code GET /api/v1/trades}, or null
 * @param sinceNanos {@link System#nanoTime} when it was lent
 */
public record Loan(Site site, String thread, String unit, long sinceNanos) {}
