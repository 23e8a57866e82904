package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/**
 * What an account's equity is made of, at one moment.
 *
 * @param settledCash all its cash
 * @param funded what was paid in, less what was paid out
 * @param shares by symbol, all products together, negative when short; without those that are flat
 * @param costs of those shares, with their sign: what a symbol without a price is valued at
 * @param pending corporate actions that weren't applied to some of those shares yet
 */
public record AccountEquity(
    AccountId accountId,
    Money settledCash,
    Money funded,
    Map<String, Long> shares,
    Map<String, BigDecimal> costs,
    List<Pending> pending) {

  /**
   * A corporate action that had its ex-date and wasn't applied.
   *
   * @param shares held now that were held before the ex-date, as they are booked, with their sign; for
   *     a dividend counted as they were before splits of its ex-date and later
   */
  public record Pending(String symbol, UUID actionId, long shares) {}

  /**
   * Cash and shares at those prices; shares without a price at cost.
   *
   * @param prices gives null where there is none
   */
  public BigDecimal equity(Function<String, BigDecimal> prices) {
    BigDecimal equity = settledCash.value();
    for (Map.Entry<String, Long> held : shares.entrySet()) {
      BigDecimal price = prices.apply(held.getKey());
      equity =
          equity.add(
              price == null
                  ? costs.get(held.getKey())
                  : price.multiply(BigDecimal.valueOf(held.getValue())));
    }
    return equity;
  }
}
