package io.tola.probe;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.DataFormatException;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * What one statement did in one hour. Counting is free of locks. Once the hour is over its histogram
 * is {@link #pack packed} into some hundred bytes.
 */
final class Window {

  /** Two digits: a percentile is at most 1 % off. */
  static final int DIGITS = 2;

  /** Microseconds; what takes longer counts as that. */
  static final long LONGEST = 3_600_000_000L;

  private static final int MAX_STATES = 16;

  final long index;
  final LongAdder nanos = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder rows = new LongAdder();
  final LongAdder rowsCounted = new LongAdder();
  final LongAdder warned = new LongAdder();
  final LongAdder slow = new LongAdder();
  final LongAdder slowNanos = new LongAdder();
  final LongAccumulator slowest = new LongAccumulator(Math::max, 0);
  final Map<String, LongAdder> states = new ConcurrentHashMap<>(2);
  private volatile Histogram micros = new ConcurrentHistogram(DIGITS);
  private volatile byte[] packed;

  Window(long index) {
    this.index = index;
  }

  void took(long tookNanos) {
    Histogram open = micros;
    if (open == null) {
      return; // an execution that was counted an hour late
    }
    open.recordValue(Math.min(LONGEST, Math.max(1, (tookNanos + 500) / 1_000)));
    nanos.add(tookNanos);
  }

  void failedWith(String state) {
    failed.increment();
    LongAdder count = states.get(state);
    if (count == null && states.size() < MAX_STATES) {
      count = states.computeIfAbsent(state, s -> new LongAdder());
    }
    if (count != null) {
      count.increment();
    }
  }

  /** To be called when nobody counts into it any more, under the statement's lock. */
  void pack() {
    if (packed == null) {
      Histogram full = micros;
      ByteBuffer buffer = ByteBuffer.allocate(full.getNeededByteBufferCapacity());
      int length = full.encodeIntoCompressedByteBuffer(buffer);
      byte[] bytes = new byte[length];
      buffer.flip();
      buffer.get(bytes);
      packed = bytes;
      micros = null;
    }
  }

  void addTo(Histogram sum) {
    Histogram open = micros;
    if (open != null) {
      sum.add(open);
      return;
    }
    try {
      sum.add(Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(packed), 0));
    } catch (DataFormatException e) {
      throw new IllegalStateException("a histogram of our own can't be read", e);
    }
  }
}
