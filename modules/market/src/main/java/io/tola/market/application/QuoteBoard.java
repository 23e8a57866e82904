package io.tola.market.application;

import io.tola.kernel.Symbol;
import io.tola.market.api.MarketData.QuoteListener;
import io.tola.market.api.Quote;
import io.tola.market.store.SharedQuotes;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/**
 * The quotes of this node, in memory: what every read is answered from. An entry is good for {@link
 * SharedQuotes#TTL} after it was put; then it must be looked up again. Thread-safe and lock-free to
 * read.
 */
@ApplicationScoped
public class QuoteBoard {

  private final ConcurrentHashMap<Symbol, Held> held = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<QuoteListener> listeners = new CopyOnWriteArrayList<>();
  private final LongAdder ticks = new LongAdder();

  /**
   * What the board holds of a symbol.
   *
   * @param quote null when it is known that there is none
   * @param freshUntil in {@link System#nanoTime()}
   */
  record Held(Quote quote, long freshUntil) {

    boolean isFresh(long nanoTime) {
      return freshUntil - nanoTime > 0;
    }

    Optional<Quote> answer() {
      return Optional.ofNullable(quote);
    }
  }

  /** Null when nothing was ever held. */
  public Held look(Symbol symbol) {
    return held.get(symbol);
  }

  /** Puts a quote, unless a newer one is there; either way the entry is fresh again. */
  public void put(Quote quote) {
    long until = System.nanoTime() + SharedQuotes.TTL.toNanos();
    held.merge(
        quote.symbol(),
        new Held(quote, until),
        (there, here) ->
            there.quote != null && there.quote.sequence() > quote.sequence()
                ? new Held(there.quote, until)
                : here);
  }

  public void putAll(Collection<Quote> quotes) {
    for (Quote quote : quotes) {
      put(quote);
    }
  }

  /** Whether one of the quotes is newer than what is held of its symbol. */
  public boolean isOlderThan(Collection<Quote> quotes) {
    for (Quote quote : quotes) {
      Held there = held.get(quote.symbol());
      if (there == null || there.quote == null || there.quote.sequence() < quote.sequence()) {
        return true;
      }
    }
    return false;
  }

  /** Notes what a look-up found: nothing means there is no quote. */
  public void putFound(Symbol symbol, Optional<Quote> found) {
    if (found.isPresent()) {
      put(found.get());
    } else {
      held.put(symbol, new Held(null, System.nanoTime() + SharedQuotes.TTL.toNanos()));
    }
  }

  /** Keeps what is there for a moment: the look-up failed and should not be repeated at once. */
  public void keep(Symbol symbol, long nanos) {
    long until = System.nanoTime() + nanos;
    held.merge(symbol, new Held(null, until), (there, here) -> new Held(there.quote, until));
  }

  /** Every quote held, fresh or not. */
  public List<Quote> all() {
    List<Quote> quotes = new ArrayList<>(held.size());
    for (Held each : held.values()) {
      if (each.quote != null) {
        quotes.add(each.quote);
      }
    }
    return quotes;
  }

  /** Forgets everything: another feed begins. */
  public void clear() {
    held.clear();
  }

  public void listen(QuoteListener listener) {
    listeners.add(listener);
  }

  public List<QuoteListener> listeners() {
    return listeners;
  }

  public void countTicks(long count) {
    ticks.add(count);
  }

  /** Ticks this node has taken in as the driver. */
  public long ticks() {
    return ticks.sum();
  }
}
