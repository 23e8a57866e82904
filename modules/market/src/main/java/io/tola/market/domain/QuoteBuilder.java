package io.tola.market.domain;

import io.tola.kernel.Price;
import io.tola.kernel.Quantity;
import io.tola.market.api.Instrument;
import io.tola.market.api.Quote;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Turns the ticks of one symbol into quotes and keeps the day's figures: open, high, low, volume,
 * and the previous close, which is the last price of the day before once a day has passed.
 *
 * <p>A day is a date in India. The sequence rises with every quote, also across a change of the
 * driving node, because it follows the time of receipt in microseconds.
 *
 * <p>Not thread-safe: one thread drives a feed.
 */
public final class QuoteBuilder {

  /** Displayed sizes of a feed without depth stay between these. */
  static final long MIN_SIZE = 100;

  static final long MAX_SIZE = 5_000;

  private final Instrument instrument;
  private final Quote.Source source;
  private final long tickUnits;

  private long previousClose;
  private LocalDate day;
  private long open;
  private long high;
  private long low;
  private long last;
  private long volume;
  private long sequence;
  private Quote newest;
  private boolean lastWasUp = true;
  private double typicalTrade = 400;

  /**
   * @param previousClose in {@link Units}, or 0 when it isn't known: the first price then stands in
   */
  public QuoteBuilder(Instrument instrument, Quote.Source source, long previousClose) {
    this.instrument = instrument;
    this.source = source;
    this.tickUnits = Units.of(instrument.tickSize());
    this.previousClose = previousClose;
  }

  /** Continues where another builder's last quote left off. */
  public static QuoteBuilder resume(Instrument instrument, Quote quote) {
    QuoteBuilder builder =
        new QuoteBuilder(instrument, quote.source(), Units.of(quote.previousClose()));
    builder.day = MarketTime.dateOf(quote.timestamp());
    builder.open = Units.of(quote.open());
    builder.high = Units.of(quote.high());
    builder.low = Units.of(quote.low());
    builder.last = Units.of(quote.last());
    builder.volume = quote.volume();
    builder.sequence = quote.sequence();
    return builder;
  }

  public Instrument instrument() {
    return instrument;
  }

  /** In {@link Units}; 0 until known. */
  public long previousClose() {
    return previousClose;
  }

  /** In {@link Units}; 0 before the first tick. */
  public long last() {
    return last;
  }

  /**
   * Closes the day before if {@code at} is in a later one: its last price becomes the previous
   * close.
   *
   * @return whether a new day began
   */
  public boolean rollTo(Instant at) {
    LocalDate date = MarketTime.dateOf(at);
    if (day != null && !date.isAfter(day)) {
      return false;
    }
    boolean later = day != null;
    if (later) {
      previousClose = last;
    }
    day = date;
    open = 0;
    volume = 0;
    return later;
  }

  /**
   * Takes a tick that carries no depth and derives the book's top from it.
   *
   * <p>The tick rule (Lee and Ready, "Inferring trade direction from intraday data", 1991): a trade
   * above the one before hit the ask, one below hit the bid, an equal one the same side as before.
   * The other side is one tick away. A price between two ticks lies between bid and ask. Displayed
   * sizes follow the size of recent trades.
   *
   * @param price in {@link Units}
   * @param cumulativeVolume the day's volume so far; less than before is ignored
   */
  public Quote trade(long price, long cumulativeVolume, Instant timestamp, Instant receivedAt) {
    rollTo(timestamp);
    if (open != 0 && price != last) {
      lastWasUp = price > last;
    }
    long traded = Math.max(0, cumulativeVolume - volume);
    if (traded > 0 && volume > 0) {
      typicalTrade += (traded - typicalTrade) / 16;
    }
    take(price, traded);
    long floor = Math.max(tickUnits, Math.floorDiv(price, tickUnits) * tickUnits);
    long bid;
    long ask;
    if (floor != price) {
      bid = floor;
      ask = floor + tickUnits;
    } else if (lastWasUp && price > tickUnits) {
      bid = price - tickUnits;
      ask = price;
    } else {
      bid = price;
      ask = price + tickUnits;
    }
    long size = Math.round(typicalTrade);
    return quote(
        bid,
        clampSize(lastWasUp ? size * 2 : size),
        ask,
        clampSize(lastWasUp ? size : size * 2),
        timestamp,
        receivedAt);
  }

  /**
   * Takes a tick with its depth.
   *
   * @param traded shares traded with this tick
   */
  Quote depth(
      long bid,
      long bidSize,
      long ask,
      long askSize,
      long price,
      long traded,
      Instant timestamp,
      Instant receivedAt) {
    rollTo(timestamp);
    take(price, traded);
    return quote(bid, bidSize, ask, askSize, timestamp, receivedAt);
  }

  /**
   * Says the newest quote once more: it still holds.
   *
   * @return null when there was none yet
   */
  public Quote again(Instant receivedAt) {
    if (newest == null) {
      return null;
    }
    sequence = Math.max(sequence + 1, microsecondsOf(receivedAt));
    newest =
        new Quote(
            newest.symbol(),
            newest.bid(),
            newest.bidSize(),
            newest.ask(),
            newest.askSize(),
            newest.last(),
            newest.open(),
            newest.high(),
            newest.low(),
            newest.previousClose(),
            newest.volume(),
            newest.timestamp(),
            receivedAt,
            sequence,
            newest.source());
    return newest;
  }

  private void take(long price, long traded) {
    if (previousClose == 0) {
      previousClose = price;
    }
    if (open == 0) {
      open = price;
      high = price;
      low = price;
    }
    high = Math.max(high, price);
    low = Math.min(low, price);
    last = price;
    volume += traded;
  }

  private Quote quote(
      long bid, long bidSize, long ask, long askSize, Instant timestamp, Instant receivedAt) {
    sequence = Math.max(sequence + 1, microsecondsOf(receivedAt));
    newest =
        new Quote(
            instrument.symbol(),
            Units.price(bid),
            Quantity.of(bidSize),
            Units.price(ask),
            Quantity.of(askSize),
            Units.price(last),
            Units.price(open),
            Units.price(high),
            Units.price(low),
            previousClosePrice(),
            volume,
            timestamp,
            receivedAt,
            sequence,
            source);
    return newest;
  }

  private Price previousClosePrice() {
    return Units.price(previousClose);
  }

  private static long clampSize(long size) {
    return Math.max(MIN_SIZE, Math.min(MAX_SIZE, size));
  }

  private static long microsecondsOf(Instant instant) {
    return Math.max(1, Duration.between(Instant.EPOCH, instant).toNanos() / 1_000);
  }
}
