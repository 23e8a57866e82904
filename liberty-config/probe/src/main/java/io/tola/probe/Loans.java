package io.tola.probe;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The loans of one pool. A server says so with {@link java.sql.Connection#beginRequest} and {@link
 * java.sql.Connection#endRequest}, as JDBC 4.3 has it; of one that doesn't there are none.
 * Thread-safe; a loan costs a look at the stack.
 */
final class Loans {

  private final String name;
  private final LongAdder lent = new LongAdder();
  private final LongAdder heldNanos = new LongAdder();
  private final Map<Object, Loan> open = new ConcurrentHashMap<>();
  private final StatementRecord held;

  Loans(String name, int windows, long index) {
    this.name = name;
    this.held =
        new StatementRecord(
            new SqlText("(loans of " + name + ")", StatementType.OTHER), windows, index);
  }

  /** Lends to {@code borrower}, which stands for the connection. */
  void begins(Object borrower, long now) {
    Site site = Site.ofThisThread();
    held.cameFrom(site);
    open.put(borrower, new Loan(site, Thread.currentThread().getName(), Units.name(), now));
    lent.increment();
  }

  void ends(Object borrower, long now, long index) {
    Loan loan = open.remove(borrower);
    if (loan != null) {
      heldNanos.add(now - loan.sinceNanos());
      held.window(index).took(now - loan.sinceNanos());
    }
  }

  LoanFigures figures(long index) {
    StatementFigures figures = held.figures(index);
    return new LoanFigures(
        name,
        lent.sum(),
        heldNanos.sum(),
        figures.micros(),
        figures.sites(),
        open.values().stream().sorted(Comparator.comparingLong(Loan::sinceNanos)).toList());
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
