package io.tola.drills;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A drill that was run, or couldn't be.
 *
 * @param notAtHand why it couldn't be run; null when it was
 */
record Result(
    Drill drill,
    double rate,
    List<Sent> sent,
    List<Stage.Window> windows,
    List<Check> checks,
    String notAtHand) {

  /** After the first success orders that waited meanwhile still come in. */
  private static final double SETTLING_MILLIS = 5_000;

  static Result missing(Drill drill, String why) {
    return new Result(drill, 0, List.of(), List.of(), List.of(), why);
  }

  boolean ran() {
    return notAtHand == null;
  }

  boolean passed() {
    return ran() && checks.stream().allMatch(Check::passed);
  }

  List<Check> failures() {
    return checks.stream().filter(c -> !c.passed()).toList();
  }

  /** Whether an order was due while a fault lasted or was being got over. */
  boolean inFault(Sent s) {
    return windows.stream()
        .anyMatch(
            w ->
                s.due() >= w.begin() - 1000
                    && s.due()
                        <= w.end() + (Double.isNaN(w.again()) ? 1e9 : w.again()) + SETTLING_MILLIS);
  }

  /** What the clients saw, whatever the drill. */
  List<Check> clientChecks() {
    List<Check> all = new ArrayList<>();
    List<String> wrong = texts(sent.stream().filter(s -> s.kind() == Answer.Kind.WRONG));
    all.add(
        Check.nothing(
            "every refusal was clear: 503 or 429, a problem document, Retry-After",
            wrong,
            Figures.count(sent, Answer.Kind.REFUSED) + " refusals"));
    if (!drill.breaksConnections()) {
      all.add(
          Check.nothing(
              "no order was left without an answer",
              texts(sent.stream().filter(s -> s.kind() == Answer.Kind.UNANSWERED)),
              "yes"));
    }
    List<Sent> quiet = sent.stream().filter(s -> !inFault(s)).toList();
    long taken = Figures.count(quiet, Answer.Kind.ACKNOWLEDGED);
    all.add(
        new Check(
            "before the fault and after it orders were acknowledged, 99 % at least",
            !quiet.isEmpty() && taken >= 0.99 * quiet.size(), taken + " of " + quiet.size()));
    return all;
  }

  private static List<String> texts(Stream<Sent> sent) {
    return sent.map(s -> s.order().id() + " " + s.answer()).toList();
  }
}
