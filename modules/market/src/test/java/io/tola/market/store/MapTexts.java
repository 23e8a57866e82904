package io.tola.market.store;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A shared tier within the test: as many as like go through {@link #door}s, which can be shut. */
final class MapTexts {

  final Map<SharedTexts.Space, Map<String, String>> spaces = new EnumMap<>(SharedTexts.Space.class);

  MapTexts() {
    for (SharedTexts.Space space : SharedTexts.Space.values()) {
      spaces.put(space, new ConcurrentHashMap<>());
    }
  }

  Door door() {
    return new Door();
  }

  /** One node's way in. */
  final class Door implements SharedTexts {

    volatile boolean shut;

    private Map<String, String> in(Space space) {
      if (shut) {
        throw new Away("shut");
      }
      return spaces.get(space);
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
      return shut ? "shut" : null;
    }
  }
}
