package io.tola.performance.api;

import java.math.BigDecimal;
import java.util.List;

/**
 * A pool of connections on this node. Figures are since the server's start.
 *
 * @param open connections there are
 * @param inUse of them lent
 * @param waits how often a connection had to be waited for
 * @param waitMeanMs of those; null when there was none
 * @param waitMaxMs likewise
 * @param useMeanMs how long a connection stays lent, null when none was
 * @param waitTimes how long those waited that had to; five times a second the server's sum is looked
 *     at, and of waits that ended between two looks each counts with their mean. The wait is in no
 *     statement's duration
 * @param heldTimes how long each connection was lent; null when the server doesn't say
 * @param borrowers {@code module Class.method} that take connections, the most often seen first
 * @param longLoans lent for longer than {@code tola.performance.leak-seconds}, or than a statement
 *     of the pool may take; the longest first
 * @param size null when the server doesn't say what is lent
 */
public record PoolUse(
    String name,
    int maxSize,
    long open,
    long inUse,
    long free,
    long handles,
    long created,
    long destroyed,
    long waits,
    BigDecimal waitMeanMs,
    BigDecimal waitMaxMs,
    BigDecimal useMeanMs,
    BigDecimal useMaxMs,
    PoolTimes waitTimes,
    PoolTimes heldTimes,
    List<String> borrowers,
    List<LongLoan> longLoans,
    PoolSize size) {

  /** As the server's own monitoring tells it. */
  public PoolUse(
      String name,
      int maxSize,
      long open,
      long inUse,
      long free,
      long handles,
      long created,
      long destroyed,
      long waits,
      BigDecimal waitMeanMs,
      BigDecimal waitMaxMs,
      BigDecimal useMeanMs,
      BigDecimal useMaxMs) {
    this(
        name,
        maxSize,
        open,
        inUse,
        free,
        handles,
        created,
        destroyed,
        waits,
        waitMeanMs,
        waitMaxMs,
        useMeanMs,
        useMaxMs,
        null,
        null,
        List.of(),
        List.of(),
        null);
  }

  /** The same with what was seen of its loans and waits. */
  public PoolUse with(
      PoolTimes waited,
      PoolTimes held,
      List<String> sites,
      List<LongLoan> lentLong,
      PoolSize advised) {
    return new PoolUse(
        name,
        maxSize,
        open,
        inUse,
        free,
        handles,
        created,
        destroyed,
        waits,
        waitMeanMs,
        waitMaxMs,
        useMeanMs,
        useMaxMs,
        waited,
        held,
        sites,
        lentLong,
        advised);
  }
}
