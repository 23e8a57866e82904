package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import java.util.Set;
import java.util.UUID;

/**
 * Which breaks to list, newest first. Null means any.
 *
 * @param accounts the accounts the caller may see; null for all there are
 * @param statementId only those that this statement showed last
 * @param limit 1 to 500
 * @param cursor where the previous page ended, or null
 */
public record BreakFilter(
    Set<AccountId> accounts,
    BreakState state,
    BreakClass breakClass,
    UUID statementId,
    int limit,
    String cursor) {}
