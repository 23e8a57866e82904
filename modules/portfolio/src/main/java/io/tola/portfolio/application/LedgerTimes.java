package io.tola.portfolio.application;

import java.time.Duration;
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
    this.open = metrics == null ? null : metrics.timer("tola_book_open_seconds");
    this.flush = metrics == null ? null : metrics.timer("tola_book_flush_seconds");
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
