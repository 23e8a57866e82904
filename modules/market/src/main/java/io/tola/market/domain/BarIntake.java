package io.tola.market.domain;

import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.domain.TickCount.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads recorded bars row by row and turns each into the four ticks that make it again. The header
 * names the columns, in any order and letter case: {@code symbol}, {@code open}, {@code high},
 * {@code low}, {@code close}, {@code volume} and the bar's start ({@code minute}, {@code
 * timestamp}, {@code datetime}, {@code time}, {@code start} or {@code date}); others are passed
 * over.
 *
 * <p>A bar of length L that starts at t plays as
 *
 * <pre>
 *   open             at t
 *   low, then high   at t + L/3 and t + 2L/3, when it closed at or above its open;
 *                    high, then low when it closed below
 *   close            at t + L - 1 s
 * </pre>
 *
 * with the volume in four parts as equal as whole shares allow. What really happened inside a bar
 * isn't known; the way against the bar's direction first is the usual assumption (MetaTrader's
 * "1 minute OHLC" testing mode).
 *
 * <p>The length is the step between rows of a symbol that occurs most among the first {@value
 * #LOOKED_AT} rows; those are held back meanwhile. Rows that carry a date and no time are days, and
 * a day lasts from 09:15 to 15:30 in India.
 *
 * <p>Rows are judged against the symbol's row before, in the order of the file. Not thread-safe.
 */
public final class BarIntake implements Intake {

  /** Rows after which the length of the bars is decided. */
  static final int LOOKED_AT = 20_000;

  /** The session that stands for a day, from midnight in India: 09:15 to 15:30. */
  private static final long SESSION_START = (9 * 60 + 15) * 60_000L;

  private static final long SESSION_LENGTH = (6 * 60 + 15) * 60_000L;

  private static final long MINUTE = 60_000;
  private static final long SECOND = 1_000;
  private static final List<String> STARTS =
      List.of("minute", "timestamp", "datetime", "time", "start", "date");

  private final Map<String, Trail> trails = new HashMap<>();
  private final List<Instrument> instruments;
  private final TickCount count = new TickCount();
  private final Columns columns;
  private final Map<Interval, Integer> steps = new EnumMap<>(Interval.class);
  private final Map<String, Long> lookedStarts = new HashMap<>();
  private List<Row> held = new ArrayList<>();
  private Interval interval;

  /**
   * @param header a line for which {@link #isHeader} holds; it is counted
   * @throws IllegalArgumentException when a column is missing, saying which
   */
  public BarIntake(List<Instrument> instruments, String header) {
    this.instruments = List.copyOf(instruments);
    for (int i = 0; i < instruments.size(); i++) {
      Instrument instrument = instruments.get(i);
      trails.put(instrument.symbol().value(), new Trail(i, Units.of(instrument.tickSize())));
    }
    this.columns = Columns.of(header);
    count.add(Kind.HEADER);
  }

  /** Whether a file that begins with this line holds bars. */
  public static boolean isHeader(String line) {
    return names(line).containsAll(List.of("open", "high", "low", "close"));
  }

  private static List<String> names(String header) {
    List<String> names = new ArrayList<>();
    for (String name : header.split(",", -1)) {
      names.add(name.trim().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** Where in a row what stands. */
  private record Columns(
      int symbol, int start, int open, int high, int low, int close, int volume, int size) {

    static Columns of(String header) {
      List<String> names = names(header);
      int start =
          STARTS.stream()
              .mapToInt(names::indexOf)
              .filter(i -> i >= 0)
              .findFirst()
              .orElseThrow(() -> missing("time (one of " + String.join(", ", STARTS) + ")"));
      return new Columns(
          place(names, "symbol"),
          start,
          place(names, "open"),
          place(names, "high"),
          place(names, "low"),
          place(names, "close"),
          place(names, "volume"),
          names.size());
    }

    private static int place(List<String> names, String name) {
      int place = names.indexOf(name);
      if (place < 0) {
        throw missing(name);
      }
      return place;
    }

    private static IllegalArgumentException missing(String column) {
      return new IllegalArgumentException(
          "the header is that of bars, but has no column for " + column);
    }
  }

  /** A well-formed row; the start of a bare date is midnight in India. */
  private record Row(
      String symbol,
      long start,
      boolean date,
      long open,
      long high,
      long low,
      long close,
      long volume) {}

  @Override
  public TickCount count() {
    return count;
  }

  @Override
  public List<Instrument> instruments() {
    return instruments;
  }

  /** Null until it is decided. */
  @Override
  public Interval interval() {
    return interval;
  }

  @Override
  public void overlong() {
    count.add(Kind.BAD);
  }

  @Override
  public void line(String line, Sink sink) {
    Row row = parse(line);
    if (row == null) {
      count.add(Kind.BAD);
      return;
    }
    if (interval != null) {
      judge(row, sink);
      return;
    }
    look(row);
    held.add(row);
    if (held.size() == LOOKED_AT) {
      decide(sink);
    }
  }

  @Override
  public void end(Sink sink) {
    if (interval == null) {
      decide(sink);
    }
  }

  private Row parse(String line) {
    String[] fields = line.split(",", -1);
    if (fields.length != columns.size) {
      return null;
    }
    String symbol = fields[columns.symbol].trim();
    String time = fields[columns.start].trim();
    boolean date = time.length() == 10;
    long start = start(time);
    long open = TickIntake.price(fields[columns.open].trim());
    long high = TickIntake.price(fields[columns.high].trim());
    long low = TickIntake.price(fields[columns.low].trim());
    long close = TickIntake.price(fields[columns.close].trim());
    long volume = TickIntake.volume(fields[columns.volume].trim());
    if (symbol.isEmpty()
        || start < 0
        || Math.floorMod(start, MINUTE) != 0
        || low <= 0
        || volume < 0
        || low > Math.min(open, close)
        || high < Math.max(open, close)) {
      return null;
    }
    return new Row(symbol, start, date, open, high, low, close, volume);
  }

  /**
   * Milliseconds since the epoch, or -1. A date alone is its midnight; without a zone the time is
   * India's; seconds may be left out.
   */
  static long start(String text) {
    int length = text.length();
    if (length == 10) {
      return TickIntake.millis(text + " 00:00:00");
    }
    long shift = 0;
    int end = length;
    if (text.endsWith("Z")) {
      end = length - 1;
      shift = TickIntake.INDIA_OFFSET_MILLIS;
    } else if (length >= 22 && text.charAt(length - 3) == ':') {
      char sign = text.charAt(length - 6);
      if (sign == '+' || sign == '-') {
        int hours = TickIntake.digits(text, length - 5, length - 3);
        int minutes = TickIntake.digits(text, length - 2, length);
        if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
          return -1;
        }
        long offset = (hours * 60L + minutes) * MINUTE;
        end = length - 6;
        shift = TickIntake.INDIA_OFFSET_MILLIS - (sign == '+' ? offset : -offset);
      }
    }
    String local = text.substring(0, end);
    long millis = TickIntake.millis(end == 16 ? local + ":00" : local);
    return millis < 0 || millis + shift < 0 ? -1 : millis + shift;
  }

  private void look(Row row) {
    if (row.date) {
      steps.merge(Interval.ONE_DAY, 1, Integer::sum);
      return;
    }
    Long before = lookedStarts.put(row.symbol, row.start);
    if (before != null) {
      for (Interval each : Interval.values()) {
        if (row.start - before == each.length().toMillis()) {
          steps.merge(each, 1, Integer::sum);
        }
      }
    }
  }

  private void decide(Sink sink) {
    interval = Interval.ONE_MINUTE;
    int most = 0;
    // Shortest first: of two steps that occur as often, the longer is made of gaps.
    for (Map.Entry<Interval, Integer> step : steps.entrySet()) {
      if (step.getValue() > most) {
        most = step.getValue();
        interval = step.getKey();
      }
    }
    List<Row> rows = held;
    held = null;
    lookedStarts.clear();
    for (Row row : rows) {
      judge(row, sink);
    }
  }

  private void judge(Row row, Sink sink) {
    long start = row.start;
    long length = interval.length().toMillis();
    if (interval == Interval.ONE_DAY) {
      long india = start + TickIntake.INDIA_OFFSET_MILLIS;
      long midnight = start - Math.floorMod(india, TickIntake.MILLIS_PER_DAY);
      start = midnight + SESSION_START;
      length = SESSION_LENGTH;
    } else if (row.date) {
      // A day among minutes has no minute.
      count.add(Kind.BAD);
      return;
    }
    Trail trail = trails.get(row.symbol);
    if (trail == null) {
      count.addStranger(row.symbol);
      return;
    }
    if (trail.before != null) {
      if (row.equals(trail.before)) {
        count.add(Kind.DUPLICATE);
        return;
      }
      if (start < trail.end) {
        count.add(Kind.BACKWARD);
        return;
      }
      if (!TickIntake.sameDay(start, trail.end - 1)) {
        trail.volume = 0;
      }
    }
    if (row.open % trail.tick != 0
        || row.high % trail.tick != 0
        || row.low % trail.tick != 0
        || row.close % trail.tick != 0) {
      count.add(Kind.OFF_GRID);
    }
    count.add(Kind.KEPT);
    boolean lowFirst = row.close >= row.open;
    long[] prices = {
      row.open, lowFirst ? row.low : row.high, lowFirst ? row.high : row.low, row.close
    };
    long[] times = {start, start + length / 3, start + length * 2 / 3, start + length - SECOND};
    for (int i = 0; i < prices.length; i++) {
      long soFar = trail.volume + row.volume * (i + 1) / prices.length;
      sink.tick(trail.index, times[i], prices[i], soFar);
    }
    trail.volume += row.volume;
    trail.before = row;
    trail.end = start + length;
  }

  /** The row before of one symbol, and the day's shares so far. */
  private static final class Trail {
    private final int index;
    private final long tick;
    private Row before;
    private long end;
    private long volume;

    private Trail(int index, long tick) {
      this.index = index;
      this.tick = tick;
    }
  }
}
