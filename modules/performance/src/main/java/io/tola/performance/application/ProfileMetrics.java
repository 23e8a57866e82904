package io.tola.performance.application;

import io.tola.performance.api.QueryStats;
import io.tola.performance.api.QueryType;
import io.tola.performance.domain.Figures;
import io.tola.performance.store.ProbedStatements;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/**
 * Statements as metrics: counters grow with the probe's totals each second, percentiles are worked
 * out every {@value #PERIOD_SECONDS} seconds over the span.
 */
@Singleton
@Startup
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ProfileMetrics {

  private static final int PERIOD_SECONDS = 15;

  @Resource private ManagedScheduledExecutorService timers;
  @Inject private MetricRegistry registry;
  @Inject private ProbedStatements statements;

  private final List<Carried> carried = new ArrayList<>();
  private volatile Map<String, QueryStats> types = Map.of();

  /** A counter that follows a total. */
  private static final class Carried {
    private final Counter counter;
    private final LongSupplier total;
    private long last;

    Carried(Counter counter, LongSupplier total) {
      this.counter = counter;
      this.total = total;
    }

    void carry() {
      long now = total.getAsLong();
      if (now > last) {
        counter.inc(now - last);
        last = now;
      }
    }
  }

  @PostConstruct
  void register() {
    for (QueryType type : QueryType.values()) {
      Tag tag = new Tag("type", type.name());
      count(
          "tola_db_statements_total",
          "Statements sent to the database",
          () -> statements.totals(type).executions(),
          tag);
      count(
          "tola_db_statement_failures_total",
          "Statements that failed",
          () -> statements.totals(type).failed(),
          tag);
      count(
          "tola_db_slow_statements_total",
          "Statements over the slow threshold",
          () -> statements.totals(type).slow(),
          tag);
      count(
          "tola_db_statement_millis_total",
          "Milliseconds that statements took together",
          () -> TimeUnit.NANOSECONDS.toMillis(statements.totals(type).nanos()),
          tag);
      quantile(type, "0.5", QueryStats::medianMs);
      quantile(type, "0.95", QueryStats::p95Ms);
      quantile(type, "0.99", QueryStats::p99Ms);
    }
    for (String pool : List.of("tola", "tola-long")) {
      gauge(
          "tola_db_connections",
          "Open connections to the database by application name",
          () -> statements.connections().getOrDefault(pool, 0L),
          new Tag("application", pool));
    }
    timers.scheduleWithFixedDelay(this::carryOver, 1, 1, TimeUnit.SECONDS);
    timers.scheduleWithFixedDelay(this::workOut, 2, PERIOD_SECONDS, TimeUnit.SECONDS);
  }

  private void carryOver() {
    carried.forEach(Carried::carry);
  }

  private void workOut() {
    types = Figures.types(statements.all());
  }

  private void quantile(QueryType type, String quantile, Function<QueryStats, BigDecimal> value) {
    gauge(
        "tola_db_statement_ms",
        "How long statements took over the last 24 hours, milliseconds",
        () -> {
          QueryStats stats = types.get(type.name());
          return stats == null ? 0 : value.apply(stats);
        },
        new Tag("type", type.name()),
        new Tag("quantile", quantile));
  }

  private void gauge(String name, String description, Supplier<Number> value, Tag... tags) {
    registry.gauge(
        Metadata.builder().withName(name).withDescription(description).build(), value, tags);
  }

  private void count(String name, String description, LongSupplier total, Tag tag) {
    carried.add(
        new Carried(
            registry.counter(
                Metadata.builder().withName(name).withDescription(description).build(), tag),
            total));
  }
}
