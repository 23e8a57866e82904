package io.tola.probe;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** The figures of one statement, by hours. Thread-safe; counting takes no lock. */
final class StatementRecord {

  private static final int MAX_SITES = 8;

  /** Of a statement's first executions the call site is looked up each time, later seldom. */
  private static final int FIRST_SITES = 4;

  private static final int SITE_EVERY = 1_024;
  private static final int FIRST_ROWS = 16;
  private static final int ROWS_EVERY = 64;

  final String id;
  final String text;
  final StatementType type;
  private final int windows;
  private final Map<Site, LongAdder> sites = new ConcurrentHashMap<>();
  // Closed hours, the oldest first; the newest of them is packed an hour later than it ended.
  private final ArrayDeque<Window> closed = new ArrayDeque<>();
  private volatile Window current;
  // Only to spread samples: a lost increment costs nothing.
  private volatile int executions;
  private String sentAs;
  private boolean varies;
  private String[] bound = {};

  StatementRecord(SqlText sql, int windows, long index) {
    this.id = id(sql.text());
    this.text = sql.text();
    this.type = sql.type();
    this.windows = windows;
    this.current = new Window(index);
  }

  /** Sixteen hexadecimal digits that are the same on every node. */
  static String id(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The number of the execution that begins; about right when several threads begin one, and
   * negative after 2³¹.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  int begins() {
    return executions++;
  }

  static boolean wantsSite(int execution) {
    int number = execution & Integer.MAX_VALUE;
    return number < FIRST_SITES || number % SITE_EVERY == 0;
  }

  /** Whether the rows that this execution reads are counted: each costs a little. */
  static boolean wantsRows(int execution) {
    int number = execution & Integer.MAX_VALUE;
    return number < FIRST_ROWS || number % ROWS_EVERY == 0;
  }

  /** The text was met; as long as the code's literals are always the same, it is kept. */
  synchronized void sentAs(SqlText normalised, String sql) {
    if (varies || sql.equals(sentAs)) {
      return;
    }
    if (sentAs == null || !normalised.literals()) {
      sentAs = sql;
    } else {
      varies = true;
      sentAs = null;
    }
  }

  synchronized boolean varies() {
    return varies;
  }

  /** What a sampled execution had bound. */
  synchronized void bound(List<String> types) {
    if (bound.length != types.size()) {
      bound = new String[types.size()];
      java.util.Arrays.fill(bound, Shapes.NULL);
    }
    for (int i = 0; i < bound.length; i++) {
      bound[i] = Shapes.common(bound[i], types.get(i));
    }
  }

  /** Null when its literals differ from one execution to the next, or it is too long. */
  synchronized SentAs sentAs() {
    return sentAs == null ? null : new SentAs(sentAs, List.of(bound));
  }

  void cameFrom(Site site) {
    LongAdder count = sites.get(site);
    if (count == null && sites.size() < MAX_SITES) {
      count = sites.computeIfAbsent(site, s -> new LongAdder());
    }
    if (count != null) {
      count.increment();
    }
  }

  /** Where it was seen to come from, the most often seen first. */
  List<Site> sites() {
    return sites.entrySet().stream()
        .sorted((a, b) -> Long.compare(b.getValue().sum(), a.getValue().sum()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The hour's figures. */
  Window window(long index) {
    Window now = current;
    return now.index >= index ? now : turn(index);
  }

  private synchronized Window turn(long index) {
    Window before = current;
    if (before.index >= index) {
      return before;
    }
    Window next = new Window(index);
    current = next;
    for (Window old : closed) {
      old.pack();
    }
    closed.addLast(before);
    drop(index);
    return next;
  }

  private void drop(long index) {
    while (!closed.isEmpty() && closed.peekFirst().index <= index - windows) {
      closed.removeFirst();
    }
  }

  /** Whether the span has seen nothing of it. */
  synchronized boolean isForgotten(long index) {
    drop(index);
    return closed.isEmpty() && current.index <= index - windows;
  }

  /** What happened in the span that ends with the hour {@code index}. */
  synchronized StatementFigures figures(long index) {
    drop(index);
    List<Window> all = new ArrayList<>(closed);
    if (current.index > index - windows) {
      all.add(current);
    }
    Histogram micros = new Histogram(Window.DIGITS);
    long nanos = 0;
    long failed = 0;
    long rows = 0;
    long counted = 0;
    long warned = 0;
    long slow = 0;
    long slowNanos = 0;
    long slowest = 0;
    Map<String, Long> byState = new java.util.TreeMap<>();
    for (Window window : all) {
      window.addTo(micros);
      nanos += window.nanos.sum();
      failed += window.failed.sum();
      rows += window.rows.sum();
      counted += window.rowsCounted.sum();
      warned += window.warned.sum();
      slow += window.slow.sum();
      slowNanos += window.slowNanos.sum();
      slowest = Math.max(slowest, window.slowest.get());
      window.states.forEach((state, count) -> byState.merge(state, count.sum(), Long::sum));
    }
    return new StatementFigures(
        id, text, type, micros, nanos, failed, rows, counted, warned, slow, slowNanos, slowest,
        sites(), byState);
  }
}
