package io.tola.audit.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.audit.domain.Entry;
import io.tola.audit.store.TrailStore;
import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.sql.RoundTrip;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.microprofile.metrics.Counter;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.junit.jupiter.api.Test;

class TrailWriterTest {

  private static final Instant T0 = Instant.parse("2026-11-21T04:00:00Z");
  private static final AuditEntry FACT =
      new AuditEntry(
          Ids.next(), T0, "risk", "risk_limits_changed", "risk_limits", "x", null, Map.of());

  private final List<Integer> heldChains = new ArrayList<>();
  private final Transaction transaction = new Transaction();
  private final TrailWriter writer =
      new TrailWriter(
          new TrailStore(null) {
            @Override
            public Supplier<Appended> append(
                List<Entry> entries, Instant closedAt, Integer held, RoundTrip trip) {
              heldChains.add(held);
              assertThat(closedAt).isEqualTo(T0);
              return () -> new Appended(7, 1, false);
            }
          },
          Clock.fixed(T0, ZoneOffset.UTC),
          noMetrics(),
          transaction);

  @Test
  void withoutATransactionNothingIsWritten() {
    transaction.status = Status.STATUS_NO_TRANSACTION;
    assertThatThrownBy(() -> writer.append(List.of(FACT)))
        .isInstanceOf(IllegalStateException.class);
    transaction.status = Status.STATUS_MARKED_ROLLBACK;
    assertThatThrownBy(() -> writer.append(List.of(FACT)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(heldChains).isEmpty();
  }

  @Test
  void aSecondCallInTheSameTransactionContinuesTheChainItHolds() {
    writer.append(List.of(FACT));
    writer.append(List.of(FACT));
    assertThat(heldChains).containsExactly(null, 7);
  }

  @Test
  void anEmptyListMakesNoBlock() {
    writer.append(List.of());
    assertThat(heldChains).isEmpty();
  }

  private static MetricRegistry noMetrics() {
    Counter counter =
        (Counter)
            Proxy.newProxyInstance(
                Counter.class.getClassLoader(), new Class<?>[] {Counter.class}, (p, m, a) -> null);
    return (MetricRegistry)
        Proxy.newProxyInstance(
            MetricRegistry.class.getClassLoader(),
            new Class<?>[] {MetricRegistry.class},
            (p, m, a) -> counter);
  }

  private static final class Transaction implements TransactionSynchronizationRegistry {
    private final Map<Object, Object> resources = new HashMap<>();
    private int status = Status.STATUS_ACTIVE;

    @Override
    public Object getTransactionKey() {
      return this;
    }

    @Override
    public void putResource(Object key, Object value) {
      resources.put(key, value);
    }

    @Override
    public Object getResource(Object key) {
      return resources.get(key);
    }

    @Override
    public void registerInterposedSynchronization(Synchronization synchronization) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int getTransactionStatus() {
      return status;
    }

    @Override
    public void setRollbackOnly() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean getRollbackOnly() {
      return false;
    }
  }
}
