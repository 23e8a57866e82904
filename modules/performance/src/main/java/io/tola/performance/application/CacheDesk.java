package io.tola.performance.application;

import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.performance.api.CacheControl;
import io.tola.performance.api.CacheFlush;
import io.tola.performance.api.CacheReport;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;

/** Shows and empties caches. */
@Stateless
@Local(CacheControl.class)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class CacheDesk implements CacheControl {

  @Inject private QueryCaches caches;
  @Inject private CacheFigures figures;
  @Inject private CacheJournal journal;
  @Inject private Clock clock;

  /** For the container. */
  public CacheDesk() {}

  CacheDesk(QueryCaches caches, CacheFigures figures, CacheJournal journal, Clock clock) {
    this.caches = caches;
    this.figures = figures;
    this.journal = journal;
    this.clock = clock;
  }

  @Override
  public CacheReport report() {
    return figures.report();
  }

  @Override
  public CacheFlush flush(String prefix, String actor) {
    if (!prefix.isEmpty() && caches.names(prefix).isEmpty()) {
      throw new InvalidValueException(
          "prefix", "must begin a cache's name: one of " + caches.names(""));
    }
    journal.flushed(prefix, actor);
    List<String> flushed = caches.flush(prefix);
    return new CacheFlush(clock.instant(), flushed, caches.trouble() == null);
  }
}
