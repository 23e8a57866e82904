package io.tola.market.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import javax.cache.Cache;

/**
 * The shared texts over the connection that {@link SharedQuotes} keeps: a node is one member of the
 * cluster, whoever shares through it. After a failure nobody is asked for a while, and then one caller
 * tries for all: a tier that hangs costs its time those who were asking when it began to, and one
 * caller every two seconds after that. Thread-safe.
 */
@ApplicationScoped
public class SharedTier implements SharedTexts {

  private static final long PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private SharedQuotes connection;
  private LongSupplier nanos;
  private final AtomicReference<Pause> pause = new AtomicReference<>();

  /** Each is another one, whatever it says: who set it ends it. */
  private static final class Pause {
    private final long endsNanos;
    private final String reason;

    private Pause(long endsNanos, String reason) {
      this.endsNanos = endsNanos;
      this.reason = reason;
    }
  }

  /** For the container. */
  protected SharedTier() {}

  @Inject
  public SharedTier(SharedQuotes connection) {
    this(connection, System::nanoTime);
  }

  SharedTier(SharedQuotes connection, LongSupplier nanos) {
    this.connection = connection;
    this.nanos = nanos;
  }

  private Pause pauseFor(String reason) {
    return new Pause(nanos.getAsLong() + PAUSE_NANOS, reason);
  }

  private boolean lasts(Pause now) {
    return now.endsNanos - nanos.getAsLong() > 0;
  }

  private <R> R ask(Space space, Function<Cache<String, String>, R> work) {
    SharedQuotes.Reached reached = connection.reach(space);
    if (reached == null) {
      throw new Away(connection.health());
    }
    Pause now = pause.get();
    Pause mine = null;
    if (now != null) {
      mine = pauseFor(now.reason);
      // When it has passed, the others go on pausing while one tries.
      if (lasts(now) || !pause.compareAndSet(now, mine)) {
        throw new Away(now.reason);
      }
    }
    try {
      R answer = work.apply(reached.cache());
      if (mine != null) {
        pause.compareAndSet(mine, null);
      }
      return answer;
    } catch (RuntimeException e) {
      reached.failed(e);
      String reason = String.valueOf(connection.health());
      pause.set(pauseFor(reason));
      throw new Away(reason);
    }
  }

  @Override
  public String get(Space space, String key) {
    return ask(space, c -> c.get(key));
  }

  @Override
  public void put(Space space, String key, String text) {
    ask(
        space,
        c -> {
          c.put(key, text);
          return null;
        });
  }

  @Override
  public String getAndPut(Space space, String key, String text) {
    return ask(space, c -> c.getAndPut(key, text));
  }

  @Override
  public boolean putIfAbsent(Space space, String key, String text) {
    return ask(space, c -> c.putIfAbsent(key, text));
  }

  @Override
  public boolean replace(Space space, String key, String old, String text) {
    return ask(space, c -> c.replace(key, old, text));
  }

  @Override
  public void removeAll(Space space, Set<String> keys) {
    ask(
        space,
        c -> {
          c.removeAll(keys);
          return null;
        });
  }

  @Override
  public Set<String> keys(Space space) {
    return ask(
        space,
        c -> {
          Set<String> keys = new HashSet<>();
          for (Cache.Entry<String, String> entry : c) {
            keys.add(entry.getKey());
          }
          return keys;
        });
  }

  @Override
  public String trouble() {
    Pause now = pause.get();
    return now != null && lasts(now) ? now.reason : connection.health();
  }
}
