package io.tola.portfolio.domain.recon;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How a position's lots change when the books follow a statement: shares delivered in or out without
 * cash, or another cost. What the lots' cost changes by is paid in or out with them, so that settled cash
 * plus cost is still cash paid in plus realised P&amp;L.
 *
 * <p>Long positions only: short shares have collateral, which only orders move. Shares go out first in,
 * first out; shares that come in are one new lot.
 *
 * @param lots the open lots afterwards, oldest first, numbered without gaps
 * @param nextLot the number the next lot will have
 */
public record Correction(List<OpenLot> lots, long nextLot) {

  /** As it stands in {@code position_lots}. */
  public record OpenLot(
      long number, UUID lotId, long quantity, BigDecimal price, Instant openedAt) {}

  private static final int PRICE_SCALE = 4;

  public Correction {
    lots = List.copyOf(lots);
  }

  /** Shares in all lots. */
  public long quantity() {
    return lots.stream().mapToLong(OpenLot::quantity).sum();
  }

  /** Exact cost of all lots. */
  public BigDecimal cost() {
    return cost(lots);
  }

  private static BigDecimal cost(List<OpenLot> lots) {
    return lots.stream()
        .map(lot -> lot.price().multiply(BigDecimal.valueOf(lot.quantity())))
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /**
   * More or fewer shares.
   *
   * @param lots the open lots, oldest first
   * @param change shares to come in, or to go out when negative
   * @param price of each share that comes in; null for what the open ones cost on average
   * @param lotId of the new lot
   * @throws ProblemException BREAK_NOT_BOOKABLE when there aren't as many shares, or no price is known
   */
  public static Correction shares(
      List<OpenLot> lots, long nextLot, long change, BigDecimal price, UUID lotId, Instant now) {
    long have = lots.stream().mapToLong(OpenLot::quantity).sum();
    if (have + change < 0) {
      throw refused("the books have only " + have + " shares now");
    }
    if (change < 0) {
      return new Correction(without(lots, -change), nextLot);
    }
    if (price == null && have == 0) {
      throw refused("the statement doesn't say what the shares cost");
    }
    BigDecimal each =
        price == null
            ? cost(lots).divide(BigDecimal.valueOf(have), PRICE_SCALE, RoundingMode.HALF_EVEN)
            : price.setScale(PRICE_SCALE, RoundingMode.HALF_EVEN);
    List<OpenLot> after = new ArrayList<>(lots);
    after.add(new OpenLot(nextLot, lotId, change, positive(each), now));
    return new Correction(after, nextLot + 1);
  }

  /**
   * What each share that comes in must have cost, so that all together cost on average what the
   * statement says; the statement's average where that would be nothing or less.
   *
   * @param cost of the shares there are
   * @param shares there will be
   * @param change how many of them come in, at least one
   */
  public static BigDecimal priceOfMore(
      BigDecimal cost, long shares, long change, BigDecimal average) {
    BigDecimal price =
        average
            .multiply(BigDecimal.valueOf(shares))
            .subtract(cost)
            .divide(BigDecimal.valueOf(change), PRICE_SCALE, RoundingMode.HALF_EVEN);
    return price.signum() > 0 ? price : average;
  }

  private static List<OpenLot> without(List<OpenLot> lots, long shares) {
    List<OpenLot> left = new ArrayList<>();
    long out = shares;
    for (OpenLot lot : lots) {
      long taken = Math.min(out, lot.quantity());
      out -= taken;
      if (taken < lot.quantity()) {
        left.add(
            new OpenLot(
                lot.number(), lot.lotId(), lot.quantity() - taken, lot.price(), lot.openedAt()));
      }
    }
    return left;
  }

  /**
   * Another cost: all shares become one lot at that price.
   *
   * @throws ProblemException BREAK_NOT_BOOKABLE when there are no shares
   */
  public static Correction price(List<OpenLot> lots, long nextLot, BigDecimal average, UUID lotId) {
    if (lots.isEmpty()) {
      throw refused("the books have no shares now");
    }
    long have = lots.stream().mapToLong(OpenLot::quantity).sum();
    OpenLot one =
        new OpenLot(
            nextLot,
            lotId,
            have,
            positive(average.setScale(PRICE_SCALE, RoundingMode.HALF_EVEN)),
            lots.get(0).openedAt());
    return new Correction(List.of(one), nextLot + 1);
  }

  private static BigDecimal positive(BigDecimal price) {
    if (price.signum() <= 0 || price.precision() - price.scale() > 9) {
      throw refused("a share can't cost " + price.toPlainString());
    }
    return price;
  }

  private static ProblemException refused(String why) {
    return new ProblemException(
        ProblemCode.BREAK_NOT_BOOKABLE, "The books can't follow the statement: " + why);
  }
}
