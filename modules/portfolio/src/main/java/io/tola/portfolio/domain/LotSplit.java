package io.tola.portfolio.domain;

import io.tola.kernel.Price;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a position's lots into those after a split or bonus.
 *
 * <p>The oldest shares, so many as were held before the ex-date, become {@code new ÷ old} as many;
 * what doesn't make a whole share is left over. Each lot gets its share of the whole ones, counted
 * from the oldest on, and keeps its cost to the last digit: a price of four decimals that doesn't
 * divide becomes two lots, one a ten thousandth dearer. The cost of a lot too small for a single
 * share goes to the next. No state.
 */
public final class LotSplit {

  private static final int SCALE = 4;

  /**
   * Shares at one price.
   *
   * @param source number of the lot before that it comes from, counted from 0
   */
  public record Piece(int source, long quantity, Price price) {}

  /**
   * What comes of it.
   *
   * @param pieces oldest first
   * @param quantity shares there are then, negative when short
   * @param left shares that were left over, in old-th parts of a new share; zero or more
   */
  public record Result(List<Piece> pieces, long quantity, long left) {}

  private LotSplit() {}

  /** Whole new shares for so many old ones. */
  private static long whole(long shares, long oldShares, long newShares) {
    return BigInteger.valueOf(shares)
        .multiply(BigInteger.valueOf(newShares))
        .divide(BigInteger.valueOf(oldShares))
        .longValueExact();
  }

  /**
   * @param lots oldest first, all of one sign
   * @param concerned how many of the oldest shares were held before the ex-date, at least one
   * @return null when no whole share would come of those concerned, or one would cost less than the
   *     smallest price
   * @throws ArithmeticException when there would be more shares than can be counted
   */
  public static Result of(
      List<PnlBook.OpenLot> lots, long concerned, long oldShares, long newShares) {
    if (whole(concerned, oldShares, newShares) == 0) {
      return null;
    }
    for (PnlBook.OpenLot lot : lots) {
      if (units(lot.price())
              .multiply(BigInteger.valueOf(oldShares))
              .compareTo(BigInteger.valueOf(newShares))
          < 0) {
        return null;
      }
    }
    List<Piece> pieces = new ArrayList<>();
    boolean isShort = lots.get(0).quantity() < 0;
    long seen = 0;
    long given = 0;
    BigInteger carried = BigInteger.ZERO;
    for (int i = 0; i < lots.size(); i++) {
      PnlBook.OpenLot lot = lots.get(i);
      long shares = Math.abs(lot.quantity());
      long before = Math.min(shares, concerned - seen);
      if (before > 0) {
        seen += before;
        long due = whole(seen, oldShares, newShares) - given;
        BigInteger cost = carried.add(units(lot.price()).multiply(BigInteger.valueOf(before)));
        if (due == 0) {
          carried = cost;
        } else {
          given += due;
          carried = BigInteger.ZERO;
          share(i, due, cost, isShort, pieces);
        }
      }
      if (shares > before) {
        if (carried.signum() > 0) {
          // The last of those concerned came to nothing: its cost belongs to the piece before.
          carried = addToLast(pieces, carried);
        }
        pieces.add(new Piece(i, isShort ? before - shares : shares - before, lot.price()));
      }
    }
    if (carried.signum() > 0) {
      addToLast(pieces, carried);
    }
    long quantity = pieces.stream().mapToLong(Piece::quantity).sum();
    long left =
        BigInteger.valueOf(concerned)
            .multiply(BigInteger.valueOf(newShares))
            .mod(BigInteger.valueOf(oldShares))
            .longValueExact();
    return new Result(List.copyOf(pieces), quantity, left);
  }

  /** Takes back the pieces of the last source, and shares their cost and more among their shares. */
  private static BigInteger addToLast(List<Piece> pieces, BigInteger more) {
    int source = pieces.get(pieces.size() - 1).source;
    boolean isShort = pieces.get(0).quantity < 0;
    BigInteger cost = more;
    long shares = 0;
    while (!pieces.isEmpty() && pieces.get(pieces.size() - 1).source == source) {
      Piece piece = pieces.remove(pieces.size() - 1);
      long count = Math.abs(piece.quantity);
      shares += count;
      cost = cost.add(units(piece.price).multiply(BigInteger.valueOf(count)));
    }
    share(source, shares, cost, isShort, pieces);
    return BigInteger.ZERO;
  }

  /** So many shares that cost so many ten thousandths together. */
  private static void share(
      int source, long shares, BigInteger cost, boolean isShort, List<Piece> into) {
    BigInteger[] each = cost.divideAndRemainder(BigInteger.valueOf(shares));
    long dearer = each[1].longValueExact();
    long cheaper = shares - dearer;
    if (cheaper > 0) {
      into.add(new Piece(source, isShort ? -cheaper : cheaper, price(each[0])));
    }
    if (dearer > 0) {
      into.add(new Piece(source, isShort ? -dearer : dearer, price(each[0].add(BigInteger.ONE))));
    }
  }

  private static BigInteger units(Price price) {
    return price.value().movePointRight(SCALE).toBigIntegerExact();
  }

  private static Price price(BigInteger units) {
    return new Price(new BigDecimal(units, SCALE));
  }
}
