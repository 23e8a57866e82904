package io.tola.gateway.security;

import java.util.concurrent.ConcurrentHashMap;

/**
 * One {@link RateBucket} per key, for keys that strangers choose (addresses, user names): memory is
 * bounded. Thread-safe.
 */
public final class KeyedBuckets {

  private final ConcurrentHashMap<String, RateBucket> buckets = new ConcurrentHashMap<>();
  private final int takes;
  private final long periodNanos;
  private final int capacity;
  private final RateBucket overflow;

  /**
   * @param takes per key and period
   * @param capacity how many keys are told apart; the keys beyond share one bucket until others are
   *     full again
   */
  public KeyedBuckets(int takes, long periodNanos, int capacity, long now) {
    this.takes = takes;
    this.periodNanos = periodNanos;
    this.capacity = capacity;
    this.overflow = new RateBucket(takes, periodNanos, now);
  }

  /** The key's bucket. */
  public RateBucket of(String key, long now) {
    RateBucket known = buckets.get(key);
    if (known != null) {
      return known;
    }
    if (buckets.size() >= capacity) {
      buckets.values().removeIf(bucket -> bucket.isFull(now));
      if (buckets.size() >= capacity) {
        return overflow;
      }
    }
    return buckets.computeIfAbsent(key, k -> new RateBucket(takes, periodNanos, now));
  }

  int size() {
    return buckets.size();
  }
}
