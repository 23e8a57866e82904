package io.tola.portfolio.api;

import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.kernel.problem.InvalidValueException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/**
 * Something a company did to its shares. Only who held them before the ex-date is concerned.
 *
 * @param actionId null until it is recorded
 * @param exDate first day on which the shares trade without it
 * @param oldShares so many shares before become {@code newShares}: 1 and 5 for a split of ₹10 into ₹2,
 *     2 and 3 for a bonus of one for two; 0 for a dividend
 * @param newShares 0 for a dividend
 * @param perShare rupees for each share held; null but for a dividend
 * @param cashForFraction rupees that are paid for a whole new share where somebody is due a fraction
 *     of one; null when nothing is paid
 * @param source where it was read
 * @param recordedBy null until it is recorded
 * @param recordedAt null until it is recorded
 */
public record CorporateAction(
    UUID actionId,
    Symbol symbol,
    LocalDate exDate,
    Kind kind,
    long oldShares,
    long newShares,
    Money perShare,
    Money cashForFraction,
    String source,
    String recordedBy,
    Instant recordedAt) {

  /** What it can be. */
  public enum Kind {
    /** Shares become more (or fewer), each worth as much less. */
    SPLIT,
    /** Shares are given for nothing. */
    BONUS,
    /** Cash is given. */
    DIVIDEND
  }

  private static final long MOST = 1_000_000;

  /**
   * @throws InvalidValueException for a ratio, amount or source that can't be
   */
  public CorporateAction {
    if (kind == Kind.DIVIDEND) {
      require(oldShares == 0 && newShares == 0, "new_shares", "is not for a dividend");
      require(perShare != null && perShare.value().signum() > 0, "per_share", "must be above 0");
      require(cashForFraction == null, "cash_for_fraction", "is not for a dividend");
    } else {
      require(perShare == null, "per_share", "is for a dividend only");
      require(oldShares >= 1 && oldShares <= MOST, "old_shares", "must be from 1 to " + MOST);
      require(newShares >= 1 && newShares <= MOST, "new_shares", "must be from 1 to " + MOST);
      require(oldShares != newShares, "new_shares", "must not be old_shares");
      require(
          kind == Kind.SPLIT || newShares > oldShares,
          "new_shares",
          "must be above old_shares: those held and those given together");
      require(
          cashForFraction == null || cashForFraction.value().signum() > 0,
          "cash_for_fraction",
          "must be above 0");
    }
    require(
        source != null && !source.isBlank() && source.length() <= 500,
        "source",
        "must have 1 to 500 characters");
  }

  private static void require(boolean condition, String field, String message) {
    if (!condition) {
      throw new InvalidValueException(field, message);
    }
  }

  /**
   * What prices before the ex-date are multiplied with, so that they compare with those after it:
   * old by new shares; 1 for a dividend, whose step in the price is return.
   */
  public BigDecimal priceFactor() {
    return kind == Kind.DIVIDEND
        ? BigDecimal.ONE
        : BigDecimal.valueOf(oldShares)
            .divide(BigDecimal.valueOf(newShares), MathContext.DECIMAL64);
  }

  /** Whether it says the same, whoever recorded it. */
  public boolean saysTheSameAs(CorporateAction other) {
    return symbol.equals(other.symbol)
        && exDate.equals(other.exDate)
        && kind == other.kind
        && oldShares == other.oldShares
        && newShares == other.newShares
        && java.util.Objects.equals(perShare, other.perShare)
        && java.util.Objects.equals(cashForFraction, other.cashForFraction);
  }
}
