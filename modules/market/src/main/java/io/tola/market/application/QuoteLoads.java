package io.tola.market.application;

import io.tola.kernel.Symbol;
import io.tola.market.api.Quote;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/**
 * Looks quotes up when the board's are no longer fresh, once for all who ask at the same time: a
 * thousand threads that find an entry expired make one load, and wait for it.
 *
 * <p>Loads run on the executor, outside the asking thread's transaction, so that a failing look-up
 * can't spoil an order's commit. A load that fails or takes longer than {@link #PATIENCE} leaves the
 * asker with the last quote known, whose {@code receivedAt} tells its age. Thread-safe.
 */
final class QuoteLoads {

  /** How long an asker waits for a load. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final long AFTER_FAILURE_NANOS = Duration.ofSeconds(1).toNanos();

  private final QuoteBoard board;
  private final Executor executor;
  private final Function<Symbol, Optional<Quote>> source;
  private final ConcurrentHashMap<Symbol, CompletableFuture<Void>> flights =
      new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadNanos = new LongAdder();
  private final LongAdder failures = new LongAdder();

  /**
   * @param source asks the shared cache and then the database; may throw
   */
  QuoteLoads(QuoteBoard board, Executor executor, Function<Symbol, Optional<Quote>> source) {
    this.board = board;
    this.executor = executor;
    this.source = source;
  }

  /** The current quote: from the board while fresh, else looked up. Never throws. */
  Optional<Quote> quote(Symbol symbol) {
    QuoteBoard.Held held = board.look(symbol);
    if (held != null && held.isFresh(System.nanoTime())) {
      hits.increment();
      return held.answer();
    }
    misses.increment();
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> flight = flights.putIfAbsent(symbol, mine);
    if (flight == null) {
      flight = mine;
      held = board.look(symbol);
      if (held != null && held.isFresh(System.nanoTime())) {
        // Another flight landed between the look and the take-off.
        flights.remove(symbol, mine);
        mine.complete(null);
        return held.answer();
      }
      start(symbol, mine);
    }
    await(flight);
    held = board.look(symbol);
    return held == null ? Optional.empty() : held.answer();
  }

  private void start(Symbol symbol, CompletableFuture<Void> flight) {
    try {
      executor.execute(() -> load(symbol, flight));
    } catch (RejectedExecutionException e) {
      failures.increment();
      board.keep(symbol, AFTER_FAILURE_NANOS);
      flights.remove(symbol, flight);
      flight.complete(null);
    }
  }

  private void load(Symbol symbol, CompletableFuture<Void> flight) {
    loads.increment();
    long began = System.nanoTime();
    try {
      board.putFound(symbol, source.apply(symbol));
      loadNanos.add(System.nanoTime() - began);
    } catch (RuntimeException e) {
      failures.increment();
      board.keep(symbol, AFTER_FAILURE_NANOS);
    } finally {
      flights.remove(symbol, flight);
      flight.complete(null);
    }
  }

  private static void await(CompletableFuture<Void> flight) {
    try {
      flight.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The last quote known is the answer.
    }
  }

  long hits() {
    return hits.sum();
  }

  long misses() {
    return misses.sum();
  }

  long loads() {
    return loads.sum();
  }

  long failures() {
    return failures.sum();
  }

  /** How long a load that found an answer took; null without any. */
  BigDecimal meanMillis() {
    long done = loads.sum() - failures.sum();
    return done <= 0
        ? null
        : BigDecimal.valueOf(loadNanos.sum() / done, 6).setScale(3, RoundingMode.HALF_EVEN);
  }
}
