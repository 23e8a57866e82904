package io.tola.audit.store;

import io.tola.audit.domain.Entry;
import io.tola.kernel.sql.RoundTrip;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** Appends a block in a round trip of its own. */
public final class OneBlock {

  private OneBlock() {}

  public static TrailStore.Appended append(
      DataSource dataSource, List<Entry> entries, Instant closedAt, Integer held) {
    RoundTrip trip = new RoundTrip();
    TrailStore store = new TrailStore(dataSource);
    Supplier<TrailStore.Appended> appended = store.append(entries, closedAt, held, trip);
    store.send(trip);
    return appended.get();
  }
}
