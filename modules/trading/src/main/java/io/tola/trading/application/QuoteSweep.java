package io.tola.trading.application;

import io.tola.kernel.Symbol;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.Instrument;
import io.tola.market.api.MarketData;
import io.tola.market.api.Quote;
import io.tola.trading.store.OrderStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks which resting orders the market has crossed, and sends them to their lanes to be filled.
 *
 * <p>It runs on the node that drives the feed. Quotes are collected as they come and looked at once
 * per interval, with one query for all symbols: of the quotes of an interval, buy orders are held
 * against the lowest ask and sell orders against the highest bid, stop orders against the highest and
 * lowest last price, so a cross that lasted only a moment isn't missed. What is found here is only a hint: the lane reads the order again under the account's
 * lock, and the order itself remembers up to which moment it has seen the market, so neither a
 * restart nor a second node can fill it twice from one quote.
 *
 * <p>Thread-safe; {@link #changed} returns at once.
 */
final class QuoteSweep implements MarketData.QuoteListener {

  private static final System.Logger LOG = System.getLogger(QuoteSweep.class.getName());

  /** Orders of one symbol and side looked at per interval; the rest follow in the next. */
  private static final int MOST_A_SIDE = 500;

  private static final Duration AFTER_A_FAULT = Duration.ofSeconds(1);

  private final OrderStore orders;
  private final MarketData market;
  private final Consumer<Command> submit;
  private final Duration interval;
  private final Thread thread;
  private final Object collecting = new Object();
  private final Set<UUID> inFlight = ConcurrentHashMap.newKeySet();

  private Map<Symbol, Extremes> collected = new HashMap<>();
  private volatile boolean stopped;
  private boolean failing;

  /** The quotes of one symbol in one interval that reach furthest, for each side and for stops. */
  private record Extremes(Quote lowestAsk, Quote highestBid, Quote highestLast, Quote lowestLast) {
    Extremes with(Quote next) {
      return new Extremes(
          next.ask().isAbove(lowestAsk.ask()) ? lowestAsk : next,
          next.bid().isBelow(highestBid.bid()) ? highestBid : next,
          next.last().isBelow(highestLast.last()) ? highestLast : next,
          next.last().isAbove(lowestLast.last()) ? lowestLast : next);
    }
  }

  QuoteSweep(
      OrderStore orders,
      MarketData market,
      Consumer<Command> submit,
      Duration interval,
      ThreadFactory threads) {
    this.orders = orders;
    this.market = market;
    this.submit = submit;
    this.interval = interval;
    this.thread = threads.newThread(this::run);
    this.thread.setName("tola-quote-sweep");
  }

  void start() {
    thread.start();
  }

  void stop() {
    stopped = true;
    thread.interrupt();
  }

  @Override
  public void changed(Collection<Quote> quotes) {
    synchronized (collecting) {
      for (Quote quote : quotes) {
        collected.merge(
            quote.symbol(),
            new Extremes(quote, quote, quote, quote),
            (so_far, next) -> so_far.with(quote));
      }
    }
    LockSupport.unpark(thread);
  }

  private void run() {
    while (!stopped) {
      long start = System.nanoTime();
      Duration pause = interval;
      try {
        sweep();
        failing = false;
      } catch (RuntimeException e) {
        if (!failing) {
          LOG.log(System.Logger.Level.WARNING, "Resting orders can't be looked at", e);
        }
        failing = true;
        pause = AFTER_A_FAULT;
      }
      long rest = pause.toNanos() - (System.nanoTime() - start);
      while (rest > 0 && !stopped) {
        LockSupport.parkNanos(rest);
        rest = pause.toNanos() - (System.nanoTime() - start);
      }
      if (!stopped && nothingCollected()) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
      }
    }
  }

  private boolean nothingCollected() {
    synchronized (collecting) {
      return collected.isEmpty();
    }
  }

  /** Looks at what was collected; returns how many orders were sent to their lanes. */
  int sweep() {
    Map<Symbol, Extremes> taken;
    synchronized (collecting) {
      if (collected.isEmpty()) {
        return 0;
      }
      taken = collected;
      collected = new HashMap<>();
    }
    List<Quote> asks = new ArrayList<>(taken.size());
    List<Quote> bids = new ArrayList<>(taken.size());
    List<Quote> highs = new ArrayList<>(taken.size());
    List<Quote> lows = new ArrayList<>(taken.size());
    for (Extremes extremes : taken.values()) {
      asks.add(extremes.lowestAsk());
      bids.add(extremes.highestBid());
      highs.add(extremes.highestLast());
      lows.add(extremes.lowestLast());
    }
    int sent = 0;
    for (OrderStore.Crossed crossed :
        orders.crossedBy(new OrderStore.Touches(asks, bids, highs, lows), MOST_A_SIDE)) {
      Optional<Instrument> instrument = market.instrument(crossed.key().symbol());
      UUID orderId = crossed.key().orderId();
      if (instrument.isPresent() && inFlight.add(orderId)) {
        Command.Match match = new Command.Match(crossed.key(), instrument.get(), crossed.quote());
        match
            .answer()
            .whenComplete(
                (moved, fault) -> {
                  inFlight.remove(orderId);
                  if (fault != null && !(fault instanceof ProblemException)) {
                    LOG.log(System.Logger.Level.ERROR, "Resting order " + orderId, fault);
                  }
                });
        submit.accept(match);
        sent++;
      }
    }
    return sent;
  }
}
