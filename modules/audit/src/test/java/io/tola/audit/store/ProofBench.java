package io.tola.audit.store;

import io.tola.audit.domain.Hash;
import io.tola.audit.domain.Tree;
import io.tola.schema.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Prints how many entries a second become durable and provable, how long after its closing a block is
 * in the tree, how long a proof takes and how long the verification of everything. Not a test: run its
 * main method. Arguments: writers, entries a block, seconds, entries in the end.
 */
final class ProofBench {

  private static final int PERIOD_MILLIS = 200;

  private ProofBench() {}

  public static void main(String[] arguments) throws Exception {
    int writers = argument(arguments, 0, 2);
    int size = argument(arguments, 1, 64);
    int seconds = argument(arguments, 2, 10);
    int entries = argument(arguments, 3, 1_000_000);
    try (TestDatabase database = TestDatabase.create()) {
      rate(database, writers, size, 3, false);
      rate(database, writers, size, seconds, true);
      long there = new TreeStore(database.appDataSource()).tree().size();
      while (there < entries) {
        there += TrailBench.run(database, 4, 1_000, 3);
      }
      TreeStore store = new TreeStore(database.appDataSource());
      while (store.integrate(now()).entries() > 0) {
        // until everything is in the tree
      }
      database.execute("ANALYZE");
      // As with a pool: the connection is there already.
      try (var transaction = new OneTransaction(database.appDataSource())) {
        proofs(new TreeStore(transaction.dataSource()));
      }
      verify(database);
    }
    System.exit(0);
  }

  private static int argument(String[] arguments, int index, int otherwise) {
    return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
  }

  private static void rate(TestDatabase database, int writers, int size, int seconds, boolean print)
      throws Exception {
    AtomicBoolean writing = new AtomicBoolean(true);
    List<Long> lags = new ArrayList<>();
    var executor = Executors.newSingleThreadExecutor();
    TreeStore store = new TreeStore(database.appDataSource());
    long before = store.tree().size();
    long[] busy = new long[1];
    Future<Void> node =
        executor.submit(
            () -> {
              boolean last = false;
              while (!last) {
                last = !writing.get();
                Thread.sleep(PERIOD_MILLIS);
                TreeStore.Step step;
                do {
                  long begin = System.nanoTime();
                  step = store.integrate(now());
                  busy[0] += System.nanoTime() - begin;
                  Instant in = now();
                  step.closedAt().forEach(at -> lags.add(Duration.between(at, in).toMillis()));
                } while (step.more());
              }
              return null;
            });
    long begin = System.nanoTime();
    long written = TrailBench.run(database, writers, size, seconds);
    writing.set(false);
    node.get();
    double took = (System.nanoTime() - begin) / 1e9;
    executor.shutdown();
    long integrated = store.tree().size() - before;
    if (print) {
      Collections.sort(lags);
      System.out.printf(
          "%d writers, %d entries a block, fsync %s: %,d entries/s written, %,.0f entries/s in the tree until all were;"
              + " integrated after p50 %d ms, p99 %d ms, most %d ms; the integrating thread was busy %.0f%% of the time%n",
          writers,
          size,
          Boolean.getBoolean("tola.test.durable") ? "on" : "off",
          written / seconds,
          integrated / took,
          lags.get(lags.size() / 2),
          lags.get(lags.size() * 99 / 100),
          lags.get(lags.size() - 1),
          busy[0] / 1e7 / took);
    }
  }

  private static void proofs(TreeStore store) throws Exception {
    Tree tree = store.tree();
    Random random = new Random(1);
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      long leaf = Math.floorMod(random.nextLong(), tree.size());
      ids.add(store.leaves(leaf, leaf + 1).get(0).entry().id());
    }
    for (boolean warm : new boolean[] {false, true}) {
      List<Long> micros = new ArrayList<>();
      for (UUID id : ids) {
        long begin = System.nanoTime();
        long leaf = store.locate(id).leaf();
        List<Hash> path = store.read(t -> t.inclusion(leaf, tree.size()));
        micros.add((System.nanoTime() - begin) / 1_000);
        if (path.isEmpty()) {
          throw new IllegalStateException("no proof");
        }
      }
      Collections.sort(micros);
      if (warm) {
        System.out.printf(
            "inclusion proof in %,d entries, the entry looked up by its id: p50 %d us, p99 %d us%n",
            tree.size(), micros.get(500), micros.get(990));
      }
    }
  }

  private static void verify(TestDatabase database) throws Exception {
    for (int i = 0; i < 2; i++) {
      long begin = System.nanoTime();
      TrailStore.Checked checked =
          new TrailStore(database.appDataSource()).verify(TrailStore.Wanted.since(null));
      double took = (System.nanoTime() - begin) / 1e9;
      System.out.printf(
          "verify: %,d entries in %,d blocks, %,d leaves, intact %s, %.1f s, %,.0f entries/s%n",
          checked.trail().entries(),
          checked.trail().blocks(),
          checked.leaves(),
          checked.trail().intact(),
          took,
          checked.trail().entries() / took);
    }
  }

  private static Instant now() {
    return Instant.EPOCH.plusNanos(System.currentTimeMillis() * 1_000_000L);
  }
}
