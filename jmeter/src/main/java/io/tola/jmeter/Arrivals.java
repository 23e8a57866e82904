package io.tola.jmeter;

import java.time.Duration;
import java.util.Arrays;
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

  /** In the words of JMeter's Open Model Thread Group. */
  String schedule() {
    return String.format(
        Locale.ROOT,
        "rate(0/sec) even_arrivals(%d ms) rate(%.3f/sec) even_arrivals(%d ms) pause(%d sec)",
        ramp.toMillis(),
        rate,
        duration.minus(ramp).toMillis(),
        LAST_ANSWERS_SECONDS);
  }

  /** Milliseconds from the start of the schedule until the arrival with that number is due; the first is 0. */
  double due(int number) {
    double rampSeconds = ramp.toMillis() / 1e3;
    double inRamp = rate * rampSeconds / 2;
    if (number < inRamp) {
      // rate·t²/(2·ramp) arrivals have come by t.
      return Math.sqrt(2 * number * rampSeconds / rate) * 1e3;
    }
    return (rampSeconds + (number - inRamp) / rate) * 1e3;
  }

  /**
   * How late each was sent, milliseconds, in the order in which they were sent. When the schedule began isn't told, so it is taken to have
   * begun as late as lets nothing be early: the least lateness is 0, and a delay that all have in common is not seen.
   *
   * @param starts when they were sent, milliseconds, ascending
   */
  double[] lateness(long[] starts) {
    double[] late = new double[starts.length];
    for (int i = 0; i < starts.length; i++) {
      late[i] = starts[i] - due(i);
    }
    double least = Arrays.stream(late).min().orElse(0);
    for (int i = 0; i < late.length; i++) {
      late[i] -= least;
    }
    return late;
  }
}
