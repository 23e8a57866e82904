package io.tola.probe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * Every statement of this server, over the last day, in bounded memory: at most {@value
 * #MAX_STATEMENTS} different ones (more are summed up under {@value #OTHER}), an hour's histogram
 * each. Thread-safe; an execution costs a look-up and some adders, never a lock.
 */
public final class Profile {

  /** Under this text go the statements there is no room for. */
  public static final String OTHER = "(other)";

  static final int MAX_STATEMENTS = 400;

  /** Raw texts that are remembered; a statement with literals in it has many. */
  private static final int MAX_TEXTS = 4_000;

  private static final int MAX_SLOW = 100;
  static final int MAX_HABITS = 200;
  private static final int HOURS = 24;
  private static final long HOUR = 3_600_000_000_000L;

  private static final Pattern NUMBERED = Pattern.compile("\\$[0-9]+");

  private static final Profile OURS = new Profile(System::nanoTime, HOURS, HOUR);

  private final LongSupplier nanoTime;
  private final int windows;
  private final long windowNanos;
  private final long origin;
  private final Map<String, StatementRecord> byText = new ConcurrentHashMap<>();
  private final Map<String, StatementRecord> statements = new ConcurrentHashMap<>();
  private final StatementRecord other;
  private final ArrayDeque<SlowStatement> slow = new ArrayDeque<>(MAX_SLOW);
  private final Map<HabitKey, HabitCount> habits = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> connections = new ConcurrentHashMap<>();
  private final Map<String, Loans> loans = new ConcurrentHashMap<>();
  private final Sums[] sums = new Sums[StatementType.values().length];
  private volatile Thresholds thresholds = Thresholds.DEFAULT;
  private volatile long forgottenIn;

  private record HabitKey(Habit.Kind kind, String unit, StatementRecord statement) {}

  private static final class HabitCount {
    final LongAdder times = new LongAdder();
    final AtomicLong most = new AtomicLong();
    volatile long last;
  }

  Profile(LongSupplier nanoTime, int windows, long windowNanos) {
    this.nanoTime = nanoTime;
    this.windows = windows;
    this.windowNanos = windowNanos;
    this.origin = nanoTime.getAsLong();
    java.util.Arrays.setAll(sums, i -> new Sums());
    this.other = new StatementRecord(new SqlText(OTHER, StatementType.OTHER), windows, 0);
  }

  /** This server's. */
  public static Profile ours() {
    return OURS;
  }

  /**
   * A statement's text as it is shown here: without literals and comments. For texts that come from
   * elsewhere, also cut off ones.
   */
  public static String shown(String sql) {
    return SqlText.of(sql).text();
  }

  /** Sets from when on something is remarkable; what was counted before stays as it was. */
  public void thresholds(Thresholds now) {
    thresholds = now;
  }

  public Thresholds thresholds() {
    return thresholds;
  }

  /** How long figures are kept, in nanoseconds. */
  public long spanNanos() {
    return windows * windowNanos;
  }

  /** Every statement that the span has seen. */
  public List<StatementFigures> statements() {
    long index = index(nanoTime.getAsLong());
    List<StatementFigures> found = new ArrayList<>();
    for (StatementRecord statement : statements.values()) {
      add(found, statement.figures(index));
    }
    add(found, other.figures(index));
    return found;
  }

  private static void add(List<StatementFigures> found, StatementFigures figures) {
    if (figures.micros().getTotalCount() > 0) {
      found.add(figures);
    }
  }

  /** The id of a statement by its text, as it is sent or as the server shows it with {@code $1}. */
  public static String idOf(String sql) {
    return StatementRecord.id(SqlText.of(NUMBERED.matcher(sql).replaceAll("?")).text());
  }

  /** Statements by id as they are sent, those whose text is always the same. */
  public Map<String, SentAs> sentAs() {
    Map<String, SentAs> found = new java.util.HashMap<>();
    statements
        .values()
        .forEach(
            s -> {
              SentAs sent = s.sentAs();
              if (sent != null) {
                found.put(s.id, sent);
              }
            });
    return found;
  }

  /** Statements by id whose literals differ from one execution to the next. */
  public Set<String> varying() {
    return statements.values().stream()
        .filter(StatementRecord::varies)
        .map(s -> s.id)
        .collect(java.util.stream.Collectors.toSet());
  }

  /** What the pools lend; none where the server doesn't say when it lends. */
  public List<LoanFigures> loans() {
    long index = index(nanoTime.getAsLong());
    return loans.values().stream().map(l -> l.figures(index)).toList();
  }

  /**
   * What a pool has lent so far.
   *
   * @param lent since the server's start
   * @param heldNanos how long those that came back were lent, together
   * @param open lent now
   */
  public record LoanCount(long lent, long heldNanos, int open) {}

  /** The pools' loans by name, as counts: cheap enough to be asked many times a second. */
  public Map<String, LoanCount> loanCounts() {
    Map<String, LoanCount> found = new java.util.TreeMap<>();
    loans.forEach((name, l) -> found.put(name, new LoanCount(l.lent(), l.heldNanos(), l.open())));
    return found;
  }

  Loans loansOf(String name) {
    return loans.computeIfAbsent(name, n -> new Loans(n, windows, index(nanoTime.getAsLong())));
  }

  void returned(Loans of, Object borrower) {
    long now = nanoTime.getAsLong();
    of.ends(borrower, now, index(now));
  }

  /**
   * Since the server's start.
   *
   * @param nanos all durations together
   */
  public record Totals(long executions, long failed, long slow, long nanos) {}

  /** Counts of a type that only grow. */
  public Totals totals(StatementType type) {
    Sums sums = this.sums[type.ordinal()];
    return new Totals(sums.executions.sum(), sums.failed.sum(), sums.slow.sum(), sums.nanos.sum());
  }

  Sums sums(StatementType type) {
    return sums[type.ordinal()];
  }

  /** One type's totals. */
  static final class Sums {
    final LongAdder executions = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder slow = new LongAdder();
    final LongAdder nanos = new LongAdder();
  }

  /** The last hundred that took long, the newest first. */
  public List<SlowStatement> slowStatements() {
    List<SlowStatement> found;
    synchronized (slow) {
      found = new ArrayList<>(slow);
    }
    java.util.Collections.reverse(found);
    return found;
  }

  /**
   * What requests and transactions do again and again, since the server's start: the
   * {@value #MAX_HABITS} last seen.
   */
  public List<Habit> habits() {
    List<Habit> found = new ArrayList<>();
    habits.forEach(
        (key, count) ->
            found.add(
                new Habit(
                    key.kind,
                    key.unit,
                    key.statement == null ? null : key.statement.id,
                    key.statement == null ? null : key.statement.text,
                    count.times.sum(),
                    (int) count.most.get(),
                    count.last)));
    return found;
  }

  /** Open connections to the database by application name. */
  public Map<String, Long> connections() {
    Map<String, Long> found = new java.util.TreeMap<>();
    connections.forEach((name, count) -> found.put(name, count.sum()));
    return found;
  }

  void opened(String name) {
    connections.computeIfAbsent(name, n -> new LongAdder()).increment();
  }

  void closed(String name) {
    connections.computeIfAbsent(name, n -> new LongAdder()).decrement();
  }

  /** The record of a text as it is sent. */
  StatementRecord of(String sql) {
    StatementRecord known = byText.get(sql);
    return known == null ? meet(sql) : known;
  }

  private StatementRecord meet(String sql) {
    SqlText normalised = SqlText.of(sql);
    StatementRecord record = statements.get(normalised.text());
    if (record == null) {
      long index = index(nanoTime.getAsLong());
      if (statements.size() >= MAX_STATEMENTS) {
        forget(index);
      }
      record =
          statements.size() >= MAX_STATEMENTS
              ? other
              : statements.computeIfAbsent(
                  normalised.text(), t -> new StatementRecord(normalised, windows, index));
    }
    if (byText.size() >= MAX_TEXTS) {
      // They are read again soon enough.
      byText.clear();
    }
    if (sql.length() <= SqlText.MAX * 4) {
      byText.put(sql, record);
      if (record != other) {
        record.sentAs(normalised, sql);
      }
    }
    return record;
  }

  /** Makes room, once an hour at most. */
  private void forget(long index) {
    if (forgottenIn == index + 1) {
      return;
    }
    forgottenIn = index + 1;
    if (statements.values().removeIf(s -> s.isForgotten(index))) {
      byText.clear();
    }
  }

  private long index(long now) {
    return (now - origin) / windowNanos;
  }

  /** The hour's figures of a statement that ended now. */
  Window window(StatementRecord statement, long now) {
    return statement.window(index(now));
  }

  long now() {
    return nanoTime.getAsLong();
  }

  void keep(SlowStatement one) {
    synchronized (slow) {
      if (slow.size() == MAX_SLOW) {
        slow.removeFirst();
      }
      slow.addLast(one);
    }
  }

  void seen(Habit.Kind kind, String unit, StatementRecord statement, int statementsSent) {
    HabitKey key = new HabitKey(kind, unit == null ? "unknown" : unit, statement);
    HabitCount count = habits.get(key);
    if (count == null) {
      count = meetHabit(key);
    }
    count.times.increment();
    count.most.accumulateAndGet(statementsSent, Math::max);
    count.last = now();
  }

  /** A new habit takes the place of the one that was not seen for longest. */
  private synchronized HabitCount meetHabit(HabitKey key) {
    if (habits.size() >= MAX_HABITS && !habits.containsKey(key)) {
      habits.entrySet().stream()
          .min((a, b) -> Long.signum(a.getValue().last - b.getValue().last))
          .ifPresent(oldest -> habits.remove(oldest.getKey()));
    }
    return habits.computeIfAbsent(
        key,
        k -> {
          HabitCount fresh = new HabitCount();
          fresh.last = now();
          return fresh;
        });
  }
}
