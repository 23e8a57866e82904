package io.tola.market.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answers of one cache on this node, bounded by their number and by the length of their texts; the
 * one not asked for the longest goes first. Thread-safe.
 */
final class Shelf {

  private final int maxSize;
  private final long maxLength;
  private final LinkedHashMap<String, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long length;
  private long evictions;

  /**
   * An answer.
   *
   * @param generation it was loaded in
   * @param madeAt milliseconds of the epoch
   * @param length of its text
   */
  record Kept(String generation, long madeAt, Object answer, int length) {}

  Shelf(int maxSize, long maxLength) {
    this.maxSize = maxSize;
    this.maxLength = maxLength;
  }

  /** Null when there is none. */
  synchronized Kept get(String key) {
    return kept.get(key);
  }

  synchronized void put(String key, Kept answer) {
    if (answer.length > maxLength) {
      return;
    }
    Kept before = kept.put(key, answer);
    length += answer.length - (before == null ? 0 : before.length);
    Iterator<Map.Entry<String, Kept>> oldest = kept.entrySet().iterator();
    while (kept.size() > maxSize || length > maxLength) {
      length -= oldest.next().getValue().length;
      oldest.remove();
      evictions++;
    }
  }

  /** Takes away an answer that is too old to be given. */
  synchronized void drop(String key, Kept old) {
    if (kept.remove(key, old)) {
      length -= old.length;
    }
  }

  synchronized void clear() {
    kept.clear();
    length = 0;
  }

  synchronized int size() {
    return kept.size();
  }

  synchronized long evictions() {
    return evictions;
  }
}
