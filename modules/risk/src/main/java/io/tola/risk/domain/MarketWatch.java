package io.tola.risk.domain;

import io.tola.market.api.Quote;
import io.tola.risk.api.GuardKind;
import io.tola.risk.api.GuardLevel;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Measures the market's condition, look by look.
 *
 * <p>Conventions, all in per cent:
 *
 * <ul>
 *   <li>volatility: realised volatility of the last price over the window, {@code 100 √Σ r²} with r the
 *       logarithmic returns from look to look (Andersen and Bollerslev, 1998); not annualised, no mean
 *       taken off. Told from the second look on: of a window that isn't full yet it is less, never more;
 *   <li>gap: {@code |open − previous close| / previous close};
 *   <li>spread: {@code (ask − bid) / middle}, the least of three looks in a row, because one wide look
 *       is no condition;
 *   <li>stale quotes: symbols without a quote, or whose quote came in longer ago than allowed, of all
 *       symbols; told once any quote has come in;
 *   <li>market-wide move: the mean of all current symbols' changes against the previous close, without
 *       sign. Its stages 10, 15 and 20 are those at which Indian exchanges halt (SEBI
 *       SMDRPD/Policy/Cir-37/2001, CIR/MRD/DP/25/2013); each is told.
 * </ul>
 *
 * <p>A quote that is stale says nothing of volatility, gap, spread and the market's move. After a
 * pause in the looks volatility and spread begin anew, and volatility with each day of the market: what
 * happened over night is a gap. Used by one thread.
 */
public final class MarketWatch {

  /** The scope of what concerns the whole market. */
  public static final String MARKET = "market";

  private static final BigDecimal HUNDRED = new BigDecimal("100");
  private static final int SCALE = 4;
  private static final int SPREAD_LOOKS = 3;

  private final Map<GuardKind, GuardThreshold> thresholds;
  private final List<Integer> stages;
  private final Duration staleAfter;
  private final Duration window;
  private final Duration pause;
  private final Map<String, Deque<Point>> prices = new HashMap<>();
  private final Map<String, Deque<BigDecimal>> spreads = new HashMap<>();
  private boolean everQuoted;
  private Instant before;

  /** The logarithm of a price at a look, and the market's day it is of. */
  private record Point(Instant at, LocalDate day, double log) {}

  /**
   * @param stages of the market-wide move, rising
   * @param staleAfter a quote older than this is stale
   * @param window of volatility
   * @param pause looks further apart than this have nothing to do with each other
   */
  public MarketWatch(
      Map<GuardKind, GuardThreshold> thresholds,
      List<Integer> stages,
      Duration staleAfter,
      Duration window,
      Duration pause) {
    this.thresholds = Map.copyOf(thresholds);
    this.stages = List.copyOf(stages);
    this.staleAfter = staleAfter;
    this.window = window;
    this.pause = pause;
  }

  /**
   * One look.
   *
   * @param symbols every symbol there is
   * @param quotes those there are
   * @param levels the level a guard is at now, by kind and scope; never null
   */
  public List<GuardReading> look(
      Collection<String> symbols,
      Map<String, Quote> quotes,
      Instant now,
      BiFunction<GuardKind, String, GuardLevel> levels) {
    List<GuardReading> readings = new ArrayList<>();
    if (before != null && (now.isAfter(before.plus(pause)) || now.isBefore(before))) {
      prices.clear();
      spreads.clear();
    }
    before = now;
    everQuoted |= !quotes.isEmpty();
    if (!everQuoted || symbols.isEmpty()) {
      return readings;
    }
    int stale = 0;
    int current = 0;
    BigDecimal changes = BigDecimal.ZERO;
    for (String symbol : symbols) {
      Quote quote = quotes.get(symbol);
      if (quote == null || quote.receivedAt().isBefore(now.minus(staleAfter))) {
        stale++;
        prices.remove(symbol);
        spreads.remove(symbol);
        continue;
      }
      current++;
      BigDecimal close = quote.previousClose().value();
      changes = changes.add(percent(quote.last().value().subtract(close), close));
      BigDecimal volatility = volatility(symbol, quote, now);
      if (volatility != null) {
        readings.add(reading(GuardKind.VOLATILITY, symbol, volatility, levels));
      }
      readings.add(
          reading(
              GuardKind.GAP,
              symbol,
              percent(quote.open().value().subtract(close), close).abs(),
              levels));
      BigDecimal spread = spread(symbol, quote);
      if (spread != null) {
        readings.add(reading(GuardKind.SPREAD, symbol, spread, levels));
      }
    }
    readings.add(
        reading(
            GuardKind.STALE_QUOTES,
            MARKET,
            percent(BigDecimal.valueOf(stale), BigDecimal.valueOf(symbols.size())),
            levels));
    if (current > 0) {
      BigDecimal move =
          changes.divide(BigDecimal.valueOf(current), SCALE, RoundingMode.HALF_UP).abs();
      GuardReading reading = reading(GuardKind.MARKET_MOVE, MARKET, move, levels);
      int stage = 0;
      for (int each : stages) {
        stage = move.compareTo(BigDecimal.valueOf(each)) >= 0 ? each : stage;
      }
      readings.add(new GuardReading(reading.guard(), MARKET, move, reading.level(), stage));
    }
    return readings;
  }

  private GuardReading reading(
      GuardKind guard,
      String scope,
      BigDecimal value,
      BiFunction<GuardKind, String, GuardLevel> levels) {
    return new GuardReading(
        guard, scope, value, thresholds.get(guard).level(value, levels.apply(guard, scope)), 0);
  }

  /** Null at the first look. */
  private BigDecimal volatility(String symbol, Quote quote, Instant now) {
    Deque<Point> points = prices.computeIfAbsent(symbol, s -> new ArrayDeque<>());
    LocalDate day = PriceTerms.day(quote.timestamp());
    if (!points.isEmpty() && !points.peekLast().day().equals(day)) {
      points.clear();
    }
    points.addLast(new Point(now, day, Math.log(quote.last().value().doubleValue())));
    while (points.peekFirst().at().isBefore(now.minus(window))) {
      points.removeFirst();
    }
    if (points.size() < 2) {
      return null;
    }
    double squares = 0;
    double earlier = points.peekFirst().log();
    for (Point point : points) {
      squares += (point.log() - earlier) * (point.log() - earlier);
      earlier = point.log();
    }
    return new BigDecimal(Double.toString(100 * Math.sqrt(squares)))
        .setScale(SCALE, RoundingMode.HALF_UP);
  }

  /** Null until there were enough looks. */
  private BigDecimal spread(String symbol, Quote quote) {
    BigDecimal bid = quote.bid().value();
    BigDecimal ask = quote.ask().value();
    BigDecimal spread = percent(ask.subtract(bid).add(ask.subtract(bid)), ask.add(bid));
    Deque<BigDecimal> looks = spreads.computeIfAbsent(symbol, s -> new ArrayDeque<>());
    looks.addLast(spread);
    if (looks.size() > SPREAD_LOOKS) {
      looks.removeFirst();
    }
    return looks.size() < SPREAD_LOOKS
        ? null
        : looks.stream().min(BigDecimal::compareTo).orElseThrow();
  }

  private static BigDecimal percent(BigDecimal part, BigDecimal whole) {
    return part.multiply(HUNDRED).divide(whole, SCALE, RoundingMode.HALF_UP);
  }
}
