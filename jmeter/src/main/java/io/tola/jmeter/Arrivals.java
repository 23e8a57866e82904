package io.tola.jmeter;

import java.time.Duration;
import java.util.Locale;

/**
 * The schedule of one kind of request in the open model: evenly spaced arrivals, their rate growing evenly over the ramp and then staying.
 * So it is known when each arrival was due, and a latency can be counted from there: one that the client sent late, because it had no
 * processor or the server held its threads, has waited that long as well. (With random arrivals nobody could tell.)
 *
 * @param rate arrivals a second after the ramp
 */
record Arrivals(double rate, Duration ramp, Duration duration) {

  /** JMeter breaks off what is still under way when its schedule ends. */
  private static final int LAST_ANSWERS_SECONDS = 15;

  /**
   * In the words of JMeter's Open Model Thread Group.
   *
   * @param before until the first arrival: JMeter counts from the start of the test, and everybody logs in first
   */
  String schedule(Duration before) {
    return String.format(
        Locale.ROOT,
        "rate(0/sec) pause(%d ms) even_arrivals(%d ms) rate(%.3f/sec) even_arrivals(%d ms) pause(%d sec)",
        before.toMillis(),
        ramp.toMillis(),
        rate,
        duration.minus(ramp).toMillis(),
        LAST_ANSWERS_SECONDS);
  }

  /** Arrivals that come before the rate is whole. */
  double inRamp() {
    return rate * ramp.toMillis() / 2e3;
  }

  /**
   * How late each was sent, milliseconds, in the order in which they were sent. Within the ramp it isn't told (0): the first arrivals may
   * be due before JMeter has begun with them. After it they are due {@code 1/rate} seconds apart; when exactly that began isn't told
   * either, so it is taken to have begun as late as lets nothing be early: the least lateness is 0, and a delay that all have in common
   * is not seen.
   *
   * @param starts when they were sent, milliseconds, ascending
   */
  double[] lateness(long[] starts) {
    double[] late = new double[starts.length];
    // Two more, because where the ramp ends falls between two arrivals.
    int from = (int) Math.ceil(inRamp()) + 2;
    double least = Double.MAX_VALUE;
    for (int i = from; i < starts.length; i++) {
      late[i] = starts[i] - 1e3 * (i - from) / rate;
      least = Math.min(least, late[i]);
    }
    for (int i = from; i < starts.length; i++) {
      late[i] -= least;
    }
    return late;
  }
}
