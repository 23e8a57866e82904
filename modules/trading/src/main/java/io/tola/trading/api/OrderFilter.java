package io.tola.trading.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import java.time.Instant;
import java.util.Set;

/**
 * Which orders or trades to list, newest first. Null means any.
 *
 * @param accounts the accounts the caller may see; never empty
 * @param from earliest creation, inclusive
 * @param to latest creation, exclusive
 * @param limit 1 to 500
 * @param cursor where the previous page ended, or null
 */
public record OrderFilter(
    Set<AccountId> accounts,
    OrdStatus status,
    Symbol symbol,
    Instant from,
    Instant to,
    int limit,
    String cursor) {

  public OrderFilter {
    accounts = Set.copyOf(accounts);
  }
}
