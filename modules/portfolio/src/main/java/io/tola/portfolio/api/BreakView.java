package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * A difference between the books and a broker's statement, and what became of it.
 *
 * @param statementId the statement that showed it last
 * @param subject what it is about, the same in every run: symbol and product, or a trade
 * @param symbol the books' symbol where they know the shares
 * @param product null for a trade that doesn't say
 * @param ours the books' figures as a JSON object
 * @param theirs the statement's
 * @param amount rupees the difference is about; null when it can't be told
 * @param line of the statement; null when the statement doesn't have it
 * @param tradedAt null for holdings and positions
 * @param version rises with every step; send it back to move exactly what you saw
 * @param proposeBooking whether the explanation proposes to change the books to the statement's figures
 * @param booking what the adjustment did to the books; null when nothing
 * @param accepted closed by a person though the difference is still there
 */
public record BreakView(
    UUID breakId,
    AccountId accountId,
    UUID statementId,
    StatementKind kind,
    BreakClass breakClass,
    String subject,
    String symbol,
    String product,
    String ours,
    String theirs,
    BigDecimal amount,
    Integer line,
    Instant tradedAt,
    BreakState state,
    int version,
    Instant openedAt,
    Instant seenAt,
    String explanation,
    boolean proposeBooking,
    String explainedBy,
    Instant explainedAt,
    String adjustedBy,
    Instant adjustedAt,
    String booking,
    String closedBy,
    Instant closedAt,
    String closeReason,
    boolean accepted) {}
