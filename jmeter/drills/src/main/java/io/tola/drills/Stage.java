package io.tola.drills;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A drill under way: its platform, its load, and what its script does to them and finds. Used by the script's thread. */
final class Stage {

  /** Something a script does. */
  interface Action {
    void run() throws Exception;
  }

  /** Something to wait for. */
  interface Wish {
    boolean met() throws Exception;
  }

  /**
   * A fault's time, in milliseconds since the load began.
   *
   * @param end when what ends the fault had been done
   * @param again how long after that the first order was acknowledged that had been due after it; NaN for never
   */
  record Window(String label, double begin, double end, double again) {}

  private static final long RECOVERY_MILLIS = 90_000;

  private final Lab lab;
  private final OrderStream stream;
  private final double scale;
  private final List<Window> windows = new ArrayList<>();
  private final List<Check> checks = new ArrayList<>();

  Stage(Lab lab, OrderStream stream, double scale) {
    this.lab = lab;
    this.stream = stream;
    this.scale = scale;
  }

  Lab lab() {
    return lab;
  }

  OrderStream stream() {
    return stream;
  }

  List<Window> windows() {
    return windows;
  }

  List<Check> checks() {
    return checks;
  }

  void check(String what, boolean passed, String detail) {
    checks.add(new Check(what, passed, detail));
  }

  /** Lets orders flow, for so many seconds times the run's scale. */
  void flow(double seconds) throws InterruptedException {
    Thread.sleep((long) (seconds * 1000 * scale));
  }

  /** Begins a fault, lets it last, ends it even when something fails meanwhile, and waits until orders are taken again. */
  Window fault(String label, Action begin, Action lasting, Action end) throws Exception {
    double from = stream.now();
    try {
      begin.run();
      lasting.run();
    } finally {
      end.run();
    }
    double until = stream.now();
    double again = Double.NaN;
    while (Double.isNaN(again) && stream.now() - until < RECOVERY_MILLIS) {
      Thread.sleep(50);
      again = firstSuccess(stream.ended(), until);
    }
    Window window = new Window(label, from, until, again);
    windows.add(window);
    checks.add(
        new Check(
            "orders are taken again after: " + label,
            !Double.isNaN(again),
            Double.isNaN(again)
                ? "none within " + RECOVERY_MILLIS / 1000 + " s"
                : Math.round(again) + " ms after its end"));
    return window;
  }

  /** Milliseconds from a moment to the first acknowledgement of an order that was due after it; NaN without one. */
  static double firstSuccess(List<Sent> ended, double moment) {
    return ended.stream()
        .filter(s -> s.due() >= moment && s.kind() == Answer.Kind.ACKNOWLEDGED)
        .mapToDouble(s -> s.ended() - moment)
        .min()
        .orElse(Double.NaN);
  }

  /** Orders of the load that were due between two moments and are answered. */
  List<Sent> between(double from, double until, Predicate<Sent> which) {
    return stream.ended().stream()
        .filter(s -> s.due() >= from && s.due() < until)
        .filter(which)
        .toList();
  }

  /** Waits until it is so; returns the milliseconds that took, NaN when it took longer than so many. */
  static double await(double atMostMillis, Wish wish) throws Exception {
    long begin = System.nanoTime();
    while (!wish.met()) {
      if ((System.nanoTime() - begin) / 1e6 > atMostMillis) {
        return Double.NaN;
      }
      Thread.sleep(50);
    }
    return (System.nanoTime() - begin) / 1e6;
  }
}
