package io.tola.probe;

import java.util.List;

/**
 * One execution that took long.
 *
 * @param endedNanos {@link System#nanoTime} when it ended
 * @param tookNanos its duration
 * @param unit the request it belonged to, {@code GET /api/v1/trades}, or null
 * @param sqlState of its failure; null when it succeeded
 * @param batch how many sets of parameters; 1 unless sent as a batch
 * @param parameters the parameters' shapes, {@code uuid[120]} or {@code String(12)}, never their values
 */
public record SlowStatement(
    long endedNanos,
    long tookNanos,
    String id,
    String text,
    StatementType type,
    Site site,
    String unit,
    boolean success,
    String sqlState,
    int batch,
    List<String> parameters) {}
