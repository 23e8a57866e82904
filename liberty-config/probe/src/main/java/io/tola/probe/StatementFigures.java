package io.tola.probe;

import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What one statement did in the span that is kept.
 *
 * @param id sixteen hexadecimal digits of the text's hash
 * @param text normalised, or {@code (other)} for what there was no room for
 * @param micros every execution's duration in microseconds, failed ones included
 * @param nanos all durations together
 * @param rows rows read or written in the executions of which that is known
 * @param rowsCounted how many executions that is known of: every write, a sample of the reads
 * @param warned executions that took at least the warning threshold
 * @param slow executions that took at least the slow threshold
 * @param slowNanos their durations together
 * @param slowest the longest of them, nanoseconds
 * @param sites where it was seen to come from, the most often seen first
 * @param failures by SQLSTATE
 */
public record StatementFigures(
    String id,
    String text,
    StatementType type,
    Histogram micros,
    long nanos,
    long failed,
    long rows,
    long rowsCounted,
    long warned,
    long slow,
    long slowNanos,
    long slowest,
    List<Site> sites,
    Map<String, Long> failures) {}
