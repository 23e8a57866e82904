package io.tola.market.domain;

import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A made-up market that moves like a real one: every share follows one market factor, its
 * industry's factor and its own noise, on its tick grid, with a bid and an ask around it.
 *
 * <p>The logarithm of each price against its previous close is an Ornstein-Uhlenbeck walk (Vasicek
 * 1977): volatility of about 1.6 % a session, pulled back with a time constant of one session, which
 * leaves a standard deviation of some 1.2 %. It is held within 9 % of the previous close, so no quote
 * ever leaves the exchange's 10 % band; a narrower band holds it tighter.
 *
 * <p>Deterministic: the same seed, instruments, start and step times give the same quotes on every
 * machine. Each step draws from a generator made of the seed and the step's number, so a node that
 * takes over continues without the other's state.
 *
 * <p>Not thread-safe: one thread drives a feed.
 */
public final class SimulatedMarket {

  /** Continuous trading at NSE before 2026-08-03, 09:15 to 15:30, in seconds. */
  static final double SESSION_SECONDS = 22_500;

  private static final double MARKET_VOLATILITY = 0.010;
  private static final double INDUSTRY_VOLATILITY = 0.007;
  private static final double OWN_VOLATILITY = 0.011;
  private static final double WIDEST = 0.09;
  private static final double BAND_SHARE = 0.9;
  private static final double ONE_TICK_SPREAD_SHARE = 0.7;

  /** Rupees shown at the best price of a typical NIFTY share. */
  private static final double DISPLAYED_VALUE = 4_000_000;

  private static final long MIN_SIZE = 100;
  private static final long MAX_SIZE = 9_999;

  /** A typical NIFTY share trades this many rupees a day. */
  private static final double DAILY_VALUE = 8_000_000_000.0;

  private final long seed;
  private final double stepVolatility;
  private final double pull;
  private final double stepsPerSession;
  private final List<Line> lines = new ArrayList<>();
  private final Map<String, Integer> industries = new HashMap<>();
  private double[] industryMoves = {};
  private long step;

  private SimulatedMarket(long seed, double ticksPerSecond, long step) {
    this.seed = seed;
    this.stepsPerSession = SESSION_SECONDS * ticksPerSecond;
    this.stepVolatility = 1 / Math.sqrt(stepsPerSession);
    this.pull = 1 / stepsPerSession;
    this.step = step;
  }

  /**
   * A market that starts at the given previous closes or continues from given quotes.
   *
   * @param previousCloses in {@link Units}, for every instrument without a quote
   * @param quotes where to continue; those of other sources are ignored
   * @param step number of the last step made; 0 at the start
   * @param ticksPerSecond steps a second; each step ticks every share
   * @throws IllegalArgumentException when an instrument has neither a close nor a quote
   */
  public static SimulatedMarket of(
      long seed,
      double ticksPerSecond,
      List<Instrument> instruments,
      Map<String, Long> previousCloses,
      Map<String, Quote> quotes,
      long step) {
    SimulatedMarket market = new SimulatedMarket(seed, ticksPerSecond, step);
    List<Instrument> ordered = new ArrayList<>(instruments);
    ordered.sort(Comparator.comparing(Instrument::symbol));
    for (Instrument instrument : ordered) {
      String symbol = instrument.symbol().value();
      Quote quote = quotes.get(symbol);
      Long close = previousCloses.get(symbol);
      if (quote != null && quote.source() == Quote.Source.SIMULATED) {
        market.add(QuoteBuilder.resume(instrument, quote));
      } else if (close != null && close > 0) {
        market.add(new QuoteBuilder(instrument, Quote.Source.SIMULATED, close));
      } else {
        throw new IllegalArgumentException(symbol + " has neither a quote nor a previous close");
      }
    }
    market.industryMoves = new double[market.industries.size()];
    return market;
  }

  private void add(QuoteBuilder builder) {
    int next = industries.size();
    int industry = industries.computeIfAbsent(builder.instrument().industry(), unused -> next);
    lines.add(new Line(builder, industry));
  }

  /** Number of the last step made. */
  public long step() {
    return step;
  }

  /**
   * Moves every share once.
   *
   * @param now the market's time and the time of receipt, never before the last step's
   * @return a quote for each instrument, in symbol order
   */
  public List<Quote> step(Instant now) {
    step++;
    SeededNoise noise = SeededNoise.of(seed, step);
    double market = noise.nextGaussian() * MARKET_VOLATILITY * stepVolatility;
    for (int i = 0; i < industryMoves.length; i++) {
      industryMoves[i] = noise.nextGaussian() * INDUSTRY_VOLATILITY * stepVolatility;
    }
    List<Quote> quotes = new ArrayList<>(lines.size());
    for (Line line : lines) {
      double own = noise.nextGaussian() * OWN_VOLATILITY * stepVolatility;
      double move = line.beta * market + industryMoves[line.industry] + own;
      quotes.add(line.step(move, noise, now));
    }
    return quotes;
  }

  /** One share's walk. */
  private final class Line {
    private final QuoteBuilder builder;
    private final int industry;
    private final double beta;
    private final long tick;
    private final double band;
    private long anchor;
    private double deviation;

    private Line(QuoteBuilder builder, int industry) {
      Instrument instrument = builder.instrument();
      this.builder = builder;
      this.industry = industry;
      long own = SeededNoise.part(instrument.symbol().value());
      this.beta = 0.7 + 0.6 * SeededNoise.of(seed, own).nextUniform();
      this.tick = Units.of(instrument.tickSize());
      this.band =
          instrument.priceBandPct() == null
              ? 2 * WIDEST
              : instrument.priceBandPct().doubleValue() / 100;
      this.anchor = builder.previousClose();
      this.deviation = builder.last() == 0 ? 0 : StrictMath.log((double) builder.last() / anchor);
    }

    private Quote step(double move, SeededNoise noise, Instant now) {
      if (builder.rollTo(now)) {
        anchor = builder.previousClose();
        deviation = 0;
      }
      deviation = within(deviation * (1 - pull) + move);
      double middle = anchor * StrictMath.exp(deviation);

      // The first and last prices on the grid that the band allows.
      long lowest = Math.max(1, ceilTicks(anchor * (1 - band)));
      long highest = Math.max(lowest + 2, (long) Math.floor(anchor * (1 + band) / tick));
      long spread = noise.nextUniform() < ONE_TICK_SPREAD_SHARE ? 1 : 2;
      long bid = Math.round(middle / tick - spread / 2.0);
      bid = Math.max(lowest, Math.min(highest - spread, bid));
      long ask = bid + spread;
      long last = noise.nextUniform() < 0.5 ? bid : ask;

      double price = middle / Units.PER_RUPEE;
      long bidSize = size(price, noise);
      long askSize = size(price, noise);
      double share = noise.nextUniform();
      long traded = 1 + (long) (4 * share * share * share * DAILY_VALUE / price / stepsPerSession);
      return builder.depth(bid * tick, bidSize, ask * tick, askSize, last * tick, traded, now, now);
    }

    private long ceilTicks(double units) {
      return (long) Math.ceil(units / tick);
    }

    private double within(double value) {
      double edge = Math.min(WIDEST, band * BAND_SHARE);
      return Math.max(-edge, Math.min(edge, value));
    }

    private long size(double price, SeededNoise noise) {
      double shares = DISPLAYED_VALUE / price * StrictMath.exp(0.6 * noise.nextGaussian());
      return Math.max(MIN_SIZE, Math.min(MAX_SIZE, Math.round(shares)));
    }
  }
}
