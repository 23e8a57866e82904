package io.tola.risk.application;

import io.tola.risk.api.AccountLimits;
import java.util.Optional;

/**
 * What holds for orders of algorithms, by configuration.
 *
 * @param tagRequired whether every order must name its algorithm
 * @param unregisteredOrdersPerSecond the pace of accounts without a registered algorithm, whatever
 *     their limits say; 0 for none
 */
record AlgoRules(boolean tagRequired, int unregisteredOrdersPerSecond) {

  /** The profile in which anybody tries things out. */
  private static final String DEMO = "demo";

  /**
   * Whether tags are required.
   *
   * @param set what the configuration says, if anything
   * @param profile any but demo requires them by itself
   */
  static boolean tagRequired(Optional<Boolean> set, String profile) {
    return set.orElse(!DEMO.equals(profile));
  }

  /** Neither. */
  static final AlgoRules NONE = new AlgoRules(false, 0);

  AlgoRules {
    if (unregisteredOrdersPerSecond < 0) {
      throw new IllegalArgumentException(
          "tola.compliance.unregistered-orders-per-second="
              + unregisteredOrdersPerSecond
              + " can't be used: it must be 0 or more");
    }
  }

  /** The limits, no faster than an unregistered account may be. */
  AccountLimits held(AccountLimits limits, boolean registered) {
    if (registered
        || unregisteredOrdersPerSecond == 0
        || limits.maxOrdersPerSecond() <= unregisteredOrdersPerSecond) {
      return limits;
    }
    return new AccountLimits(
        limits.accountId(),
        limits.maxOrderValue(),
        limits.maxOpenOrderValue(),
        limits.maxPositionQuantity(),
        limits.maxPositionValue(),
        unregisteredOrdersPerSecond,
        limits.priceCollarPct(),
        limits.lookAlikeWindowMillis(),
        limits.restrictedSymbols(),
        limits.version(),
        limits.updatedBy(),
        limits.updatedAt());
  }
}
