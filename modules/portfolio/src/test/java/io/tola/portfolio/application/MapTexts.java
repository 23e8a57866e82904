package io.tola.portfolio.application;

import io.tola.market.store.SharedTexts;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A shared tier within the test; it forgets nothing, unless it is switched off. */
final class MapTexts implements SharedTexts {

  private final Map<Space, Map<String, String>> spaces = new ConcurrentHashMap<>();
  volatile boolean away;

  private Map<String, String> in(Space space) {
    if (away) {
      throw new Away("away");
    }
    return spaces.computeIfAbsent(space, s -> new ConcurrentHashMap<>());
  }

  @Override
  public String get(Space space, String key) {
    return in(space).get(key);
  }

  @Override
  public void put(Space space, String key, String text) {
    in(space).put(key, text);
  }

  @Override
  public String getAndPut(Space space, String key, String text) {
    return in(space).put(key, text);
  }

  @Override
  public boolean putIfAbsent(Space space, String key, String text) {
    return in(space).putIfAbsent(key, text) == null;
  }

  @Override
  public boolean replace(Space space, String key, String old, String text) {
    return in(space).replace(key, old, text);
  }

  @Override
  public void removeAll(Space space, Set<String> keys) {
    in(space).keySet().removeAll(keys);
  }

  @Override
  public Set<String> keys(Space space) {
    return Set.copyOf(in(space).keySet());
  }

  @Override
  public String trouble() {
    return away ? "away" : null;
  }
}
