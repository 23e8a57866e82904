package io.tola.kernel.cache;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * One cache. Never throws because the tier that nodes share is away: then a read finds nothing and a
 * write does nothing. Thread-safe.
 *
 * <p>It keeps two things apart. <em>Answers</em> ({@link #get}) are loaded when they are missing, kept
 * on the node and in the shared tier, and invalidated by scope. <em>Texts</em> ({@link #put} and its
 * neighbours) are kept in the shared tier alone, under keys that the caller makes up. All of it may be
 * forgotten at any moment, and in a partitioned network what was written may be lost: nothing here is a
 * record, a count that must hold or a lock.
 */
public interface QueryCache {

  /**
   * Loads an answer.
   *
   * @param <T> the answer
   * @param <X> what loading may throw
   */
  interface Load<T, X extends Exception> {
    T load() throws X;
  }

  /**
   * The answer to those parameters: as kept, or loaded now. Calls that miss the same answer at the same
   * time on one node make one load, and wait for it; if it fails, all of them fail with its exception.
   *
   * <p>What was loaded before an {@link #invalidate} of the scope, or of the whole cache, is never
   * answered after it, also not when it is stored later. Inside a transaction it loads without a look.
   *
   * @param scope the part of the cache the answer belongs to; empty for none
   * @param parameters whatever the answer depends on, in the forms {@link Cached} allows
   * @param type the answer's, in those forms too
   * @return what the load returned; shared, so not to be changed
   * @throws X what the load threw
   * @throws IllegalStateException for parameters or an answer of another form
   * @throws io.tola.kernel.problem.ProblemException UNAVAILABLE when another call's load takes longer
   *     than ten seconds
   */
  <T, X extends Exception> T get(String scope, List<?> parameters, Type type, Load<T, X> load)
      throws X;

  /**
   * As above, for an answer that says itself which version it is of: what is kept is given only to whom
   * it is good enough for. The load keeps its answer by {@link #keep}. Calls join the load of others
   * too, whatever version they want; if what it made isn't good enough, one of them makes another.
   *
   * @param holds whether an answer is good enough for this call; never asked about null
   * @throws IllegalStateException unless the cache is versioned
   */
  <T, X extends Exception> T get(
      String scope,
      List<?> parameters,
      Type type,
      Predicate<? super T> holds,
      Load<? extends T, X> load)
      throws X;

  /**
   * The answer that is kept now, by whichever node, if it is good enough; loads nothing and counts
   * nothing. With {@link #keep}, for a load that excludes those of other nodes by a lock of its own: who
   * gets the lock second looks again. Also inside a transaction.
   */
  <T> Optional<T> look(String scope, List<?> parameters, Type type, Predicate<? super T> holds);

  /**
   * Keeps an answer in place of the one before it, before the load that made it ends.
   *
   * @throws IllegalStateException unless the cache is versioned: nobody could tell whether it was loaded
   *     before the last invalidation
   */
  void keep(String scope, List<?> parameters, Type type, Object answer);

  /**
   * Makes every answer of the scope too old to be given, on all nodes. It holds when this returns;
   * inside a transaction from its commit on, before the commit returns. While this node can't reach the
   * shared tier it gives no answers out of the cache itself, and makes up for it when it can again; the
   * other nodes may till then answer as before, for the cache's time to live at most.
   *
   * @param scope empty for the whole cache
   */
  void invalidate(String scope);

  /** The text kept under the key. */
  Optional<String> find(String key);

  /** Keeps a text, 65,536 characters at most (a longer one is not kept), for the time to live. */
  void put(String key, String text);

  /** Forgets a text, on all nodes. */
  void remove(String key);

  /**
   * Forgets the texts whose keys match, on all nodes. Looks at every key.
   *
   * @param pattern {@code *} stands for any characters, everything else for itself
   * @return how many they were
   */
  int removeMatching(String pattern);

  /** How much longer the text is kept; empty when there is none. */
  Optional<Duration> ttlLeft(String key);

  /**
   * Adds to the whole number kept under the key, atomically among the nodes that see each other; the
   * first to add begins at 0 and starts its time to live. May be lost like everything here: good for
   * slowing somebody down, not for money.
   *
   * @return the number afterwards; empty when the tier is away, or what is there is no number
   */
  OptionalLong increment(String key, long by);

  /** What it did on this node. */
  CacheStatistics statistics();
}
