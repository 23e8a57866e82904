package io.tola.audit.store;

import io.tola.audit.domain.Entry;
import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.schema.TestDatabase;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints how many entries a second the trail takes and how fast it is verified. Not a test: run its
 * main method from {@code mvn -pl modules/audit exec:java} or an IDE. Arguments: writers, entries a
 * block, seconds.
 */
final class TrailBench {

  private TrailBench() {}

  public static void main(String[] arguments) throws Exception {
    int writers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 4;
    int size = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
    int seconds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 10;
    try (TestDatabase database = TestDatabase.create()) {
      run(database, writers, size, 3);
      long written = run(database, writers, size, seconds);
      System.out.printf(
          "%d writers, %d entries a block, fsync %s: %,d entries/s%n",
          writers, size, Boolean.getBoolean("tola.test.durable") ? "on" : "off", written / seconds);
      long start = System.nanoTime();
      var report = new TrailStore(database.appDataSource()).check(null);
      double took = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "verify: %,d entries in %,d blocks, intact %s, %.1f s, %,.0f entries/s%n",
          report.entries(), report.blocks(), report.intact(), took, report.entries() / took);
    }
    System.exit(0);
  }

  static long run(TestDatabase database, int writers, int size, int seconds) throws Exception {
    var executor = Executors.newFixedThreadPool(writers);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    List<Future<Long>> running = new ArrayList<>();
    for (int w = 0; w < writers; w++) {
      Random random = new Random(w);
      running.add(
          executor.submit(
              () -> {
                long written = 0;
                try (var transaction = new OneTransaction(database.appDataSource())) {
                  while (System.nanoTime() < end) {
                    Instant now = Instant.EPOCH.plusNanos(System.currentTimeMillis() * 1_000_000L);
                    List<Entry> entries = new ArrayList<>(size);
                    for (int i = 0; i < size; i++) {
                      entries.add(entry(now, random.nextInt(1_000)));
                    }
                    OneBlock.append(transaction.dataSource(), entries, now, null);
                    transaction.commit();
                    written += size;
                  }
                }
                return written;
              }));
    }
    long total = 0;
    for (var one : running) {
      total += one.get();
    }
    executor.shutdown();
    return total;
  }

  private static Entry entry(Instant now, int trader) {
    return Entry.of(
        new AuditEntry(
            Ids.next(),
            now,
            "trader" + trader,
            "order_filled",
            "order",
            Ids.next().toString(),
            new UUID(7, trader),
            Map.of(
                "client_order_id", "c-1",
                "symbol", "RELIANCE",
                "side", "BUY",
                "order_type", "MARKET",
                "quantity", 10L,
                "average_price", new BigDecimal("2831.40"),
                "status", "FILLED")));
  }
}
