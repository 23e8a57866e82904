package io.tola.audit.application;

import io.tola.audit.domain.Entry;
import io.tola.audit.store.TrailStore;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import io.tola.kernel.sql.RoundTrip;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;

/**
 * Writes the trail in the caller's transaction: each call becomes one block on one chain.
 *
 * <p>A CDI bean rather than a session bean: it adds nothing to a transaction that the caller made,
 * and what it throws must reach the caller as it is, not wrapped in an {@code EJBException}.
 * Thread-safe.
 */
@ApplicationScoped
public class TrailWriter implements AuditTrail {

  private static final String HELD_CHAIN = TrailWriter.class.getName() + ".chain";

  private static final Metadata ENTRIES =
      described("tola_audit_entries_total", "Audit entries handed to the database");
  private static final Metadata BLOCKS =
      described("tola_audit_blocks_total", "Audit blocks handed to the database");
  private static final Metadata WAITS =
      described("tola_audit_chain_waits_total", "Appends that found every hash chain taken");

  private TrailStore store;
  private Clock clock;
  private MetricRegistry metrics;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  /** For the container's proxy. */
  protected TrailWriter() {}

  @Inject
  public TrailWriter(TrailStore store, Clock clock, MetricRegistry metrics) {
    this.store = store;
    this.clock = clock;
    this.metrics = metrics;
  }

  TrailWriter(
      TrailStore store,
      Clock clock,
      MetricRegistry metrics,
      TransactionSynchronizationRegistry transactions) {
    this(store, clock, metrics);
    this.transactions = transactions;
  }

  @Override
  public void append(List<AuditEntry> facts) {
    RoundTrip trip = new RoundTrip();
    append(facts, trip);
    store.send(trip);
  }

  @Override
  public void append(List<AuditEntry> facts, RoundTrip trip) {
    if (transactions.getTransactionStatus() != Status.STATUS_ACTIVE) {
      throw new IllegalStateException("an audit entry needs an active transaction");
    }
    if (facts.isEmpty()) {
      return;
    }
    List<Entry> entries = facts.stream().map(Entry::of).toList();
    // A second call in the same transaction continues the chain it holds, so that no transaction
    // ever holds one chain and waits for another.
    Integer held = (Integer) transactions.getResource(HELD_CHAIN);
    Supplier<TrailStore.Appended> appended = store.append(entries, clock.instant(), held, trip);
    trip.then(() -> appended(appended.get(), entries.size()));
  }

  private void appended(TrailStore.Appended appended, int entries) {
    transactions.putResource(HELD_CHAIN, appended.chain());
    metrics.counter(ENTRIES).inc(entries);
    metrics.counter(BLOCKS).inc();
    if (appended.waited()) {
      metrics.counter(WAITS).inc();
    }
  }

  private static Metadata described(String name, String description) {
    return Metadata.builder().withName(name).withDescription(description).build();
  }
}
