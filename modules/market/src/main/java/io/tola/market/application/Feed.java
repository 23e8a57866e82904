package io.tola.market.application;

import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import io.tola.market.domain.BarBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;

/** What drives the quotes on the driving node. Owned by one thread; figures may be read by others. */
interface Feed extends AutoCloseable {

  /**
   * Plays what is due.
   *
   * @param nanoTime {@link System#nanoTime()} now
   * @param round takes each round of changed quotes
   * @return nanoseconds until something is due again
   * @throws IOException when the feed can't go on
   */
  long play(long nanoTime, Consumer<Collection<Quote>> round) throws IOException;

  /** The market's phase as this feed makes it. */
  SessionPhase phase();

  /** Whether nothing will ever be due again. */
  boolean hasEnded();

  /** How far a recording has come; null for a feed without one. */
  Instant position();

  /** How far behind its own pace the feed is, in seconds of the market's time. */
  double lagSeconds();

  /** What an operator wants to know: rates, counts of dirty lines. */
  Map<String, Object> figures();

  /** An empty builder of the bars that this feed's quotes make. */
  default BarBuilder bars() {
    return new BarBuilder();
  }

  @Override
  void close() throws IOException;
}
