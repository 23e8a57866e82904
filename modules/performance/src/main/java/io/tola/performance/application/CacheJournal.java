package io.tola.performance.application;

import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import jakarta.ejb.LocalBean;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * Records who empties caches. In a transaction of its own that ends before they are: what can't be
 * recorded isn't done.
 */
@Stateless
@LocalBean
@TransactionAttribute(TransactionAttributeType.REQUIRES_NEW)
public class CacheJournal {

  @Inject private AuditTrail trail;
  @Inject private Clock clock;

  /** For the container. */
  public CacheJournal() {}

  CacheJournal(AuditTrail trail, Clock clock) {
    this.trail = trail;
    this.clock = clock;
  }

  /** Notes that the caches of that prefix are emptied now. */
  public void flushed(String prefix, String actor) {
    trail.append(
        List.of(
            new AuditEntry(
                Ids.next(),
                clock.instant(),
                actor,
                "caches_flushed",
                "cache",
                prefix.isEmpty() ? "*" : prefix,
                null,
                Map.of("prefix", prefix))));
  }
}
