package io.tola.market.api;

import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The market as the rest of the platform reads it. Thread-safe; quotes and instruments are answered
 * from memory.
 */
public interface MarketData {

  /** Every instrument, in symbol order. */
  List<Instrument> instruments();

  /** The instrument, or empty when the platform doesn't know the symbol. */
  Optional<Instrument> instrument(Symbol symbol);

  /**
   * The current quote, at most five seconds behind the feed on any node; empty when there is none
   * (unknown symbol, or the feed has not spoken yet).
   */
  Optional<Quote> quote(Symbol symbol);

  /** The current quotes of those symbols that have one. */
  Map<Symbol, Quote> quotes(Collection<Symbol> symbols);

  /** The phase of the trading session at this moment. */
  SessionPhase phase();

  /** Whether the market has a calendar, and so a close; false for one that is always open. */
  default boolean closes() {
    return false;
  }

  /** What drives the quotes and how: {@code simulated} or {@code replay}, for labels. */
  String feed();

  /**
   * Stored bars from {@code from} (inclusive) to {@code to} (exclusive), oldest first.
   *
   * @param limit 1 to 5,000 bars
   * @param cursor where the previous page ended, or null
   * @throws io.tola.kernel.problem.ProblemException UNKNOWN_SYMBOL, INVALID_PARAMETER for a bad
   *     cursor
   */
  Page<Bar> history(
      Symbol symbol, Interval interval, Instant from, Instant to, int limit, String cursor);

  /**
   * As {@link #history}, for showing: answered from a cache where it can be, at most a minute behind
   * what a node that is cut off from the others has written. Not for decisions.
   */
  default Page<Bar> shownHistory(
      Symbol symbol, Interval interval, Instant from, Instant to, int limit, String cursor) {
    return history(symbol, interval, from, to, limit, cursor);
  }

  /**
   * The last day in India before that one on which any symbol has a stored daily bar, of the 40 days
   * before; empty when none has.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  Optional<LocalDate> lastSession(LocalDate before);

  /**
   * The stored daily bars of that day in India, of every symbol that has one, in symbol order.
   *
   * @throws io.tola.kernel.problem.ProblemException DATABASE_UNAVAILABLE
   */
  List<Bar> dailyBars(LocalDate day);

  /**
   * Calls back on the one node that drives the feed, after each round of changed quotes, on the
   * feed's thread: return quickly.
   */
  void onQuotes(QuoteListener listener);

  /** Hears which quotes changed. */
  @FunctionalInterface
  interface QuoteListener {
    void changed(Collection<Quote> quotes);
  }
}
