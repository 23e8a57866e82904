package io.tola.gateway.rest.body;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.tola.gateway.json.Shape;
import io.tola.portfolio.api.BreakView;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/** A difference between the books and a statement, and what became of it. */
public record ReconciliationBreakShape(
    UUID breakId,
    UUID accountId,
    UUID statementId,
    String kind,
    String breakClass,
    String subject,
    String symbol,
    String product,
    @JsonRawValue String ours,
    @JsonRawValue String theirs,
    BigDecimal amount,
    Integer line,
    Instant tradedAt,
    String state,
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
    boolean accepted)
    implements Shape {

  public static ReconciliationBreakShape of(BreakView view) {
    return new ReconciliationBreakShape(
        view.breakId(),
        view.accountId().value(),
        view.statementId(),
        view.kind().code(),
        view.breakClass().code(),
        view.subject(),
        view.symbol(),
        view.product(),
        view.ours(),
        view.theirs(),
        Amounts.of(view.amount()),
        view.line(),
        view.tradedAt(),
        view.state().code(),
        view.version(),
        view.openedAt(),
        view.seenAt(),
        view.explanation(),
        view.proposeBooking(),
        view.explainedBy(),
        view.explainedAt(),
        view.adjustedBy(),
        view.adjustedAt(),
        view.booking(),
        view.closedBy(),
        view.closedAt(),
        view.closeReason(),
        view.accepted());
  }
}
