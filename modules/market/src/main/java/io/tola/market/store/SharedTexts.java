package io.tola.market.store;

import java.time.Duration;
import java.util.Set;

/**
 * Texts that all nodes share: what {@link ResultCaches} is built on. Every call either does what it says
 * or throws {@link Away}. Thread-safe.
 */
public interface SharedTexts {

  /** Parts that forget in their own ways. */
  enum Space {
    /** Answers, forgotten the longest time after they were written that any cache keeps one. */
    ANSWERS("tola.results"),
    /** Texts of modules, forgotten after the same time. */
    TEXTS("tola.texts"),
    /** Generations of answers, forgotten when nobody asked for them in an hour. */
    GENERATIONS("tola.generations");

    private final String cache;

    Space(String cache) {
      this.cache = cache;
    }

    /** Its name in the tier. */
    public String cache() {
      return cache;
    }
  }

  /** Generations that nobody asks for live this long. */
  Duration UNASKED = Duration.ofHours(1);

  /** The tier can't be reached: whether a write was done is not known. */
  final class Away extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Away(String reason) {
      super(reason, null, false, false);
    }
  }

  /** Null when there is none. */
  String get(Space space, String key);

  void put(Space space, String key, String text);

  /** Writes, and says what was there; null for nothing. */
  String getAndPut(Space space, String key, String text);

  /** Whether there was none, so that the text is there now. */
  boolean putIfAbsent(Space space, String key, String text);

  /** Whether the old text was there, so that the new one is now. */
  boolean replace(Space space, String key, String old, String text);

  void removeAll(Space space, Set<String> keys);

  /** Every key; may miss one that is written meanwhile. */
  Set<String> keys(Space space);

  /** Null while it works, otherwise why not. */
  String trouble();
}
