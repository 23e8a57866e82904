package io.tola.portfolio.application;

import java.time.Duration;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Timer;

/** How long batches wait for their accounts and how long the books take to write. Thread-safe. */
final class LedgerTimes {

  private final Timer open;
  private final Timer flush;

  /**
   * @param metrics null to keep no figures
   */
  LedgerTimes(MetricRegistry metrics) {
    this.open = timer(metrics, "tola_book_open_time", "Locking and reading a batch's accounts");
    this.flush = timer(metrics, "tola_book_flush_time", "Writing a batch's books");
  }

  /** The exposition adds the unit to the name: tola_book_open_time_seconds. */
  private static Timer timer(MetricRegistry metrics, String name, String description) {
    return metrics == null
        ? null
        : metrics.timer(
            Metadata.builder()
                .withName(name)
                .withDescription(description)
                .withUnit("seconds")
                .build());
  }

  void opened(long nanos) {
    if (open != null) {
      open.update(Duration.ofNanos(nanos));
    }
  }

  void flushed(long nanos) {
    if (flush != null) {
      flush.update(Duration.ofNanos(nanos));
    }
  }
}
