package io.tola.market.domain;

import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import java.util.List;

/**
 * Judges the lines of one recording and hands on the ticks worth playing. No line makes it fail;
 * each is counted by what it is. Not thread-safe.
 */
public sealed interface Intake permits TickIntake, BarIntake {

  /** Takes the ticks worth playing. */
  @FunctionalInterface
  interface Sink {
    /**
     * @param instrument index into the instruments given
     * @param millis the tick's time, since the epoch
     * @param price in {@link Units}
     * @param volume the day's shares so far, never falling within a day
     */
    void tick(int instrument, long millis, long price, long volume);
  }

  /** Judges one line, without its line end; what is worth playing comes now or by {@link #end}. */
  void line(String line, Sink sink);

  /** Counts a line that was too long to be read. */
  void overlong();

  /** The last line was given: hands on what was held back. */
  void end(Sink sink);

  /** Complete after {@link #end}. */
  TickCount count();

  /** The instruments by the index that {@link Sink} hears. */
  List<Instrument> instruments();

  /** What one kept line stands for; null for a tick. */
  Interval interval();
}
