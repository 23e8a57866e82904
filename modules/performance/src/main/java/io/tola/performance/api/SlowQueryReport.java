package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * The last hundred that took long on this node.
 *
 * @param queries the newest first
 * @param plans of their statements, then of the dearest
 * @param plansMissing why there are no plans as they were executed (auto_explain's), or why there are
 *     none at all; null when they can be had
 */
public record SlowQueryReport(
    Instant timestamp,
    BigDecimal warnMs,
    BigDecimal slowMs,
    List<SlowQuery> queries,
    List<StatementPlan> plans,
    String plansMissing) {}
