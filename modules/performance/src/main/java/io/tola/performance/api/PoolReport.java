package io.tola.performance.api;

import java.time.Instant;
import java.util.List;

/** The pools of this node; waiting for a connection is not in any statement's duration. */
public record PoolReport(Instant timestamp, List<PoolUse> pools) {}
