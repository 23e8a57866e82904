package io.tola.drills;

import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * A recording made up for the replay feed: a calm market that crashes, stays down, and comes back, once for each crash. All symbols fall
 * alike. While it falls and stays down, volume is a multiple of what it was.
 *
 * @param calmSeconds before the first crash, when the platform must have started
 */
record Tape(int calmSeconds, List<Crash> crashes) {

  /**
   * @param per cent by which all prices fall
   * @param volume times as much
   */
  record Crash(int percent, int volume) {}

  /** A share as the tape needs it. */
  record Share(String symbol, BigDecimal price, BigDecimal tick) {}

  static final int FALL_SECONDS = 5;
  static final int DOWN_SECONDS = 15;
  static final int BETWEEN_SECONDS = 20;
  private static final int TAIL_SECONDS = 60;

  /** Ticks of each share a second. */
  private static final int PACE = 2;

  /** Shares traded by a tick of the calm market. */
  private static final long CALM_VOLUME = 500;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS");

  /** Part of the price and of the calm volume at a moment. */
  record Level(double price, int volume) {}

  /** How the market stands so many seconds after the beginning. */
  Level at(double seconds) {
    double t = seconds - calmSeconds;
    for (Crash crash : crashes) {
      double down = crash.percent() / 100.0;
      if (t < 0) {
        break;
      }
      if (t < FALL_SECONDS) {
        return new Level(1 - down * t / FALL_SECONDS, crash.volume());
      }
      t -= FALL_SECONDS;
      if (t < DOWN_SECONDS) {
        return new Level(1 - down, crash.volume());
      }
      t -= DOWN_SECONDS;
      if (t < FALL_SECONDS) {
        return new Level(1 - down * (1 - t / FALL_SECONDS), 1);
      }
      t -= FALL_SECONDS + BETWEEN_SECONDS;
    }
    return new Level(1, 1);
  }

  int seconds() {
    return calmSeconds
        + crashes.size() * (2 * FALL_SECONDS + DOWN_SECONDS + BETWEEN_SECONDS)
        + TAIL_SECONDS;
  }

  void write(Path file, List<Share> shares, LocalDate day) throws IOException {
    try (Writer out = Files.newBufferedWriter(file)) {
      out.write("symbol,timestamp,ltp,cum_volume\n");
      LocalDateTime open = LocalDateTime.of(day, LocalTime.of(9, 15));
      long volume = 0;
      for (int step = 0; step < seconds() * PACE; step++) {
        Level level = at(step / (double) PACE);
        volume += CALM_VOLUME * level.volume();
        String time = TIME.format(open.plusNanos(step * 1_000_000_000L / PACE));
        for (Share share : shares) {
          // Up and down by a tick, so that there is trade on both sides.
          BigDecimal price =
              share
                  .price()
                  .multiply(BigDecimal.valueOf(Math.round(level.price() * 10_000), 4))
                  .divide(share.tick(), 0, RoundingMode.HALF_EVEN)
                  .add(BigDecimal.valueOf(step % 2))
                  .multiply(share.tick());
          out.write(
              share.symbol() + "," + time + "," + price.toPlainString() + "," + volume + "\n");
        }
      }
    }
  }
}
