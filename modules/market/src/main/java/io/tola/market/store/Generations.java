package io.tola.market.store;

import io.tola.market.store.SharedTexts.Away;
import io.tola.market.store.SharedTexts.Space;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Which answers are young enough. An answer belongs to the generation that its namespace had before it
 * was loaded; to invalidate is to begin a new one, so that what was loaded before and stored after is
 * never found.
 *
 * <p>Generations are random names in the shared tier. One that the tier has forgotten is replaced by
 * another; one that this node has seen replaced, and that the tier brings back (after a partition of the
 * network is healed, or because an old write arrived late), is replaced again. A new generation that
 * couldn't be written is owed, and until it is paid this node has none. Thread-safe.
 */
final class Generations {

  private static final int MOST_RETIRED = 32;

  private final SharedTexts tier;
  private final ConcurrentHashMap<String, Namespace> namespaces = new ConcurrentHashMap<>();

  /** What this node knows of a namespace. */
  private static final class Namespace {
    /** The last invalidation that wasn't written yet. */
    private final AtomicReference<Object> owed = new AtomicReference<>();

    private final AtomicLong invalidations = new AtomicLong();
    private final Deque<String> retired = new ArrayDeque<>();
    private String seen;

    private synchronized boolean isRetired(String generation) {
      return retired.contains(generation);
    }

    private synchronized void see(String generation) {
      if (!generation.equals(seen)) {
        retire(seen);
        seen = generation;
      }
    }

    private synchronized void retire(String generation) {
      if (generation != null && !retired.contains(generation)) {
        if (retired.size() == MOST_RETIRED) {
          retired.removeFirst();
        }
        retired.addLast(generation);
      }
    }
  }

  Generations(SharedTexts tier) {
    this.tier = tier;
  }

  /**
   * What a read goes by.
   *
   * @param shared the generation on all nodes, or null while that isn't known
   * @param local another one after every invalidation on this node
   */
  record Now(String shared, String local) {}

  /** The generation of a cache's scope: its own and the whole cache's. */
  Now now(String name, String scope) {
    Namespace whole = of(name);
    if (scope.isEmpty()) {
      String local = Long.toString(whole.invalidations.get());
      return new Now(current(name, whole), local);
    }
    String partName = name + '/' + scope;
    Namespace part = of(partName);
    String local = whole.invalidations.get() + "." + part.invalidations.get();
    String first = current(name, whole);
    String second = first == null ? null : current(partName, part);
    return new Now(second == null ? null : first + second, local);
  }

  private Namespace of(String name) {
    return namespaces.computeIfAbsent(name, n -> new Namespace());
  }

  private String current(String name, Namespace namespace) {
    try {
      Object owed = namespace.owed.get();
      if (owed != null) {
        return pay(name, namespace, owed);
      }
      for (int i = 0; i < 3; i++) {
        String there = tier.get(Space.GENERATIONS, name);
        String fresh = fresh();
        if (there == null) {
          if (tier.putIfAbsent(Space.GENERATIONS, name, fresh)) {
            namespace.see(fresh);
            return fresh;
          }
        } else if (!namespace.isRetired(there)) {
          namespace.see(there);
          return there;
        } else if (tier.replace(Space.GENERATIONS, name, there, fresh)) {
          namespace.see(fresh);
          return fresh;
        }
      }
      return null;
    } catch (Away e) {
      return null;
    }
  }

  private String pay(String name, Namespace namespace, Object owed) {
    String fresh = fresh();
    namespace.retire(tier.getAndPut(Space.GENERATIONS, name, fresh));
    namespace.see(fresh);
    // Another one may be owed by now; then that is paid too.
    namespace.owed.compareAndSet(owed, null);
    return fresh;
  }

  /** Begins a new generation. */
  void invalidate(String name) {
    Namespace namespace = of(name);
    Object owed = new Object();
    namespace.owed.set(owed);
    namespace.invalidations.incrementAndGet();
    try {
      pay(name, namespace, owed);
    } catch (Away e) {
      // Owed.
    }
  }

  /** Writes what is owed, as far as the tier lets it. */
  void settle() {
    for (Map.Entry<String, Namespace> entry : namespaces.entrySet()) {
      Object owed = entry.getValue().owed.get();
      if (owed != null) {
        try {
          pay(entry.getKey(), entry.getValue(), owed);
        } catch (Away e) {
          return;
        }
      }
    }
  }

  private static String fresh() {
    return UUID.randomUUID().toString();
  }
}
