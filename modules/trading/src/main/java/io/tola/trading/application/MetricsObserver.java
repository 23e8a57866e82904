package io.tola.trading.application;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.Histogram;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;
import org.eclipse.microprofile.metrics.Timer;

/** Shows what the pipeline does as MicroProfile metrics. Thread-safe. */
final class MetricsObserver implements PipelineObserver {

  private final MetricRegistry registry;
  private final Map<String, Counter> outcomes = new ConcurrentHashMap<>();
  private final Histogram batchSize;
  private final Timer batchTime;
  private final Timer commitTime;
  private final Timer orderTime;
  private final Counter retries;
  private final Counter splits;

  MetricsObserver(MetricRegistry registry) {
    this.registry = registry;
    this.batchSize =
        registry.histogram(
            metadata("tola_pipeline_batch_size", "Commands in one transaction", "none"));
    this.batchTime =
        registry.timer(
            metadata("tola_pipeline_batch_time", "One batch, from the lane to durable", "seconds"));
    this.commitTime =
        registry.timer(metadata("tola_pipeline_commit_time", "The commit of one batch", "seconds"));
    this.orderTime =
        registry.timer(
            metadata(
                "tola_pipeline_order_time",
                "One command, from its submission to its answer",
                "seconds"));
    this.retries =
        registry.counter(
            metadata("tola_pipeline_retries_total", "Batches tried again as they were", "none"));
    this.splits =
        registry.counter(
            metadata("tola_pipeline_splits_total", "Batches tried again in two halves", "none"));
  }

  @Override
  public void committed(int commands, long nanos) {
    batchSize.update(commands);
    batchTime.update(Duration.ofNanos(nanos));
  }

  @Override
  public void commitTime(long nanos) {
    commitTime.update(Duration.ofNanos(nanos));
  }

  @Override
  public void answered(String outcome, long nanos) {
    outcomes.computeIfAbsent(outcome, this::counter).inc();
    orderTime.update(Duration.ofNanos(nanos));
  }

  @Override
  public void retried() {
    retries.inc();
  }

  @Override
  public void split() {
    splits.inc();
  }

  private Counter counter(String outcome) {
    return registry.counter(
        metadata("tola_orders_total", "Commands answered, by what became of them", "none"),
        new Tag("outcome", outcome));
  }

  static Metadata metadata(String name, String description, String unit) {
    return Metadata.builder().withName(name).withDescription(description).withUnit(unit).build();
  }
}
