package io.tola.gateway.rest.body;

import io.tola.gateway.json.Codes;
import io.tola.gateway.json.Fields;
import io.tola.gateway.json.Shape;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.portfolio.api.CorporateAction;
import io.tola.portfolio.api.CorporateActions;
import io.tola.trading.api.Product;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/**
 * A split, bonus or dividend.
 *
 * @param oldShares null for a dividend, as newShares
 * @param priceFactor what prices before the ex-date are multiplied with
 */
public record CorporateActionShape(
    UUID actionId,
    String symbol,
    LocalDate exDate,
    CorporateAction.Kind kind,
    Long oldShares,
    Long newShares,
    BigDecimal perShare,
    BigDecimal cashForFraction,
    BigDecimal priceFactor,
    String source,
    String recordedBy,
    Instant recordedAt)
    implements Shape {

  private static final Codes<CorporateAction.Kind> KINDS =
      Codes.of(CorporateAction.Kind.values(), CorporateAction.Kind::name);
  private static final BigDecimal LARGEST = new BigDecimal("10000000000");
  private static final long MOST_SHARES = 1_000_000;

  /** Some of them, newest ex-date first. */
  public record ListShape(List<CorporateActionShape> items) implements Shape {}

  /** What applying one came to. */
  public record AppliedShape(
      CorporateActionShape action,
      List<EffectShape> effects,
      List<SkippedShape> skipped,
      int appliedBefore)
      implements Shape {

    public static AppliedShape of(CorporateActions.Applied applied) {
      return new AppliedShape(
          CorporateActionShape.of(applied.action()),
          applied.effects().stream()
              .map(
                  e ->
                      new EffectShape(
                          e.accountId(),
                          e.positionId(),
                          e.product(),
                          e.quantityBefore(),
                          e.quantityAfter(),
                          Amounts.of(e.cash())))
              .toList(),
          applied.skipped().stream()
              .map(s -> new SkippedShape(s.accountId(), s.positionId(), s.reason()))
              .toList(),
          applied.before());
    }
  }

  /** What became of a position. */
  public record EffectShape(
      UUID accountId,
      UUID positionId,
      Product product,
      long quantityBefore,
      long quantityAfter,
      BigDecimal cash)
      implements Shape {}

  /** A position that was left as it is. */
  public record SkippedShape(UUID accountId, UUID positionId, CorporateActions.Reason reason)
      implements Shape {}

  public static CorporateActionShape of(CorporateAction action) {
    boolean dividend = action.kind() == CorporateAction.Kind.DIVIDEND;
    return new CorporateActionShape(
        action.actionId(),
        action.symbol().value(),
        action.exDate(),
        action.kind(),
        dividend ? null : action.oldShares(),
        dividend ? null : action.newShares(),
        Amounts.of(action.perShare()),
        Amounts.of(action.cashForFraction()),
        Amounts.of(action.priceFactor()),
        action.source(),
        action.recordedBy(),
        action.recordedAt());
  }

  /**
   * Reads an action.
   *
   * @throws io.tola.kernel.problem.ProblemException naming every wrong field
   */
  public static CorporateAction read(Fields body) {
    Symbol symbol = body.requiredValue("symbol", 32, Symbol::new);
    LocalDate exDate = body.requiredValue("ex_date", 10, CorporateActionShape::date);
    CorporateAction.Kind kind = body.requiredCode("kind", KINDS);
    Long oldShares = body.whole("old_shares", 1, MOST_SHARES);
    Long newShares = body.whole("new_shares", 1, MOST_SHARES);
    Money perShare = body.decimal("per_share", CorporateActionShape::amount);
    Money cashForFraction = body.decimal("cash_for_fraction", CorporateActionShape::amount);
    String source = body.requiredText("source", 500);
    body.done();
    body.errors().throwIfAny();
    try {
      return new CorporateAction(
          null,
          symbol,
          exDate,
          kind,
          oldShares == null ? 0 : oldShares,
          newShares == null ? 0 : newShares,
          perShare,
          cashForFraction,
          source,
          null,
          null);
    } catch (InvalidValueException e) {
      body.reject(e.field(), e.getMessage());
      throw body.errors().problem();
    }
  }

  private static LocalDate date(String text) {
    try {
      LocalDate date = LocalDate.parse(text);
      if (date.getYear() >= 1970 && date.getYear() < 2200) {
        return date;
      }
    } catch (DateTimeException e) {
      // Said below, as for a date out of range.
    }
    throw new InvalidValueException("ex_date", "must be a date such as 2026-11-21");
  }

  private static Money amount(BigDecimal value) {
    if (value.signum() <= 0 || value.compareTo(LARGEST) >= 0) {
      throw new InvalidValueException("amount", "must be above 0 and below " + LARGEST);
    }
    return new Money(value);
  }
}
