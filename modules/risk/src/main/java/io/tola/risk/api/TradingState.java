package io.tola.risk.api;

import java.time.Instant;

/**
 * Whether orders may trade, for the whole platform or one account.
 *
 * @param scope {@code platform}, or the account's id
 * @param reason why, in the words of who set it
 */
public record TradingState(
    String scope, Mode mode, String reason, String updatedBy, Instant updatedAt) {

  /** What is let through. */
  public enum Mode {
    /** Everything the limits allow. */
    NORMAL,
    /** Only orders that make a position smaller. */
    REDUCE_ONLY,
    /** Nothing new; cancels still work. */
    HALTED
  }
}
