package io.tola.portfolio.domain.recon;

import io.tola.portfolio.api.BreakClass;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Holds a statement of trades against the trades of the books, in the order of sureness: first those
 * that carry the same id; then those alike in symbol, side, quantity and price with clocks that agree;
 * then those alike but for one thing, which is the break: the price, the quantity, the side, the symbol
 * (same ISIN), the time. What is left is missing on one side, or in flight when it is younger than the
 * tolerance at the statement's moment.
 *
 * <p>Each step is one pass over hashed groups sorted by time, so 100,000 lines take moments. Within a
 * group pairs are made greedily in order of time, which is right because any two of a group are
 * interchangeable. Thread-safe; no state.
 */
public final class TradeComparison {

  /**
   * A trade of the books.
   *
   * @param side BUY or SELL
   * @param fees what it should have cost; null when that isn't known
   */
  public record Booked(
      String tradeId,
      String symbol,
      String side,
      String product,
      long quantity,
      BigDecimal price,
      BigDecimal fees,
      Instant at) {}

  private static final Duration SAME_DAY = Duration.ofHours(12);

  private final Tolerances tolerances;

  public TradeComparison(Tolerances tolerances) {
    this.tolerances = tolerances;
  }

  /**
   * Compares.
   *
   * @param lines the statement's
   * @param booked every trade of the books in the statement's period
   * @param isins the ISIN of each symbol the platform knows
   * @param asOf up to when the statement is complete
   */
  public Comparison compare(
      List<StatementLine> lines, List<Booked> booked, Map<String, String> isins, Instant asOf) {
    return new Run(isins, asOf).compare(lines, booked);
  }

  /** One comparison. */
  private final class Run {

    private final Map<String, String> isins;
    private final Instant asOf;
    private final List<Difference> differences = new ArrayList<>();
    private final Map<String, Integer> alike = new HashMap<>();
    private int matched;

    private Run(Map<String, String> isins, Instant asOf) {
      this.isins = isins;
      this.asOf = asOf;
    }

    private Comparison compare(List<StatementLine> lines, List<Booked> booked) {
      List<StatementLine> theirs = withoutDuplicates(lines);
      List<Booked> ours = new ArrayList<>(booked);
      int compared = lines.size();
      theirs = byId(theirs, ours);
      theirs.sort(Comparator.comparing(StatementLine::at).thenComparing(StatementLine::line));
      ours.sort(Comparator.comparing(Booked::at));
      Duration clocks = tolerances.clocks();
      theirs =
          pair(
              theirs,
              ours,
              clocks,
              l -> List.of(l.symbol(), l.side(), l.quantity(), plain(l.price())),
              b -> List.of(b.symbol(), b.side(), b.quantity(), plain(b.price())),
              null);
      theirs =
          pair(
              theirs,
              ours,
              clocks,
              l -> List.of(l.symbol(), l.side(), l.quantity()),
              b -> List.of(b.symbol(), b.side(), b.quantity()),
              BreakClass.PRICE);
      theirs =
          pair(
              theirs,
              ours,
              clocks,
              l -> List.of(l.symbol(), l.side(), plain(l.price())),
              b -> List.of(b.symbol(), b.side(), plain(b.price())),
              BreakClass.QUANTITY);
      theirs =
          pair(
              theirs,
              ours,
              clocks,
              l -> List.of(l.symbol(), l.quantity(), plain(l.price())),
              b -> List.of(b.symbol(), b.quantity(), plain(b.price())),
              BreakClass.SIDE);
      theirs =
          pair(
              theirs,
              ours,
              clocks,
              l ->
                  l.isin() == null
                      ? null
                      : List.of(l.isin(), l.side(), l.quantity(), plain(l.price())),
              b ->
                  isins.get(b.symbol()) == null
                      ? null
                      : List.of(isins.get(b.symbol()), b.side(), b.quantity(), plain(b.price())),
              BreakClass.SYMBOL);
      theirs =
          pair(
              theirs,
              ours,
              SAME_DAY,
              l -> List.of(l.symbol(), l.side(), l.quantity(), plain(l.price())),
              b -> List.of(b.symbol(), b.side(), b.quantity(), plain(b.price())),
              BreakClass.TIMING);
      Instant young = asOf.minus(tolerances.inFlight());
      for (StatementLine line : theirs) {
        add(line.at().isBefore(young) ? BreakClass.MISSING_HERE : BreakClass.TIMING, line, null);
      }
      for (Booked trade : ours) {
        add(trade.at().isBefore(young) ? BreakClass.MISSING_THERE : BreakClass.TIMING, null, trade);
        compared++;
      }
      return new Comparison(compared, matched, differences);
    }

    private List<StatementLine> withoutDuplicates(List<StatementLine> lines) {
      Set<String> ids = new HashSet<>(lines.size() * 2);
      Map<String, Integer> repeats = new HashMap<>();
      List<StatementLine> left = new ArrayList<>(lines.size());
      for (StatementLine line : lines) {
        if (line.tradeId() == null || ids.add(line.tradeId())) {
          left.add(line);
          continue;
        }
        int repeat = repeats.merge(line.tradeId(), 1, Integer::sum);
        differences.add(
            new Difference(
                BreakClass.DUPLICATE,
                line.tradeId() + '#' + repeat,
                line.symbol(),
                line.product(),
                Difference.NOTHING,
                figures(line),
                value(line.quantity(), line.price()),
                line.line(),
                line.at()));
      }
      return left;
    }

    /** Takes out of both lists those of the same id, and returns the lines that are left. */
    private List<StatementLine> byId(List<StatementLine> theirs, List<Booked> ours) {
      Map<String, Booked> byId = new HashMap<>(ours.size() * 2);
      for (Booked trade : ours) {
        byId.put(trade.tradeId(), trade);
      }
      List<StatementLine> left = new ArrayList<>();
      Set<String> paired = new HashSet<>();
      for (StatementLine line : theirs) {
        Booked trade = line.tradeId() == null ? null : byId.get(line.tradeId());
        if (trade == null) {
          left.add(line);
        } else {
          paired.add(trade.tradeId());
          sameId(line, trade);
        }
      }
      ours.removeIf(trade -> paired.contains(trade.tradeId()));
      return left;
    }

    /** Says everything in which a pair of one id differs. */
    private void sameId(StatementLine line, Booked trade) {
      int before = differences.size();
      if (!line.symbol().equals(trade.symbol())
          || line.isin() != null
              && isins.containsKey(trade.symbol())
              && !line.isin().equals(isins.get(trade.symbol()))) {
        add(BreakClass.SYMBOL, line, trade);
      }
      if (!line.side().equals(trade.side())) {
        add(BreakClass.SIDE, line, trade);
      }
      if (!tolerances.sameShares(trade.quantity(), line.quantity())) {
        boolean action =
            Ratios.isSimple(trade.quantity(), line.quantity())
                && Ratios.isSameCost(
                    value(trade.quantity(), trade.price()), value(line.quantity(), line.price()));
        add(action ? BreakClass.CORPORATE_ACTION : BreakClass.QUANTITY, line, trade);
      } else if (!tolerances.samePrice(trade.price(), line.price())) {
        add(BreakClass.PRICE, line, trade);
      }
      end(line, trade, before);
    }

    /** The last things to look at in a pair, and whether it matched. */
    private void end(StatementLine line, Booked trade, int before) {
      if (line.fees() != null
          && trade.fees() != null
          && !tolerances.sameFees(trade.fees(), line.fees())) {
        add(BreakClass.FEES, line, trade);
      }
      matched += differences.size() == before ? 1 : 0;
    }

    /**
     * Pairs within groups, nearest in time first by order, and takes the pairs out of {@code ours}.
     *
     * @param lineGroup null for a line that has no group
     * @param difference what such a pair differs in; null for nothing
     * @return the lines left over, still in order of time
     */
    private List<StatementLine> pair(
        List<StatementLine> theirs,
        List<Booked> ours,
        Duration clocks,
        Function<StatementLine, Object> lineGroup,
        Function<Booked, Object> tradeGroup,
        BreakClass difference) {
      if (theirs.isEmpty() || ours.isEmpty()) {
        return theirs;
      }
      Map<Object, Deque<Booked>> groups = new HashMap<>();
      List<Booked> left = new ArrayList<>();
      for (Booked trade : ours) {
        Object group = tradeGroup.apply(trade);
        if (group == null) {
          left.add(trade);
        } else {
          groups.computeIfAbsent(group, g -> new ArrayDeque<>(2)).add(trade);
        }
      }
      List<StatementLine> unpaired = new ArrayList<>();
      for (StatementLine line : theirs) {
        Object key = lineGroup.apply(line);
        Deque<Booked> group = key == null ? null : groups.get(key);
        Booked found = null;
        while (group != null && !group.isEmpty()) {
          Booked head = group.peek();
          if (head.at().isBefore(line.at().minus(clocks))) {
            left.add(group.poll());
          } else if (head.at().isAfter(line.at().plus(clocks))) {
            break;
          } else {
            found = group.poll();
            break;
          }
        }
        if (found == null) {
          unpaired.add(line);
          continue;
        }
        int before = differences.size();
        boolean tolerated =
            difference == null
                || difference == BreakClass.PRICE
                    && tolerances.samePrice(found.price(), line.price())
                || difference == BreakClass.QUANTITY
                    && tolerances.sameShares(found.quantity(), line.quantity());
        if (!tolerated) {
          add(difference, line, found);
        }
        end(line, found, before);
      }
      groups.values().forEach(left::addAll);
      left.sort(Comparator.comparing(Booked::at));
      ours.clear();
      ours.addAll(left);
      return unpaired;
    }

    private void add(BreakClass kind, StatementLine line, Booked trade) {
      BigDecimal amount;
      if (line == null) {
        amount = value(trade.quantity(), trade.price());
      } else if (trade == null) {
        amount = value(line.quantity(), line.price());
      } else {
        amount =
            switch (kind) {
              case FEES -> line.fees().subtract(trade.fees());
              case SIDE ->
                  value(line.quantity(), line.price()).add(value(trade.quantity(), trade.price()));
              case SYMBOL, TIMING -> value(line.quantity(), line.price());
              default ->
                  value(line.quantity(), line.price())
                      .subtract(value(trade.quantity(), trade.price()));
            };
      }
      differences.add(
          new Difference(
              kind,
              trade != null ? trade.tradeId() : subject(line),
              trade != null ? trade.symbol() : line.symbol(),
              trade != null ? trade.product() : line.product(),
              trade == null ? Difference.NOTHING : figures(trade),
              line == null ? Difference.NOTHING : figures(line),
              amount,
              line == null ? null : line.line(),
              trade != null ? trade.at() : line.at()));
    }

    /** The broker's id, or what the line says with a number for those that say the same. */
    private String subject(StatementLine line) {
      if (line.tradeId() != null) {
        return line.tradeId();
      }
      String text =
          line.symbol()
              + '|'
              + line.side()
              + '|'
              + line.quantity()
              + '|'
              + plain(line.price())
              + '|'
              + line.at();
      return text + '#' + alike.merge(text, 1, Integer::sum);
    }
  }

  private static BigDecimal value(long quantity, BigDecimal price) {
    return price.multiply(BigDecimal.valueOf(quantity));
  }

  /** Equal prices are equal keys, however many zeros they end in. */
  private static String plain(BigDecimal price) {
    return price.stripTrailingZeros().toPlainString();
  }

  private static String figures(StatementLine line) {
    Map<String, Object> figures =
        figures(line.symbol(), line.side(), line.quantity(), line.price(), line.at());
    figures.put("trade_id", line.tradeId());
    figures.put("fees", line.fees());
    if (line.isin() != null) {
      figures.put("isin", line.isin());
    }
    return Difference.figures(figures);
  }

  private static String figures(Booked trade) {
    Map<String, Object> figures =
        figures(trade.symbol(), trade.side(), trade.quantity(), trade.price(), trade.at());
    figures.put("trade_id", trade.tradeId());
    figures.put("fees", trade.fees());
    return Difference.figures(figures);
  }

  private static Map<String, Object> figures(
      String symbol, String side, long quantity, BigDecimal price, Instant at) {
    Map<String, Object> figures = new TreeMap<>();
    figures.put("symbol", symbol);
    figures.put("side", side);
    figures.put("quantity", quantity);
    figures.put("price", price);
    figures.put("traded_at", at);
    return figures;
  }
}
