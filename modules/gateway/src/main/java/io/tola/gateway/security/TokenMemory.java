package io.tola.gateway.security;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * What is known of tokens, by their text; bounded in number and in characters.
 *
 * <p>Two generations: when the young one is full it becomes the old one and what was old is dropped,
 * so what nobody shows any more goes first, whoever fills it. Whoever finds something old puts it
 * again to keep it. Thread-safe; reading takes no lock.
 *
 * @param <V> what is known
 */
final class TokenMemory<V> {

  private static final class Generation<V> {
    private final ConcurrentHashMap<String, V> tokens = new ConcurrentHashMap<>();
    private final AtomicLong characters = new AtomicLong();
  }

  private record Both<V>(Generation<V> young, Generation<V> old) {}

  private final int tokensEach;
  private final long charactersEach;
  private volatile Both<V> both = new Both<>(new Generation<>(), new Generation<>());

  /**
   * @param tokens how many are kept at most
   * @param characters how many characters all of them may have together, but for one token
   */
  TokenMemory(int tokens, long characters) {
    tokensEach = Math.max(1, tokens / 2);
    charactersEach = Math.max(1, characters / 2);
  }

  /** What is known and was put lately; null otherwise. */
  V young(String token) {
    return both.young.tokens.get(token);
  }

  /** What was known before, and is dropped soon unless it is put again; null otherwise. */
  V old(String token) {
    return both.old.tokens.get(token);
  }

  void put(String token, V known) {
    Generation<V> young = both.young;
    if (young.tokens.put(token, known) == null
        && (young.characters.addAndGet(token.length()) >= charactersEach
            || young.tokens.size() >= tokensEach)) {
      turn(young);
    }
  }

  private synchronized void turn(Generation<V> full) {
    if (both.young == full) {
      both = new Both<>(new Generation<>(), full);
    }
  }

  void remove(String token) {
    Both<V> now = both;
    now.young.tokens.remove(token);
    now.old.tokens.remove(token);
  }

  /** Forgets all of that kind; what is put at the same time may stay. */
  void removeIf(Predicate<V> kind) {
    Both<V> now = both;
    now.young.tokens.values().removeIf(kind);
    now.old.tokens.values().removeIf(kind);
  }

  int size() {
    Both<V> now = both;
    return now.young.tokens.size() + now.old.tokens.size();
  }
}
