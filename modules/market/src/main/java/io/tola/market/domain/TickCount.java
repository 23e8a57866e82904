package io.tola.market.domain;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * How many recorded lines were what. Every line falls into exactly one of the classes that are not
 * remarks; remarks are made about lines that were kept. Not thread-safe.
 */
public final class TickCount {

  /** What a line is. */
  public enum Kind {
    /** Played. */
    KEPT(false),
    /** The first line, naming the columns. */
    HEADER(false),
    /**
     * Not {@code symbol,timestamp,price,volume} with a positive price, or a bar whose open and close
     * don't lie between its low and its high, or that doesn't start on a whole minute; skipped.
     */
    BAD(false),
    /** Of a symbol that is no instrument here, such as an index; skipped. */
    NOT_AN_INSTRUMENT(false),
    /** Says what the symbol's line before said; skipped. */
    DUPLICATE(false),
    /**
     * Older than the symbol's line before, or a bar that starts before the symbol's bar before has
     * ended; skipped, because the market has moved on and what is late must not move it back.
     */
    BACKWARD(false),
    /** Same second as the line before, but another price or volume: several trades; kept. */
    SAME_TIME(true),
    /** The day's volume fell; the price is kept, the volume stays. */
    VOLUME_FELL(true),
    /** A price lies between two ticks of the grid; kept as recorded. */
    OFF_GRID(true);

    private final boolean remark;

    Kind(boolean remark) {
      this.remark = remark;
    }
  }

  private static final int NAMES_KEPT = 20;

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final TreeSet<String> strangers = new TreeSet<>();
  private boolean cutShort;

  void add(Kind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  void addStranger(String symbol) {
    add(Kind.NOT_AN_INSTRUMENT);
    if (strangers.size() < NAMES_KEPT) {
      strangers.add(symbol);
    }
  }

  /** Notes that the file ended in the middle, as a broken gzip does. */
  public void markCutShort() {
    cutShort = true;
  }

  public boolean isCutShort() {
    return cutShort;
  }

  public long of(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  /** All lines read. */
  public long lines() {
    long lines = 0;
    for (Map.Entry<Kind, Long> entry : counts.entrySet()) {
      if (!entry.getKey().remark) {
        lines += entry.getValue();
      }
    }
    return lines;
  }

  /** Up to twenty of the symbols that are no instruments. */
  public java.util.Set<String> strangers() {
    return Collections.unmodifiableSet(strangers);
  }

  /** The figures by name, in the order of {@link Kind}. */
  public Map<String, Long> figures() {
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("lines", lines());
    for (Kind kind : Kind.values()) {
      figures.put(kind.name().toLowerCase(Locale.ROOT), of(kind));
    }
    return figures;
  }

  @Override
  public String toString() {
    return figures() + (cutShort ? ", cut short" : "");
  }
}
