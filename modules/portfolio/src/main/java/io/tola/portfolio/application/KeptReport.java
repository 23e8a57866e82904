package io.tola.portfolio.application;

import io.tola.portfolio.api.PnlReport;
import java.time.Instant;

/**
 * A report and what it was made of.
 *
 * @param sequence of the account's last execution report when it was begun
 * @param updatedAt of the account's row then
 * @param madeAt when it was made
 */
public record KeptReport(long sequence, Instant updatedAt, Instant madeAt, PnlReport report) {}
