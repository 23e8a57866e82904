package io.tola.kernel.port;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Locks that one node of all holds for a while. They are rows of PostgreSQL, not the cache's: a lock
 * that must hold may not be lost with a copy. Thread-safe.
 */
public interface Leases {

  /** The longest lease. */
  Duration LONGEST = Duration.ofHours(1);

  /**
   * Takes the lock, unless somebody has it. Doesn't wait. Commits by itself, whatever transaction the
   * caller is in.
   *
   * @param name 1 to 100 characters
   * @param length a millisecond to {@link #LONGEST}, by the database's clock
   * @return empty when it is taken
   * @throws io.tola.kernel.sql.SqlFault when the database can't be asked; the lock may have been taken
   *     then and runs out by itself
   */
  Optional<Lease> tryTake(String name, Duration length);

  /**
   * A lock that was taken.
   *
   * <p>Until it runs out nobody else is given the lock. When it runs out, <em>nothing happens to its
   * holder</em>: a thread that was paused goes on believing in it while another already holds the
   * lock. So whoever does something that must not be done twice either does it in a transaction that
   * first calls {@link #confirm}, which keeps everybody else from taking the lock until that
   * transaction ends, also when the lease runs out meanwhile; or sends {@link #token} along to what it
   * changes, and that refuses a token smaller than one it has seen.
   */
  interface Lease extends AutoCloseable {

    String name();

    /** Rises with every lease of this name, over all nodes and restarts. */
    long token();

    /** When it runs out, by the database's clock. */
    Instant until();

    /**
     * In the caller's transaction: whether the lock is still this holder's. If so nobody else is given
     * it until the transaction ends, also when it runs out or is given back meanwhile: {@link #tryTake}
     * finds it taken. The holder may renew it and give it back before that.
     *
     * @throws io.tola.kernel.sql.SqlFault when the database can't be asked
     */
    boolean confirm();

    /**
     * Makes it run out that much after now.
     *
     * @return false when it was lost; then it can't be had back
     * @throws io.tola.kernel.sql.SqlFault when the database can't be asked
     */
    boolean renew(Duration length);

    /** Gives the lock back, if it is still held; a database that is away lets it run out. */
    @Override
    void close();
  }
}
