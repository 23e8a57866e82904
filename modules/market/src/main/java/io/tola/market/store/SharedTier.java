package io.tola.market.store;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import javax.cache.Cache;

/**
 * The shared texts over the connection that {@link SharedQuotes} keeps: a node is one member of the
 * cluster, whoever shares through it. After a failure nobody is asked for a while, so that a tier that
 * hangs costs one caller its time and not all. Thread-safe.
 */
@ApplicationScoped
public class SharedTier implements SharedTexts {

  private static final long PAUSE_NANOS = Duration.ofSeconds(2).toNanos();

  private SharedQuotes connection;
  private volatile Pause pause;

  private record Pause(long endsNanos, String reason) {
    boolean lasts() {
      return endsNanos - System.nanoTime() > 0;
    }
  }

  /** For the container. */
  protected SharedTier() {}

  @Inject
  public SharedTier(SharedQuotes connection) {
    this.connection = connection;
  }

  private <R> R ask(Space space, Function<Cache<String, String>, R> work) {
    Pause now = pause;
    if (now != null && now.lasts()) {
      throw new Away(now.reason);
    }
    SharedQuotes.Reached reached = connection.reach(space);
    if (reached == null) {
      throw new Away(connection.health());
    }
    try {
      R answer = work.apply(reached.cache());
      pause = null;
      return answer;
    } catch (RuntimeException e) {
      reached.failed(e);
      String reason = String.valueOf(connection.health());
      pause = new Pause(System.nanoTime() + PAUSE_NANOS, reason);
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
    Pause now = pause;
    return now != null && now.lasts() ? now.reason : connection.health();
  }
}
