package io.tola.market.api;

import java.io.InputStream;

/**
 * Takes recorded or live ticks in bulk, stores them once and keeps the bars right. Thread-safe; any
 * number of bodies may be read at once, on any node.
 */
public interface TickDesk {

  /**
   * Reads a body as a stream, plain or gzip (recognised by its first bytes), and stores it in pieces:
   * each piece, its ticks with their bars, in one transaction. Sending the same ticks again changes
   * nothing. A body that breaks off, and a gzip that is cut off, keep the whole ticks before the
   * break; one that is damaged keeps the pieces before the one in which the damage shows.
   *
   * <p>A tick has {@code symbol}, {@code timestamp} (RFC 3339; without a zone it is India's time)
   * and {@code price} (or {@code ltp}); it may have {@code volume} (shares of this trade) or {@code
   * cum_volume} (shares of the day so far), {@code bid} and {@code ask}, {@code sequence}.
   *
   * @throws io.tola.kernel.problem.ProblemException INVALID_FIELD when the first line of a CSV names
   *     no such columns; DATABASE_UNAVAILABLE when the database didn't take a piece: what was stored
   *     before it stays, and the whole body may be sent again
   */
  TickReport take(InputStream body, TickFormat format);
}
