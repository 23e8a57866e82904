package io.tola.performance.api;

import io.tola.kernel.Page;
import java.util.List;

/**
 * Runs that are kept.
 *
 * @param runs newest first
 * @param conditions a JSON object: those of the scenario's newest run, which {@code trends} is about; null without a
 *     scenario or a run
 * @param trends by name; empty without a scenario, and on every page but the first
 */
public record LoadTestHistory(
    Page<RecordedLoadTest> runs, String conditions, List<LoadTestTrend> trends) {}
