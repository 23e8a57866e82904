package io.tola.market.domain;

import io.tola.market.api.TickFormat;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads lines of ticks, in either {@link TickFormat}, and judges each: what is wrong with a line is
 * said with its field. Works on bytes without making objects of them, because a load has millions of
 * lines. Not thread-safe.
 */
public final class TickLines {

  private static final long MICROS_PER_DAY = 86_400_000_000L;
  private static final long INDIA_OFFSET_MICROS = 19_800_000_000L;
  private static final long PRICE_LIMIT = 1_000_000_000L * Units.PER_RUPEE;

  /** A billion shares a microsecond would not fill this. */
  private static final int MOST_DIGITS = 15;

  private static final int NONE = -1;

  /** What a tick may say. */
  private enum Field {
    SYMBOL("symbol"),
    TIMESTAMP("timestamp"),
    PRICE("price"),
    VOLUME("volume"),
    CUM_VOLUME("cum_volume"),
    BID("bid"),
    ASK("ask"),
    SEQUENCE("sequence");

    private final String name;

    Field(String name) {
      this.name = name;
    }
  }

  private static final Field[] FIELDS = Field.values();
  private static final Map<String, Field> NAMES = new HashMap<>();

  static {
    for (Field field : FIELDS) {
      NAMES.put(field.name, field);
    }
    NAMES.put("ltp", Field.PRICE);
  }

  private final TickFormat format;
  private final Map<String, String> symbols = new HashMap<>();
  private final long earliest;
  private long latest;

  private Field[] columns;
  private byte[] line;
  private final int[] starts = new int[FIELDS.length];
  private final int[] ends = new int[FIELDS.length];
  private String wrongField;
  private String wrong;

  private byte[] lastSymbolBytes = {};
  private String lastSymbol;
  private final byte[] lastDate = new byte[10];
  private long lastDay;

  /**
   * @param symbols what may be traded here
   * @param earliest microseconds since the epoch; older ticks are refused, because their month is
   *     dropped or about to be
   */
  public TickLines(TickFormat format, Collection<String> symbols, long earliest) {
    this.format = format;
    symbols.forEach(symbol -> this.symbols.put(symbol, symbol));
    this.earliest = earliest;
  }

  /** Sets the latest time a tick may have, in microseconds since the epoch. */
  public void latest(long micros) {
    latest = micros;
  }

  /** Whether the first line names columns and is no tick. */
  public boolean needsHeader() {
    return format == TickFormat.CSV && columns == null;
  }

  /**
   * Reads a CSV's first line.
   *
   * @return what is wrong with it, or null
   */
  public String header(byte[] bytes, int from, int to) {
    String text = new String(bytes, from, to - from, StandardCharsets.UTF_8).strip();
    String[] names = text.split(",", -1);
    Field[] found = new Field[names.length];
    for (int i = 0; i < names.length; i++) {
      Field field = NAMES.get(names[i].strip().toLowerCase(java.util.Locale.ROOT));
      if (field == null) {
        return "column "
            + (i + 1)
            + " is none of symbol, timestamp, price (or ltp), volume,"
            + " cum_volume, bid, ask, sequence";
      }
      if (Arrays.asList(found).contains(field)) {
        return "column " + field.name + " stands twice";
      }
      found[i] = field;
    }
    for (Field field : new Field[] {Field.SYMBOL, Field.TIMESTAMP, Field.PRICE}) {
      if (!Arrays.asList(found).contains(field)) {
        return "there is no column " + field.name;
      }
    }
    columns = found;
    return null;
  }

  /** The field that the last refused line was refused for. */
  public String wrongField() {
    return wrongField;
  }

  /** Why the last refused line was refused. */
  public String wrong() {
    return wrong;
  }

  private boolean refuse(Field field, String message) {
    return refuse(field.name, message);
  }

  private boolean refuse(String field, String message) {
    wrongField = field;
    wrong = message;
    return false;
  }

  /**
   * Judges one line, without its line end, and adds its tick to the batch.
   *
   * @return whether it was good; {@link #wrong()} says why not
   */
  public boolean read(byte[] bytes, int from, int to, TickBatch batch) {
    line = bytes;
    Arrays.fill(starts, NONE);
    return (format == TickFormat.CSV ? split(from, to) : object(from, to)) && judge(batch);
  }

  private boolean split(int from, int to) {
    int column = 0;
    int start = from;
    for (int i = from; i <= to; i++) {
      if (i == to || line[i] == ',') {
        if (column == columns.length) {
          return refuse("line", "has more values than there are columns");
        }
        int left = start;
        int right = i;
        while (left < right && line[left] == ' ') {
          left++;
        }
        while (right > left && line[right - 1] == ' ') {
          right--;
        }
        if (left < right) {
          int field = columns[column].ordinal();
          starts[field] = left;
          ends[field] = right;
        }
        column++;
        start = i + 1;
      }
    }
    return column == columns.length || refuse("line", "has fewer values than there are columns");
  }

  /** A flat object of strings and numbers; escapes aren't needed for anything a tick says. */
  private boolean object(int from, int to) {
    int at = skip(from, to);
    if (at >= to || line[at] != '{') {
      return refuse("line", "is not a JSON object");
    }
    at = skip(at + 1, to);
    boolean first = true;
    while (at < to && line[at] != '}') {
      if (!first) {
        if (line[at] != ',') {
          return refuse("line", "is not JSON");
        }
        at = skip(at + 1, to);
      }
      first = false;
      int end = string(at, to);
      if (end < 0) {
        return refuse("line", "is not JSON");
      }
      Field field = field(at + 1, end);
      if (field == null) {
        return refuse("line", "has a field that is not known here");
      }
      at = skip(end + 1, to);
      if (at >= to || line[at] != ':') {
        return refuse("line", "is not JSON");
      }
      at = skip(at + 1, to);
      boolean text = at < to && line[at] == '"';
      int valueEnd;
      if (text) {
        valueEnd = string(at, to);
        at++;
      } else {
        valueEnd = at;
        while (valueEnd < to && ",} \t".indexOf(line[valueEnd]) < 0) {
          valueEnd++;
        }
      }
      if (valueEnd < 0 || (valueEnd == at && !text) || valueEnd >= to) {
        return refuse("line", "is not JSON, or is cut off");
      }
      if (starts[field.ordinal()] != NONE) {
        return refuse(field, "stands twice");
      }
      boolean isNull = !text && valueEnd - at == 4 && line[at] == 'n' && line[at + 1] == 'u';
      if (!isNull) {
        boolean wantsText = field == Field.SYMBOL || field == Field.TIMESTAMP;
        if (text != wantsText) {
          return refuse(field, wantsText ? "must be a string" : "must be a number");
        }
        starts[field.ordinal()] = at;
        ends[field.ordinal()] = valueEnd;
      }
      at = skip(text ? valueEnd + 1 : valueEnd, to);
    }
    if (at >= to) {
      return refuse("line", "is not JSON, or is cut off");
    }
    return skip(at + 1, to) == to || refuse("line", "has something behind the object");
  }

  private int skip(int at, int to) {
    int i = at;
    while (i < to && (line[i] == ' ' || line[i] == '\t')) {
      i++;
    }
    return i;
  }

  /** The closing quote of the string that opens here, or -1. */
  private int string(int at, int to) {
    if (at >= to || line[at] != '"') {
      return NONE;
    }
    for (int i = at + 1; i < to; i++) {
      if (line[i] == '"') {
        return i;
      }
      if (line[i] == '\\') {
        return NONE;
      }
    }
    return NONE;
  }

  private Field field(int from, int to) {
    for (Field field : FIELDS) {
      if (equal(field.name, from, to)) {
        return field;
      }
    }
    return equal("ltp", from, to) ? Field.PRICE : null;
  }

  private boolean equal(String name, int from, int to) {
    if (name.length() != to - from) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (line[from + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean has(Field field) {
    return starts[field.ordinal()] != NONE;
  }

  private boolean judge(TickBatch batch) {
    for (Field needed : new Field[] {Field.SYMBOL, Field.TIMESTAMP, Field.PRICE}) {
      if (!has(needed)) {
        return refuse(needed, "is missing");
      }
    }
    String symbol = symbol(starts[0], ends[0]);
    if (symbol == null) {
      return refuse(Field.SYMBOL, "is not an instrument here");
    }
    long micros = micros(starts[1], ends[1]);
    if (micros == Long.MIN_VALUE) {
      return refuse(Field.TIMESTAMP, "must be a time such as 2026-11-20T09:15:00.25+05:30");
    }
    if (micros > latest) {
      return refuse(Field.TIMESTAMP, "lies in the future");
    }
    if (micros < earliest) {
      return refuse(Field.TIMESTAMP, "is older than ticks are kept");
    }
    long price = price(Field.PRICE);
    if (price <= 0) {
      return refuse(Field.PRICE, "must be above 0 and below 10^9, with at most 4 decimals");
    }
    long bid = price(Field.BID);
    if (bid < 0) {
      return refuse(Field.BID, "must be above 0 and below 10^9, with at most 4 decimals");
    }
    long ask = price(Field.ASK);
    if (ask < 0) {
      return refuse(Field.ASK, "must be above 0 and below 10^9, with at most 4 decimals");
    }
    if (bid > 0 && ask > 0 && bid > ask) {
      return refuse(Field.BID, "is above the ask: a crossed quote");
    }
    if (has(Field.VOLUME) && has(Field.CUM_VOLUME)) {
      return refuse(Field.VOLUME, "and cum_volume exclude each other");
    }
    long quantity = whole(Field.VOLUME);
    if (quantity < 0) {
      return refuse(Field.VOLUME, "must be a whole number from 0");
    }
    long dayVolume = whole(Field.CUM_VOLUME);
    if (dayVolume < 0) {
      return refuse(Field.CUM_VOLUME, "must be a whole number from 0");
    }
    long sequence = whole(Field.SEQUENCE);
    if (sequence < 0) {
      return refuse(Field.SEQUENCE, "must be a whole number from 0");
    }
    batch.add(symbol, micros, sequence, dayVolume, price, quantity, bid, ask);
    return true;
  }

  private String symbol(int from, int to) {
    if (Arrays.equals(lastSymbolBytes, 0, lastSymbolBytes.length, line, from, to)) {
      return lastSymbol;
    }
    String symbol = symbols.get(new String(line, from, to - from, StandardCharsets.UTF_8));
    if (symbol != null) {
      lastSymbolBytes = Arrays.copyOfRange(line, from, to);
      lastSymbol = symbol;
    }
    return symbol;
  }

  /** 0 when not given, -1 when wrong. */
  private long price(Field field) {
    if (!has(field)) {
      return 0;
    }
    int to = ends[field.ordinal()];
    long value = 0;
    int decimals = NONE;
    int digits = 0;
    for (int i = starts[field.ordinal()]; i < to; i++) {
      byte c = line[i];
      if (c == '.' && decimals == NONE && digits > 0) {
        decimals = 0;
      } else if (c >= '0' && c <= '9') {
        digits++;
        if (decimals == 4) {
          if (c != '0') {
            return NONE;
          }
          continue;
        }
        value = value * 10 + (c - '0');
        if (value >= PRICE_LIMIT) {
          return NONE;
        }
        if (decimals >= 0) {
          decimals++;
        }
      } else {
        return NONE;
      }
    }
    for (int i = Math.max(0, decimals); i < 4; i++) {
      value *= 10;
    }
    return value > 0 && value < PRICE_LIMIT ? value : NONE;
  }

  /** Whole, a trailing {@code .0} allowed; 0 when not given, -1 when wrong. */
  private long whole(Field field) {
    if (!has(field)) {
      return 0;
    }
    int from = starts[field.ordinal()];
    int to = ends[field.ordinal()];
    int end = to;
    if (end - 2 > from && line[end - 1] == '0' && line[end - 2] == '.') {
      end -= 2;
    }
    if (end - from > MOST_DIGITS) {
      return NONE;
    }
    long value = 0;
    for (int i = from; i < end; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        return NONE;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** Microseconds since the epoch; {@link Long#MIN_VALUE} for anything but a date and time. */
  private long micros(int from, int to) {
    int length = to - from;
    if (length < 19
        || line[from + 4] != '-'
        || line[from + 7] != '-'
        || (line[from + 10] != ' ' && line[from + 10] != 'T')
        || line[from + 13] != ':'
        || line[from + 16] != ':') {
      return Long.MIN_VALUE;
    }
    if (!Arrays.equals(lastDate, 0, 10, line, from, from + 10) && !date(from)) {
      return Long.MIN_VALUE;
    }
    int hour = digits(from + 11, 2);
    int minute = digits(from + 14, 2);
    int second = digits(from + 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) {
      return Long.MIN_VALUE;
    }
    int at = from + 19;
    long fraction = 0;
    if (at < to && line[at] == '.') {
      at++;
      int first = at;
      while (at < to && line[at] >= '0' && line[at] <= '9') {
        // Finer than a microsecond is cut off.
        if (at - first < 6) {
          fraction = fraction * 10 + (line[at] - '0');
        }
        at++;
      }
      if (at == first || at - first > 9) {
        return Long.MIN_VALUE;
      }
      for (int i = at - first; i < 6; i++) {
        fraction *= 10;
      }
    }
    long offset = offset(at, to);
    return offset == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : lastDay * MICROS_PER_DAY
            + ((hour * 60L + minute) * 60 + second) * 1_000_000
            + fraction
            - offset;
  }

  private boolean date(int from) {
    int year = digits(from, 4);
    int month = digits(from + 5, 2);
    int day = digits(from + 8, 2);
    if (year < 1970 || year > 2199) {
      return false;
    }
    try {
      lastDay = LocalDate.of(year, month, day).toEpochDay();
    } catch (DateTimeException e) {
      return false;
    }
    System.arraycopy(line, from, lastDate, 0, 10);
    return true;
  }

  /** India's where none is given. */
  private long offset(int at, int to) {
    if (at == to) {
      return INDIA_OFFSET_MICROS;
    }
    if (to - at == 1 && line[at] == 'Z') {
      return 0;
    }
    boolean colon = to - at == 6 && line[at + 3] == ':';
    if ((line[at] != '+' && line[at] != '-') || (!colon && to - at != 5)) {
      return Long.MIN_VALUE;
    }
    int hours = digits(at + 1, 2);
    int minutes = digits(to - 2, 2);
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return Long.MIN_VALUE;
    }
    long micros = (hours * 60L + minutes) * 60_000_000;
    return line[at] == '-' ? -micros : micros;
  }

  private int digits(int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9) {
        return NONE;
      }
      value = value * 10 + digit;
    }
    return value;
  }
}
