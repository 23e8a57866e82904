package io.tola.performance.domain;

import io.tola.performance.api.Bottleneck;
import io.tola.performance.api.QueryStats;
import io.tola.performance.api.QueryType;
import io.tola.performance.api.StatementUse;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Statements' figures put together. */
public final class Figures {

  /** The name of all types together. */
  public static final String ALL = "ALL";

  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private Figures() {}

  /** All of them as one. */
  public static QueryStats together(String name, Collection<StatementStats> statements) {
    Histogram micros = new Histogram(2);
    long nanos = 0;
    long failed = 0;
    for (StatementStats one : statements) {
      micros.add(one.micros());
      nanos += one.nanos();
      failed += one.failed();
    }
    long total = micros.getTotalCount();
    // A failure is counted a moment after its duration: never more failures than executions.
    failed = Math.min(failed, total);
    if (total == 0) {
      return new QueryStats(name, 0, 0, 0, rate(0, 0, 2), null, null, null, null, null, null, null);
    }
    return new QueryStats(
        name,
        total,
        total - failed,
        failed,
        rate(failed, total, 2),
        ofMicros(micros.getMinValue()),
        ofMicros(micros.getMaxValue()),
        ofNanos(nanos / total),
        ofMicros(micros.getValueAtPercentile(50)),
        ofMicros(micros.getValueAtPercentile(95)),
        ofMicros(micros.getValueAtPercentile(99)),
        ofMicros(Math.round(micros.getStdDeviation())));
  }

  /** By type, in the order of the enum; only types that were seen. */
  public static Map<QueryType, List<StatementStats>> byType(Collection<StatementStats> statements) {
    Map<QueryType, List<StatementStats>> found = new EnumMap<>(QueryType.class);
    for (StatementStats one : statements) {
      found.computeIfAbsent(one.type(), t -> new ArrayList<>()).add(one);
    }
    return found;
  }

  /** {@link #together} for each type that was seen. */
  public static Map<String, QueryStats> types(Collection<StatementStats> statements) {
    Map<String, QueryStats> found = new LinkedHashMap<>();
    byType(statements).forEach((type, of) -> found.put(type.name(), together(type.name(), of)));
    return found;
  }

  /** Types with slow statements, the most time lost first. */
  public static List<Bottleneck> bottlenecks(
      Collection<StatementStats> statements, long thresholdNanos) {
    record Lost(Bottleneck bottleneck, long nanos) {}
    List<Lost> found = new ArrayList<>();
    byType(statements)
        .forEach(
            (type, of) -> {
              long slow = of.stream().mapToLong(StatementStats::slow).sum();
              if (slow > 0) {
                long nanos = of.stream().mapToLong(StatementStats::slowNanos).sum();
                long worst = of.stream().mapToLong(StatementStats::slowestNanos).max().orElse(0);
                long total = of.stream().mapToLong(StatementStats::total).sum();
                found.add(
                    new Lost(
                        new Bottleneck(
                            type.name(),
                            slow,
                            ofNanos(thresholdNanos),
                            ofNanos(nanos / slow),
                            ofNanos(worst),
                            rate(slow, total, 4)),
                        nanos));
              }
            });
    return found.stream()
        .sorted(Comparator.comparingLong(Lost::nanos).reversed())
        .map(Lost::bottleneck)
        .toList();
  }

  /** The statements that took the most time together, the dearest first. */
  public static List<StatementUse> dearest(Collection<StatementStats> statements, int limit) {
    long all = statements.stream().mapToLong(StatementStats::nanos).sum();
    return statements.stream()
        .sorted(Comparator.comparingLong(StatementStats::nanos).reversed())
        .limit(limit)
        .map(s -> use(s, all))
        .toList();
  }

  private static StatementUse use(StatementStats s, long all) {
    return new StatementUse(
        s.id(),
        s.text(),
        together(s.type().name(), List.of(s)),
        ofNanos(s.nanos()),
        rate(s.nanos(), all, 2),
        s.rowsCounted() == 0
            ? null
            : BigDecimal.valueOf(s.rows())
                .divide(BigDecimal.valueOf(s.rowsCounted()), 2, RoundingMode.HALF_EVEN),
        s.callSites(),
        s.failures());
  }

  /** Per cent; 0 of nothing. */
  public static BigDecimal rate(long part, long whole, int decimals) {
    if (whole <= 0) {
      return BigDecimal.ZERO.setScale(decimals);
    }
    return BigDecimal.valueOf(part)
        .multiply(HUNDRED)
        .divide(BigDecimal.valueOf(whole), decimals, RoundingMode.HALF_EVEN);
  }

  /** Milliseconds with three decimals. */
  public static BigDecimal ofNanos(long nanos) {
    return BigDecimal.valueOf(nanos, 6).setScale(3, RoundingMode.HALF_EVEN);
  }

  private static BigDecimal ofMicros(long micros) {
    return BigDecimal.valueOf(micros, 3);
  }
}
