package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import java.time.Instant;

/**
 * What comes with a statement's body.
 *
 * @param accountId whose statement it is
 * @param asOf the moment the broker's figures are of (for trades: up to when they are complete); null
 *     for now
 * @param actor who sends it
 */
public record StatementUpload(
    AccountId accountId, StatementKind kind, StatementFormat format, Instant asOf, String actor) {}
