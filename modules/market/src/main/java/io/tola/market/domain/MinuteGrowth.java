package io.tola.market.domain;

/**
 * What the ticks of one batch say about one minute of one symbol. All of it but the sums is the same
 * however often a tick is said, so it may be taken from every tick delivered; the sums, {@code
 * traded} and the number of ticks, are the store's to add for new ticks only.
 *
 * @param startMicros first instant of the minute, since the epoch
 * @param first position of the minute's first tick in the batch
 * @param last position of its last tick
 * @param high in {@link Units}, as low
 * @param dayVolume largest number of shares of the day so far
 */
public record MinuteGrowth(
    String symbol, long startMicros, int first, int last, long high, long low, long dayVolume) {

  /** Microseconds of a minute. */
  public static final long MINUTE = 60_000_000L;

  /** One entry a symbol and minute, in that order. */
  public static java.util.List<MinuteGrowth> of(TickBatch batch, Integer[] order) {
    java.util.List<MinuteGrowth> minutes = new java.util.ArrayList<>();
    int i = 0;
    while (i < order.length) {
      int first = order[i];
      String symbol = batch.symbol(first);
      long start = Math.floorDiv(batch.micros(first), MINUTE) * MINUTE;
      long high = batch.price(first);
      long low = high;
      long dayVolume = batch.dayVolume(first);
      int last = first;
      i++;
      while (i < order.length
          && batch.symbol(order[i]).equals(symbol)
          && batch.micros(order[i]) < start + MINUTE) {
        last = order[i];
        high = Math.max(high, batch.price(last));
        low = Math.min(low, batch.price(last));
        dayVolume = Math.max(dayVolume, batch.dayVolume(last));
        i++;
      }
      minutes.add(new MinuteGrowth(symbol, start, first, last, high, low, dayVolume));
    }
    return minutes;
  }
}
