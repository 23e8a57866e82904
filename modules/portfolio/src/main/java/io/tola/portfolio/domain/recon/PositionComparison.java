package io.tola.portfolio.domain.recon;

import io.tola.portfolio.api.BreakClass;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Holds a statement of holdings or positions against the books, by symbol and product.
 *
 * <p>The books are those of now; trades after the statement's moment are taken away from them first, and
 * so are splits and bonuses applied since, if their ex-date is after the statement's day. Of one with an
 * earlier ex-date nobody can tell whether the statement has it: shares as they were and as they are are
 * both right then. A position that moved since is compared by quantity only, because its average cost
 * has moved on.
 *
 * <p>Of a pair whose quantities differ, the first of these is said: {@code SIDE} when one is long and the
 * other short; {@code CORPORATE_ACTION} ({@link Ratios}); {@code TIMING} when some of the youngest trades
 * before the moment, or the first after it, explain the difference to the share; {@code MISSING_HERE} or
 * {@code MISSING_THERE} when one side has none; else {@code QUANTITY}. Prices are compared where the
 * quantities are the same.
 *
 * <p>Lines of the same shares on several exchanges are one position; a second line of the same exchange
 * is a {@code DUPLICATE} and doesn't count. A symbol the books don't have is looked for by its ISIN.
 * Thread-safe; no state.
 */
public final class PositionComparison {

  /** Of a position. */
  public record Key(String symbol, String product) {}

  /**
   * What the books hold now.
   *
   * @param quantity shares, negative when short
   * @param cost of them, with the same sign
   */
  public record Held(long quantity, BigDecimal cost) {}

  /**
   * A trade of the account, near the statement's moment.
   *
   * @param quantity shares, negative when sold
   */
  public record Moved(Key key, long quantity, Instant at) {}

  /**
   * A split or bonus that was applied after the statement's moment.
   *
   * @param change shares it brought, negative when it took some
   * @param later whether its ex-date is after the statement's day, so that the statement can't have it
   */
  public record Split(Key key, long change, boolean later) {}

  /**
   * What the books held at the statement's moment.
   *
   * @param moved whether anything but orders' reservations has changed them since
   * @param otherShares whether a split or bonus was taken away: the shares now are others
   */
  public record Then(long quantity, boolean moved, boolean otherShares) {}

  /**
   * Everything the comparison goes by.
   *
   * @param books positions now
   * @param moves the trades since a settlement period before {@code asOf}, oldest first
   * @param splits those applied after {@code asOf}
   * @param isins the ISIN of each symbol the platform knows
   * @param products of which products the statement is complete
   */
  public record Books(
      Map<Key, Held> books,
      List<Moved> moves,
      List<Split> splits,
      Map<String, String> isins,
      Set<String> products,
      Instant asOf) {}

  private static final int PRICE_SCALE = 6;
  private static final Held NONE = new Held(0, BigDecimal.ZERO);

  private final Tolerances tolerances;

  public PositionComparison(Tolerances tolerances) {
    this.tolerances = tolerances;
  }

  /** One side of a pair: the statement's lines of one position, added up. */
  private static final class Theirs {
    private final StatementLine first;
    private final Set<String> exchanges = new HashSet<>();
    private long quantity;
    private BigDecimal cost = BigDecimal.ZERO;

    private Theirs(StatementLine first) {
      this.first = first;
    }

    private void add(StatementLine line) {
      quantity += line.quantity();
      if (line.price() == null) {
        cost = null;
      } else if (cost != null) {
        cost = cost.add(line.price().multiply(BigDecimal.valueOf(line.quantity())));
      }
    }

    private BigDecimal price() {
      return cost == null || quantity == 0
          ? null
          : cost.divide(BigDecimal.valueOf(quantity), PRICE_SCALE, RoundingMode.HALF_EVEN);
    }
  }

  /** Compares. */
  public Comparison compare(List<StatementLine> lines, Books books) {
    List<Difference> differences = new ArrayList<>();
    Map<Key, Theirs> statement = statement(lines, differences);
    Map<Key, List<Moved>> moves = new HashMap<>();
    for (Moved moved : books.moves()) {
      moves.computeIfAbsent(moved.key(), key -> new ArrayList<>()).add(moved);
    }
    Map<String, String> byIsin = new HashMap<>();
    books.isins().forEach((symbol, isin) -> byIsin.put(isin, symbol));
    Set<Key> seen = new HashSet<>();
    int compared = 0;
    int matched = 0;
    for (Map.Entry<Key, Theirs> entry : statement.entrySet()) {
      Key key = entry.getKey();
      Theirs theirs = entry.getValue();
      int before = differences.size();
      Key ours = renamed(key, theirs, statement, seen, books, byIsin);
      if (!ours.equals(key)) {
        differences.add(symbolChange(ours, key, theirs, books));
      } else if (isOtherIsin(key, theirs, books)) {
        differences.add(symbolChange(key, key, theirs, books));
      }
      seen.add(ours);
      compare(ours, theirs, books, moves.getOrDefault(ours, List.of()), differences);
      compared++;
      matched += differences.size() == before ? 1 : 0;
    }
    Map<Key, Held> missing =
        new TreeMap<>((a, b) -> (a.symbol + '|' + a.product).compareTo(b.symbol + '|' + b.product));
    books
        .books()
        .forEach(
            (key, held) -> {
              if (books.products().contains(key.product()) && !seen.contains(key)) {
                missing.put(key, held);
              }
            });
    for (Key key : missing.keySet()) {
      int before = differences.size();
      compare(key, null, books, moves.getOrDefault(key, List.of()), differences);
      boolean flat = before == differences.size();
      compared += flat ? 0 : 1;
    }
    return new Comparison(compared, matched, differences);
  }

  private static Map<Key, Theirs> statement(
      List<StatementLine> lines, List<Difference> differences) {
    Map<Key, Theirs> statement = new LinkedHashMap<>();
    Map<String, Integer> repeats = new HashMap<>();
    for (StatementLine line : lines) {
      Key key = new Key(line.symbol(), line.product());
      Theirs theirs = statement.computeIfAbsent(key, k -> new Theirs(line));
      String exchange = line.exchange() == null ? "" : line.exchange();
      if (theirs.exchanges.add(exchange)) {
        theirs.add(line);
        continue;
      }
      String subject = subject(key) + '|' + exchange;
      int repeat = repeats.merge(subject, 1, Integer::sum);
      differences.add(
          new Difference(
              BreakClass.DUPLICATE,
              subject + '#' + repeat,
              key.symbol(),
              key.product(),
              Difference.NOTHING,
              figures(line.quantity(), line.price()),
              line.price() == null
                  ? null
                  : line.price().multiply(BigDecimal.valueOf(line.quantity())),
              line.line(),
              null));
    }
    return statement;
  }

  /** The position the books have these shares under, when it is another one. */
  private static Key renamed(
      Key key,
      Theirs theirs,
      Map<Key, Theirs> statement,
      Set<Key> seen,
      Books books,
      Map<String, String> byIsin) {
    String isin = theirs.first.isin();
    if (isin == null || books.isins().containsKey(key.symbol()) || !byIsin.containsKey(isin)) {
      return key;
    }
    Key other = new Key(byIsin.get(isin), key.product());
    return statement.containsKey(other) || seen.contains(other) ? key : other;
  }

  private static boolean isOtherIsin(Key key, Theirs theirs, Books books) {
    String known = books.isins().get(key.symbol());
    return known != null
        && theirs.first.isin() != null
        && !known.equals(theirs.first.isin())
        && (theirs.quantity != 0 || books.books().getOrDefault(key, NONE).quantity() != 0);
  }

  private static Difference symbolChange(Key ours, Key theirs, Theirs line, Books books) {
    return new Difference(
        BreakClass.SYMBOL,
        subject(ours),
        ours.symbol(),
        ours.product(),
        Difference.figures(named(ours.symbol(), books.isins().get(ours.symbol()))),
        Difference.figures(named(theirs.symbol(), line.first.isin())),
        null,
        line.first.line(),
        null);
  }

  private static Map<String, Object> named(String symbol, String isin) {
    Map<String, Object> named = new TreeMap<>();
    named.put("symbol", symbol);
    named.put("isin", isin);
    return named;
  }

  /** One pair; {@code theirs} is null when the statement doesn't have it. */
  private void compare(
      Key key, Theirs theirs, Books books, List<Moved> moves, List<Difference> differences) {
    Held now = books.books().getOrDefault(key, NONE);
    long there = theirs == null ? 0 : theirs.quantity;
    List<Split> splits = books.splits().stream().filter(s -> s.key().equals(key)).toList();
    Then then = then(now.quantity(), moves, splits, books.asOf(), there);
    long ours = then.quantity();
    BigDecimal ourPrice = then.moved() ? null : price(now);
    BigDecimal theirPrice = theirs == null ? null : theirs.price();
    BreakClass kind = null;
    if (!tolerances.sameShares(ours, there)) {
      kind = quantityClass(ours, there, ourPrice, theirs, theirPrice, moves, books.asOf());
    } else if (ours != 0
        && ourPrice != null
        && theirPrice != null
        && !tolerances.samePrice(ourPrice, theirPrice)) {
      kind = BreakClass.PRICE;
    }
    if (kind == null) {
      return;
    }
    BigDecimal amount;
    if (kind == BreakClass.PRICE) {
      amount = theirPrice.subtract(ourPrice).multiply(BigDecimal.valueOf(ours));
    } else {
      BigDecimal each = ourPrice == null ? theirPrice : ourPrice;
      amount = each == null ? null : each.multiply(BigDecimal.valueOf(ours - there));
    }
    differences.add(
        new Difference(
            kind,
            subject(key),
            key.symbol(),
            key.product(),
            ours == 0 && kind == BreakClass.MISSING_HERE
                ? Difference.NOTHING
                : figures(ours, ourPrice),
            theirs == null ? Difference.NOTHING : figures(there, theirPrice),
            amount,
            theirs == null ? null : theirs.first.line(),
            null));
  }

  /**
   * What one position's books held at the statement's moment.
   *
   * @param now shares in them now
   * @param moves trades of the position
   * @param splits of the position, applied after {@code asOf}
   * @param there shares in the statement
   */
  public Then then(long now, List<Moved> moves, List<Split> splits, Instant asOf, long there) {
    long since = 0;
    boolean traded = false;
    for (Moved moved : moves) {
      if (moved.at().isAfter(asOf)) {
        since += moved.quantity();
        traded = true;
      }
    }
    return then(now - since, traded, splits, there);
  }

  /**
   * The same of trades that were summed already.
   *
   * @param now shares in the books now, without what was traded after {@code asOf}
   * @param traded whether anything was
   */
  public Then then(long now, boolean traded, List<Split> splits, long there) {
    long shares = now;
    long doubtful = 0;
    boolean otherShares = false;
    for (Split split : splits) {
      if (split.later()) {
        shares -= split.change();
        otherShares = true;
      } else {
        doubtful += split.change();
      }
    }
    if (doubtful != 0
        && !tolerances.sameShares(shares, there)
        && tolerances.sameShares(shares - doubtful, there)) {
      shares -= doubtful;
      otherShares = true;
    }
    return new Then(shares, traded || !splits.isEmpty(), otherShares);
  }

  private BreakClass quantityClass(
      long ours,
      long there,
      BigDecimal ourPrice,
      Theirs theirs,
      BigDecimal theirPrice,
      List<Moved> moves,
      Instant asOf) {
    if (Long.signum(ours) * Long.signum(there) < 0) {
      return BreakClass.SIDE;
    }
    if (ourPrice != null
        && theirPrice != null
        && Ratios.isSimple(ours, there)
        && Ratios.isSameCost(ourPrice.multiply(BigDecimal.valueOf(ours)), theirs.cost)) {
      return BreakClass.CORPORATE_ACTION;
    }
    if (isInFlight(there - ours, moves, asOf)) {
      return BreakClass.TIMING;
    }
    if (ours == 0) {
      return BreakClass.MISSING_HERE;
    }
    return there == 0 ? BreakClass.MISSING_THERE : BreakClass.QUANTITY;
  }

  /**
   * Whether the youngest trades before the moment, taken away, or the first after it, added, make the
   * difference: they haven't arrived there yet, or were there sooner than their clock said.
   *
   * @param difference theirs less ours
   */
  private boolean isInFlight(long difference, List<Moved> moves, Instant asOf) {
    long taken = 0;
    Instant since = asOf.minus(tolerances.settlement());
    for (int i = moves.size() - 1; i >= 0; i--) {
      Moved moved = moves.get(i);
      if (moved.at().isAfter(asOf)) {
        continue;
      }
      if (moved.at().isBefore(since)) {
        break;
      }
      taken -= moved.quantity();
      if (tolerances.sameShares(taken, difference)) {
        return true;
      }
    }
    long added = 0;
    Instant until = asOf.plus(tolerances.inFlight());
    for (Moved moved : moves) {
      if (!moved.at().isAfter(asOf)) {
        continue;
      }
      if (moved.at().isAfter(until)) {
        break;
      }
      added += moved.quantity();
      if (tolerances.sameShares(added, difference)) {
        return true;
      }
    }
    return false;
  }

  /** What a share costs on average as differences say it; null without shares. */
  public static BigDecimal price(Held held) {
    return held.quantity() == 0
        ? null
        : held.cost()
            .divide(BigDecimal.valueOf(held.quantity()), PRICE_SCALE, RoundingMode.HALF_EVEN);
  }

  private static String subject(Key key) {
    return key.symbol() + '|' + key.product();
  }

  private static String figures(long quantity, BigDecimal price) {
    Map<String, Object> figures = new TreeMap<>();
    figures.put("quantity", quantity);
    figures.put("average_price", price);
    return Difference.figures(figures);
  }
}
