package io.tola.portfolio.api;

import java.util.Locale;

/** Where a break stands in its life; who may move it on is said at {@link Reconciliations}. */
public enum BreakState {
  /** Found, and nobody has said why. */
  OPEN,
  /** Somebody has said why, and perhaps proposed that the books follow the statement. */
  EXPLAINED,
  /** A second person has agreed, and what was proposed is booked. */
  ADJUSTED,
  /** Over: no longer found, or accepted as it is. */
  CLOSED;

  /** The spelling in requests and answers. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
