package io.tola.portfolio.application;

import io.tola.kernel.port.SharedCache;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A shared cache within the test; it forgets nothing, unless it is switched off. */
final class MapCache implements SharedCache {

  private final Map<String, String> texts = new ConcurrentHashMap<>();
  volatile boolean away;

  @Override
  public Optional<String> get(String key) {
    return away ? Optional.empty() : Optional.ofNullable(texts.get(key));
  }

  @Override
  public void put(String key, String text) {
    if (!away) {
      texts.put(key, text);
    }
  }
}
