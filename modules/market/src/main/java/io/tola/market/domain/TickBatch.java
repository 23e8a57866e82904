package io.tola.market.domain;

import java.util.Arrays;

/**
 * Ticks in columns, ready to be stored together. What wasn't delivered is 0. Not thread-safe.
 *
 * <p>The order of ticks is that of {@link #compare}: it depends on what the ticks say and not on how
 * they came, so that bars are the same whatever the order of arrival.
 */
public final class TickBatch {

  private final String[] symbols;
  private final long[] micros;
  private final long[] sequences;
  private final long[] dayVolumes;
  private final long[] prices;
  private final long[] quantities;
  private final long[] bids;
  private final long[] asks;
  private int size;

  public TickBatch(int capacity) {
    symbols = new String[capacity];
    micros = new long[capacity];
    sequences = new long[capacity];
    dayVolumes = new long[capacity];
    prices = new long[capacity];
    quantities = new long[capacity];
    bids = new long[capacity];
    asks = new long[capacity];
  }

  /**
   * @param micros since the epoch
   * @param price in {@link Units}, as bid and ask
   */
  public void add(
      String symbol,
      long micros,
      long sequence,
      long dayVolume,
      long price,
      long quantity,
      long bid,
      long ask) {
    symbols[size] = symbol;
    this.micros[size] = micros;
    sequences[size] = sequence;
    dayVolumes[size] = dayVolume;
    prices[size] = price;
    quantities[size] = quantity;
    bids[size] = bid;
    asks[size] = ask;
    size++;
  }

  public void clear() {
    size = 0;
  }

  public int size() {
    return size;
  }

  public boolean isFull() {
    return size == symbols.length;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public String symbol(int i) {
    return symbols[i];
  }

  public long micros(int i) {
    return micros[i];
  }

  public long sequence(int i) {
    return sequences[i];
  }

  public long dayVolume(int i) {
    return dayVolumes[i];
  }

  public long price(int i) {
    return prices[i];
  }

  public long quantity(int i) {
    return quantities[i];
  }

  public long bid(int i) {
    return bids[i];
  }

  public long ask(int i) {
    return asks[i];
  }

  /** By symbol, then in the order of the market: time, the exchange's number, volume, price, size. */
  public int compare(int a, int b) {
    int order = symbols[a].equals(symbols[b]) ? 0 : symbols[a].compareTo(symbols[b]);
    if (order == 0) {
      order = Long.compare(micros[a], micros[b]);
    }
    if (order == 0) {
      order = Long.compare(sequences[a], sequences[b]);
    }
    if (order == 0) {
      order = Long.compare(dayVolumes[a], dayVolumes[b]);
    }
    if (order == 0) {
      order = Long.compare(prices[a], prices[b]);
    }
    return order == 0 ? Long.compare(quantities[a], quantities[b]) : order;
  }

  /** The positions of the ticks in their order. */
  public Integer[] sorted() {
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, this::compare);
    return order;
  }
}
