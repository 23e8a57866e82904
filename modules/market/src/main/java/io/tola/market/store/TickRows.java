package io.tola.market.store;

import io.tola.market.domain.TickBatch;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/**
 * Ticks as COPY's text rows, written into one array of bytes: objects for each would cost more than
 * the database does. Not thread-safe.
 */
final class TickRows {

  private static final int ROOM = 65_536;
  private static final int LONGEST_ROW = 256;
  private static final long MICROS_PER_DAY = 86_400_000_000L;

  private final TickBatch batch;
  private final byte[] bytes = new byte[ROOM];
  private int length;
  private String symbol;
  private byte[] symbolBytes;
  private long day = Long.MIN_VALUE;
  private byte[] dayBytes;

  TickRows(TickBatch batch) {
    this.batch = batch;
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  boolean isFull() {
    return length > ROOM - LONGEST_ROW;
  }

  void clear() {
    length = 0;
  }

  void add(int i) {
    if (!batch.symbol(i).equals(symbol)) {
      symbol = batch.symbol(i);
      symbolBytes = symbol.getBytes(StandardCharsets.UTF_8);
    }
    put(symbolBytes);
    bytes[length++] = '\t';
    time(batch.micros(i));
    bytes[length++] = '\t';
    number(batch.sequence(i));
    bytes[length++] = '\t';
    number(batch.dayVolume(i));
    bytes[length++] = '\t';
    price(batch.price(i));
    bytes[length++] = '\t';
    number(batch.quantity(i));
    bytes[length++] = '\t';
    price(batch.bid(i));
    bytes[length++] = '\t';
    price(batch.ask(i));
    bytes[length++] = '\n';
  }

  private void put(byte[] text) {
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  private void time(long micros) {
    long epochDay = Math.floorDiv(micros, MICROS_PER_DAY);
    if (epochDay != day) {
      day = epochDay;
      dayBytes = LocalDate.ofEpochDay(epochDay).toString().getBytes(StandardCharsets.US_ASCII);
    }
    put(dayBytes);
    long rest = Math.floorMod(micros, MICROS_PER_DAY);
    long seconds = rest / 1_000_000;
    bytes[length++] = ' ';
    digits(seconds / 3_600, 2);
    bytes[length++] = ':';
    digits(seconds / 60 % 60, 2);
    bytes[length++] = ':';
    digits(seconds % 60, 2);
    bytes[length++] = '.';
    digits(rest % 1_000_000, 6);
    bytes[length++] = '+';
    bytes[length++] = '0';
    bytes[length++] = '0';
  }

  private void digits(long value, int count) {
    long rest = value;
    for (int i = count - 1; i >= 0; i--) {
      bytes[length + i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += count;
  }

  private void number(long value) {
    int count = 1;
    for (long rest = value; rest >= 10; rest /= 10) {
      count++;
    }
    digits(value, count);
  }

  /** A price that wasn't delivered is null. */
  private void price(long units) {
    if (units == 0) {
      bytes[length++] = '\\';
      bytes[length++] = 'N';
      return;
    }
    number(units / 10_000);
    bytes[length++] = '.';
    digits(units % 10_000, 4);
  }
}
