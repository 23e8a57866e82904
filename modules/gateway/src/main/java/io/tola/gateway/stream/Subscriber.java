package io.tola.gateway.stream;

import io.tola.gateway.security.Caller;
import io.tola.gateway.security.RateBucket;
import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import io.tola.trading.api.ExecutionFeed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * One connection: who it is, where it stands in each account, and what waits to be written.
 *
 * <p>What waits is bounded whatever the client does: order updates stay in the database until there is
 * room for them, of a symbol's quotes only the newest waits, and of answers {@value #MAX_ANSWERS}. What
 * all connections hold together is counted in {@code held}, in characters. Thread-safe.
 */
final class Subscriber {

  /** Order updates that wait here at the most; the rest waits in the table. */
  static final int MAX_UPDATES = 512;

  private static final int MAX_ANSWERS = 64;
  private static final long UNKNOWN = -1;

  private final Wire wire;
  private final RateBucket requests;
  private final long openedAt;
  private final Consumer<Goodbye> closing;
  private final LongAdder held;
  private String token;
  private Caller caller;
  private final Map<AccountId, Place> orders = new LinkedHashMap<>();
  private final Map<Symbol, Long> quotes = new HashMap<>();

  private final ArrayDeque<String> answers = new ArrayDeque<>();
  private final ArrayDeque<Update> updates = new ArrayDeque<>();
  private final Map<Symbol, String> newestQuotes = new LinkedHashMap<>();
  private long holds;
  private boolean pumping;
  private boolean inFlight;
  private long inFlightSince;
  private boolean closed;

  /**
   * Where it stands in an account.
   *
   * @param after the last sequence queued; UNKNOWN until the account's newest has been looked up
   * @param resumeFrom what was asked for; null for the newest
   */
  private record Place(long after, Long resumeFrom) {}

  private record Update(AccountId account, String text) {}

  /**
   * @param held what waits for all connections together; this one adds and takes away its part
   */
  Subscriber(Wire wire, RateBucket requests, long now, Consumer<Goodbye> closing, LongAdder held) {
    this.wire = wire;
    this.held = held;
    this.requests = requests;
    this.openedAt = now;
    this.closing = closing;
  }

  long openedAt() {
    return openedAt;
  }

  /** Whether one more message may come now. */
  boolean mayAsk(long now) {
    return requests.take(now) == 0;
  }

  synchronized void authenticated(String heldToken, Caller as) {
    token = heldToken;
    caller = as;
  }

  /** The token has been looked at again, unless there is a newer one meanwhile. */
  synchronized void stillIs(String heldToken, Caller as) {
    if (heldToken.equals(token)) {
      caller = as;
    }
  }

  /** Null until it has said who it is. */
  synchronized Caller caller() {
    return caller;
  }

  synchronized String token() {
    return token;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Begins, or begins again, at a place in the account. */
  synchronized void follow(AccountId account, Long resumeFrom) {
    forget(account);
    orders.put(account, new Place(UNKNOWN, resumeFrom));
  }

  synchronized void leave(AccountId account) {
    forget(account);
    orders.remove(account);
  }

  synchronized void leaveAll() {
    List.copyOf(orders.keySet()).forEach(this::leave);
  }

  private void forget(AccountId account) {
    updates.removeIf(
        update -> {
          boolean its = update.account.equals(account);
          if (its) {
            holds(-update.text.length());
          }
          return its;
        });
  }

  private void holds(long more) {
    holds += more;
    held.add(more);
  }

  /** How much waits, in characters. */
  synchronized long holds() {
    return holds;
  }

  /** Whether it follows an account that isn't among these. */
  synchronized boolean followsOthersThan(Set<AccountId> accounts) {
    return !accounts.containsAll(orders.keySet());
  }

  synchronized void watch(List<Symbol> symbols) {
    symbols.forEach(symbol -> quotes.put(symbol, -1L));
  }

  synchronized void unwatch(List<Symbol> symbols) {
    symbols.forEach(
        symbol -> {
          quotes.remove(symbol);
          String waiting = newestQuotes.remove(symbol);
          holds(waiting == null ? 0 : -waiting.length());
        });
  }

  synchronized void watched(Set<Symbol> into) {
    into.addAll(quotes.keySet());
  }

  /** The accounts in which it doesn't know its place yet. */
  synchronized void placeless(Set<AccountId> into) {
    orders.forEach(
        (account, place) -> {
          if (place.after == UNKNOWN) {
            into.add(account);
          }
        });
  }

  /**
   * Takes its places from what the accounts have reached.
   *
   * @return the accounts in which it begins now, with where; an account where it asked for more than
   *     there is has a number below zero
   */
  synchronized Map<AccountId, Long> place(Map<AccountId, Long> newest) {
    Map<AccountId, Long> begun = new LinkedHashMap<>();
    for (Map.Entry<AccountId, Place> entry : orders.entrySet()) {
      Long reached = newest.get(entry.getKey());
      Place place = entry.getValue();
      if (place.after != UNKNOWN || reached == null) {
        continue;
      }
      long from = place.resumeFrom == null ? reached : place.resumeFrom;
      if (from > reached) {
        begun.put(entry.getKey(), -1L);
      } else {
        entry.setValue(new Place(from, null));
        begun.put(entry.getKey(), from);
      }
    }
    return begun;
  }

  /** Where to read on, as long as there is room. */
  synchronized void positions(Set<ExecutionFeed.Position> into) {
    if (closed || updates.size() >= MAX_UPDATES / 2) {
      return;
    }
    orders.forEach(
        (account, place) -> {
          if (place.after != UNKNOWN) {
            into.add(new ExecutionFeed.Position(account, place.after));
          }
        });
  }

  /** One update on its way: its sequence and its text. */
  record Report(long sequence, String text) {}

  /**
   * Takes the updates that were read for where it stands, as many as there is room for.
   *
   * @return how many it took
   */
  int take(ExecutionFeed.Position position, List<Report> reports) {
    int taken = 0;
    synchronized (this) {
      Place place = orders.get(position.accountId());
      if (closed || place == null || place.after != position.after()) {
        return 0;
      }
      long after = place.after;
      for (Report report : reports) {
        if (updates.size() >= MAX_UPDATES) {
          break;
        }
        updates.add(new Update(position.accountId(), report.text));
        holds(report.text.length());
        after = report.sequence;
        taken++;
      }
      orders.put(position.accountId(), new Place(after, null));
    }
    pump();
    return taken;
  }

  /** The positions it stands at now. */
  synchronized List<ExecutionFeed.Position> standing() {
    List<ExecutionFeed.Position> standing = new ArrayList<>(orders.size());
    orders.forEach(
        (account, place) -> standing.add(new ExecutionFeed.Position(account, place.after)));
    return standing;
  }

  /** A quote as it goes out. */
  record Ticker(long sequence, String text) {}

  /** Takes the quotes it watches and hasn't had; a newer one takes the place of one that waits. */
  int takeQuotes(Map<Symbol, Ticker> current) {
    int taken = 0;
    synchronized (this) {
      if (closed) {
        return 0;
      }
      for (Map.Entry<Symbol, Long> watched : quotes.entrySet()) {
        Ticker ticker = current.get(watched.getKey());
        if (ticker != null && ticker.sequence != watched.getValue()) {
          watched.setValue(ticker.sequence);
          String older = newestQuotes.put(watched.getKey(), ticker.text);
          holds(ticker.text.length() - (older == null ? 0 : older.length()));
          taken++;
        }
      }
    }
    pump();
    return taken;
  }

  /** Answers, and what the door says by itself; before all else. */
  void say(String text) {
    boolean full;
    synchronized (this) {
      full = answers.size() >= MAX_ANSWERS;
      if (!full && !closed) {
        answers.add(text);
        holds(text.length());
      }
    }
    if (full) {
      close(Goodbye.TOO_SLOW, "what was sent is not read");
    } else {
      pump();
    }
  }

  /** For how long what is being written hasn't been taken, in nanoseconds. */
  synchronized long stuckNanos(long now) {
    return inFlight ? now - inFlightSince : 0;
  }

  /** How many messages wait. */
  synchronized int waiting() {
    return answers.size() + updates.size() + newestQuotes.size();
  }

  private synchronized String next() {
    String text = poll();
    holds(text == null ? 0 : -text.length());
    return text;
  }

  private String poll() {
    if (!answers.isEmpty()) {
      return answers.poll();
    }
    if (!updates.isEmpty()) {
      return updates.poll().text;
    }
    Iterator<String> quote = newestQuotes.values().iterator();
    if (!quote.hasNext()) {
      return null;
    }
    String text = quote.next();
    quote.remove();
    return text;
  }

  /** Writes as long as something waits and the wire takes it; never two at once, and no recursion. */
  private void pump() {
    synchronized (this) {
      if (pumping) {
        return;
      }
      pumping = true;
    }
    while (true) {
      String text;
      synchronized (this) {
        text = inFlight || closed ? null : next();
        if (text == null) {
          pumping = false;
          return;
        }
        inFlight = true;
        inFlightSince = System.nanoTime();
      }
      wire.send(text, this::sent);
    }
  }

  private void sent(boolean written) {
    synchronized (this) {
      inFlight = false;
    }
    if (written) {
      pump();
    } else {
      close(Goodbye.BROKEN, "");
    }
  }

  void close(Goodbye why, String reason) {
    synchronized (this) {
      if (closed) {
        return;
      }
      gone();
    }
    closing.accept(why);
    wire.close(why.code(), reason);
  }

  /** The connection is no more: nothing waits for it. */
  synchronized void gone() {
    closed = true;
    holds(-holds);
    answers.clear();
    updates.clear();
    newestQuotes.clear();
    orders.clear();
    quotes.clear();
  }
}
