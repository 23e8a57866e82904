package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.time.Instant;

/**
 * An algorithm that the exchange registered for an account.
 *
 * @param algoId the exchange's id, 1 to 32 printable ASCII characters: what its orders carry as their tag
 */
public record RegisteredAlgo(
    AccountId accountId, String algoId, String registeredBy, Instant registeredAt) {}
