package io.tola.probe;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The loans of one pool. A server says so with {@link java.sql.Connection#beginRequest} and {@link
 * java.sql.Connection#endRequest}, as JDBC 4.3 has it; of one that doesn't there are none. Who took
 * a connection is looked up for the first loans and every {@value #SITE_EVERY}th, for the others it
 * is who sent the first statement on it: a look at the stack costs more than all the rest.
 * Thread-safe.
 */
final class Loans {

  private static final int FIRST_SITES = 64;
  private static final int SITE_EVERY = 64;

  /** Who takes connections is remembered of so many places; the least seen makes room. */
  static final int MAX_SITES = 128;

  private static final int SHOWN_SITES = 8;

  private final String name;
  private final LongAdder lent = new LongAdder();
  private final LongAdder heldNanos = new LongAdder();
  private final Map<Object, Open> open = new ConcurrentHashMap<>();
  private final Map<Site, LongAdder> takers = new ConcurrentHashMap<>();
  private final StatementRecord held;
  // Only to spread samples: a lost increment costs nothing.
  private volatile int number;

  /** One that isn't back; names are made when they are asked for. */
  static final class Open {
    private final Site site;
    private final Thread thread;
    private final Units.Request request;
    private final long since;
    private volatile StatementRecord first;

    Open(Site site, long since) {
      this.site = site;
      this.thread = Thread.currentThread();
      this.request = Units.request();
      this.since = since;
    }

    /** A statement is sent on it. */
    void sends(StatementRecord statement) {
      if (first == null) {
        first = statement;
      }
    }

    private Loan shown() {
      StatementRecord statement = first;
      List<Site> sites = statement == null ? List.of() : statement.sites();
      Site from = site != null ? site : sites.isEmpty() ? Site.UNKNOWN : sites.get(0);
      return new Loan(from, thread.getName(), request == null ? null : request.name(), since);
    }
  }

  Loans(String name, int windows, long index) {
    this.name = name;
    this.held =
        new StatementRecord(
            new SqlText("(loans of " + name + ")", StatementType.OTHER), windows, index);
  }

  /** Lends to {@code borrower}, which stands for the connection. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  Open begins(Object borrower, long now) {
    Site site = null;
    if (wantsSite(number++)) {
      site = Site.ofThisThread();
      tookFrom(site);
    }
    Open loan = new Open(site, now);
    open.put(borrower, loan);
    lent.increment();
    return loan;
  }

  /** A number that has overflowed is one like any other. */
  static boolean wantsSite(int number) {
    int mine = number & Integer.MAX_VALUE;
    return mine < FIRST_SITES || mine % SITE_EVERY == 0;
  }

  /** Of a loan that was looked at. */
  void tookFrom(Site site) {
    LongAdder count = takers.get(site);
    (count == null ? meet(site) : count).increment();
  }

  /** A newcomer goes on from the count of the one that it replaces: who comes often stays. */
  private synchronized LongAdder meet(Site site) {
    LongAdder count = new LongAdder();
    if (takers.size() >= MAX_SITES && !takers.containsKey(site)) {
      takers.entrySet().stream()
          .min(Comparator.comparingLong(e -> e.getValue().sum()))
          .ifPresent(
              least -> {
                takers.remove(least.getKey());
                count.add(least.getValue().sum());
              });
    }
    return takers.computeIfAbsent(site, s -> count);
  }

  private List<Site> borrowers() {
    return takers.entrySet().stream()
        .map(e -> Map.entry(e.getKey(), e.getValue().sum()))
        .sorted(Map.Entry.<Site, Long>comparingByValue().reversed())
        .limit(SHOWN_SITES)
        .map(Map.Entry::getKey)
        .toList();
  }

  void ends(Object borrower, long now, long index) {
    Open loan = open.remove(borrower);
    if (loan != null) {
      heldNanos.add(now - loan.since);
      held.window(index).took(now - loan.since);
    }
  }

  LoanFigures figures(long index) {
    StatementFigures figures = held.figures(index);
    return new LoanFigures(
        name,
        lent.sum(),
        heldNanos.sum(),
        figures.micros(),
        borrowers(),
        open.values().stream()
            .map(Open::shown)
            .sorted(Comparator.comparingLong(Loan::sinceNanos))
            .toList());
  }

  long lent() {
    return lent.sum();
  }

  long heldNanos() {
    return heldNanos.sum();
  }

  int open() {
    return open.size();
  }
}
