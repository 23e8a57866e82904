package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/** The last hundred that took long on this node, the newest first. */
public record SlowQueryReport(
    Instant timestamp, BigDecimal warnMs, BigDecimal slowMs, List<SlowQuery> queries) {}
