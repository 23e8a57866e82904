package io.tola.kernel.cache;

import java.time.Duration;

/**
 * What a cache is called and how it keeps.
 *
 * @param name 1 to 40 lower case letters, digits, {@code -} and {@code .}
 * @param ttl how long an answer is kept, a second to {@link #LONGEST}
 * @param maxSize answers kept on a node, 1 or more
 * @param versioned that every key, or every answer, holds a version which the database keeps, such as the
 *     counter of an account's row, and which changes in the transaction that changes the answer. Then nothing has to
 *     be invalidated, and a node goes on using its own copies when the tier that nodes share is away.
 *     Without it a node that can't ask the tier asks the database every time.
 */
public record CacheSpec(String name, Duration ttl, int maxSize, boolean versioned) {

  /** No cache keeps anything longer. */
  public static final Duration LONGEST = Duration.ofSeconds(300);

  /**
   * @throws IllegalArgumentException for anything out of range
   */
  public CacheSpec {
    if (name.isEmpty() || name.length() > 40 || !name.chars().allMatch(CacheSpec::allowed)) {
      throw new IllegalArgumentException("a cache can't be called \"" + name + "\"");
    }
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " can't keep answers for " + ttl);
    }
    if (maxSize < 1) {
      throw new IllegalArgumentException(name + " can't keep " + maxSize + " answers");
    }
  }

  private static boolean allowed(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  }
}
