package io.tola.market.api;

import java.util.List;

/**
 * What became of a body of ticks.
 *
 * @param accepted ticks that are stored now, whether this body brought them or an earlier one did
 * @param duplicates those of the accepted that were stored before
 * @param rejected lines that are not stored
 * @param complete false when the body broke off: ticks before the break are stored, what came after
 *     it is unknown
 * @param firstErrors the first hundred reasons; that the body broke off comes before all others
 */
public record TickReport(
    long accepted, long duplicates, long rejected, boolean complete, List<Rejected> firstErrors) {

  public TickReport {
    firstErrors = List.copyOf(firstErrors);
  }

  /**
   * Why a line is not stored.
   *
   * @param line counted from 1, a CSV's column names included
   * @param field which field is wrong; {@code line} when it is all of it, {@code body} when the body
   *     broke off there
   */
  public record Rejected(long line, String field, String message) {}
}
