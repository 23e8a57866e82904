package io.tola.market.domain;

import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.domain.TickCount.Kind;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads recorded ticks line by line ({@code symbol,timestamp,ltp,cum_volume}; timestamps local to
 * India, such as {@code 2021-04-28 09:15:15}, fractions of a second allowed) and decides which of
 * them the market can be replayed from. No line makes it fail; each is counted by what it is.
 *
 * <p>Lines are judged against the symbol's line before, in the order of the file. Remembers one
 * line a symbol and nothing else. Not thread-safe.
 */
public final class TickIntake implements Intake {

  static final long MILLIS_PER_DAY = 86_400_000;

  /** India is UTC+5:30 all year; parsing half a million timestamps needs no zone rules. */
  static final long INDIA_OFFSET_MILLIS = 19_800_000;

  private static final long PRICE_LIMIT = 1_000_000_000L * Units.PER_RUPEE;

  private final Map<String, Trail> trails = new HashMap<>();
  private final List<Instrument> instruments = new ArrayList<>();
  private final TickCount count = new TickCount();
  private boolean first = true;

  public TickIntake(List<Instrument> instruments) {
    for (Instrument instrument : instruments) {
      trails.put(
          instrument.symbol().value(),
          new Trail(this.instruments.size(), Units.of(instrument.tickSize())));
      this.instruments.add(instrument);
    }
  }

  @Override
  public TickCount count() {
    return count;
  }

  @Override
  public List<Instrument> instruments() {
    return List.copyOf(instruments);
  }

  @Override
  public void overlong() {
    first = false;
    count.add(Kind.BAD);
  }

  @Override
  public void line(String line, Sink sink) {
    boolean wasFirst = first;
    first = false;
    int one = line.indexOf(',');
    int two = line.indexOf(',', one + 1);
    int three = line.indexOf(',', two + 1);
    if (one <= 0 || two < 0 || three < 0 || line.indexOf(',', three + 1) >= 0) {
      count.add(Kind.BAD);
      return;
    }
    String symbol = line.substring(0, one).trim();
    long millis = millis(line.substring(one + 1, two).trim());
    long price = price(line.substring(two + 1, three).trim());
    long volume = volume(line.substring(three + 1).trim());
    if (millis < 0 || price <= 0 || volume < 0 || symbol.isEmpty()) {
      boolean header = wasFirst && line.toLowerCase(java.util.Locale.ROOT).contains("symbol");
      count.add(header ? Kind.HEADER : Kind.BAD);
      return;
    }
    Trail trail = trails.get(symbol);
    if (trail == null) {
      count.addStranger(symbol);
      return;
    }
    if (trail.seen) {
      if (millis < trail.millis) {
        count.add(Kind.BACKWARD);
        return;
      }
      if (millis == trail.millis) {
        if (price == trail.price && volume == trail.volume) {
          count.add(Kind.DUPLICATE);
          return;
        }
        count.add(Kind.SAME_TIME);
      }
      if (!sameDay(millis, trail.millis)) {
        trail.highestVolume = 0;
      }
      if (volume < trail.highestVolume) {
        count.add(Kind.VOLUME_FELL);
      }
    }
    if (price % trail.tick != 0) {
      count.add(Kind.OFF_GRID);
    }
    trail.seen = true;
    trail.millis = millis;
    trail.price = price;
    trail.volume = volume;
    trail.highestVolume = Math.max(trail.highestVolume, volume);
    count.add(Kind.KEPT);
    sink.tick(trail.index, millis, price, trail.highestVolume);
  }

  @Override
  public void end(Sink sink) {
    // Every line was handed on when it came.
  }

  @Override
  public Interval interval() {
    return null;
  }

  static boolean sameDay(long a, long b) {
    return Math.floorDiv(a + INDIA_OFFSET_MILLIS, MILLIS_PER_DAY)
        == Math.floorDiv(b + INDIA_OFFSET_MILLIS, MILLIS_PER_DAY);
  }

  /** Milliseconds since the epoch, or -1 for anything but a date and time of this century. */
  static long millis(String text) {
    int length = text.length();
    if (length < 19
        || length > 29
        || text.charAt(4) != '-'
        || text.charAt(7) != '-'
        || (text.charAt(10) != ' ' && text.charAt(10) != 'T')
        || text.charAt(13) != ':'
        || text.charAt(16) != ':') {
      return -1;
    }
    int year = digits(text, 0, 4);
    int month = digits(text, 5, 7);
    int day = digits(text, 8, 10);
    int hour = digits(text, 11, 13);
    int minute = digits(text, 14, 16);
    int second = digits(text, 17, 19);
    if (year < 1970
        || year > 2199
        || month < 1
        || month > 12
        || day < 1
        || day > 31
        || hour < 0
        || hour > 23
        || minute < 0
        || minute > 59
        || second < 0
        || second > 59) {
      return -1;
    }
    LocalDate date;
    try {
      date = LocalDate.of(year, month, day);
    } catch (java.time.DateTimeException e) {
      return -1;
    }
    int millis = 0;
    if (length > 19) {
      if (text.charAt(19) != '.' || length == 20) {
        return -1;
      }
      for (int i = 20; i < length; i++) {
        int digit = text.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          return -1;
        }
        if (i < 23) {
          millis = millis * 10 + digit;
        }
      }
      for (int i = length; i < 23; i++) {
        millis *= 10;
      }
    }
    return date.toEpochDay() * MILLIS_PER_DAY
        + ((hour * 60L + minute) * 60 + second) * 1_000
        + millis
        - INDIA_OFFSET_MILLIS;
  }

  static int digits(String text, int from, int to) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** In {@link Units}, or -1; at most four decimals that aren't zero. */
  static long price(String text) {
    long value = 0;
    int decimals = -1;
    int length = text.length();
    if (length == 0 || length > 24 || text.charAt(0) == '.') {
      return -1;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '.' && decimals < 0) {
        decimals = 0;
      } else if (c >= '0' && c <= '9') {
        if (decimals == 4) {
          if (c != '0') {
            return -1;
          }
          continue;
        }
        value = value * 10 + (c - '0');
        if (value >= PRICE_LIMIT) {
          return -1;
        }
        if (decimals >= 0) {
          decimals++;
        }
      } else {
        return -1;
      }
    }
    for (int i = Math.max(0, decimals); i < 4; i++) {
      value *= 10;
    }
    return value > 0 && value < PRICE_LIMIT ? value : -1;
  }

  /** Whole shares, a trailing {@code .0} allowed, or -1. */
  static long volume(String text) {
    int end = text.length();
    int dot = text.indexOf('.');
    if (dot > 0) {
      for (int i = dot + 1; i < end; i++) {
        if (text.charAt(i) != '0') {
          return -1;
        }
      }
      end = dot;
    }
    if (end == 0 || end > 15) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < end; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** The line before of one symbol. */
  private static final class Trail {
    private final int index;
    private final long tick;
    private boolean seen;
    private long millis;
    private long price;
    private long volume;
    private long highestVolume;

    private Trail(int index, long tick) {
      this.index = index;
      this.tick = tick;
    }
  }
}
