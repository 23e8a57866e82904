package io.tola.jmeter.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * Whether a candidate is slower than a base, and by how much. A figure is worse when both hold: chance alone would rarely show so
 * much, all figures' questions together, and it is enough to care about. Thread-safe.
 *
 * @param findings in the order of the figures
 * @param lacking figures that one side has too seldom to be judged: nobody knows that they are not worse
 */
public record Comparison(List<Finding> findings, List<Metric> lacking) {

  private static final double LEVEL = 0.95;

  /**
   * A figure that is compared.
   *
   * @param name ends in its unit
   */
  public record Metric(String name, boolean lowerIsBetter) {}

  /**
   * When a difference counts.
   *
   * @param alpha how often, at most, all figures together may be called worse when nothing is
   * @param leastPct smaller changes don't count, however certain
   */
  public record Rules(double alpha, double leastPct) {

    /** Of pairs in a random order on one machine within minutes. */
    public static final Rules PAIRS = new Rules(0.005, 3);

    /** Of runs that lie days apart: the machine is another then, and no test knows by how much. */
    public static final Rules RUNS = new Rules(0.05, 10);
  }

  /** What was found. */
  public enum Word {
    SAME,
    WORSE,
    BETTER
  }

  /** What one slice of load found of both. */
  public record Pair(int run, Map<String, Double> base, Map<String, Double> candidate) {}

  /**
   * One figure.
   *
   * @param base median
   * @param candidate median
   * @param changePct of the base; the Hodges-Lehmann shift of the logarithms
   * @param lowPct with {@code highPct}: the change's 95 % confidence interval
   * @param pWorse of this question alone, and {@code adjusted} among all
   * @param samples pairs, or the smaller number of runs
   */
  public record Finding(
      Metric metric,
      double base,
      double candidate,
      double changePct,
      double lowPct,
      double highPct,
      double pWorse,
      double adjusted,
      Word word,
      int samples) {}

  /** Whether a figure is worse, or can't be judged. */
  public boolean failed() {
    return !lacking.isEmpty() || findings.stream().anyMatch(f -> f.word() == Word.WORSE);
  }

  /**
   * The smallest corrected p-value that pairs can have, all on one side; where it is above the level, nothing can ever be called
   * worse.
   */
  public static double leastOfPairs(int questions, int pairs) {
    return questions * Math.pow(2, -pairs);
  }

  /** Likewise of runs: each of one side beyond each of the other. */
  public static double leastOfRuns(int questions, int base, int candidate) {
    return questions / Math.exp(CombinatoricsUtils.binomialCoefficientLog(base + candidate, base));
  }

  /** Of pairs: differences of the logarithms, so what slows both down alike falls out. */
  public static Comparison ofPairs(List<Metric> metrics, List<Pair> pairs, Rules rules) {
    List<Question> questions = new ArrayList<>();
    List<Metric> lacking = new ArrayList<>();
    for (Metric metric : metrics) {
      List<Pair> whole =
          pairs.stream()
              .filter(p -> usable(p.base(), metric) && usable(p.candidate(), metric))
              .toList();
      if (whole.isEmpty() || leastOfPairs(metrics.size(), whole.size()) > rules.alpha()) {
        lacking.add(metric);
        continue;
      }
      double[] differences =
          values(
              whole,
              p ->
                  Math.log(p.candidate().get(metric.name()))
                      - Math.log(p.base().get(metric.name())));
      questions.add(
          new Question(
              metric,
              Statistics.median(values(whole, p -> p.base().get(metric.name()))),
              Statistics.median(values(whole, p -> p.candidate().get(metric.name()))),
              Statistics.pairedShift(differences, LEVEL),
              Statistics.signedRank(towardsWorse(metric, differences)),
              Statistics.signedRank(negative(towardsWorse(metric, differences))),
              whole.size()));
    }
    return judged(questions, lacking, rules);
  }

  /** Of runs that have nothing to do with each other. */
  public static Comparison ofRuns(
      List<Metric> metrics,
      List<Map<String, Double>> base,
      List<Map<String, Double>> candidate,
      Rules rules) {
    List<Question> questions = new ArrayList<>();
    List<Metric> lacking = new ArrayList<>();
    for (Metric metric : metrics) {
      double[] b = logs(base, metric);
      double[] c = logs(candidate, metric);
      if (b.length == 0
          || c.length == 0
          || leastOfRuns(metrics.size(), b.length, c.length) > rules.alpha()) {
        lacking.add(metric);
        continue;
      }
      questions.add(
          new Question(
              metric,
              Math.exp(Statistics.median(b)),
              Math.exp(Statistics.median(c)),
              Statistics.shift(b, c, LEVEL),
              Statistics.mannWhitney(towardsWorse(metric, b), towardsWorse(metric, c)),
              Statistics.mannWhitney(towardsWorse(metric, c), towardsWorse(metric, b)),
              Math.min(b.length, c.length)));
    }
    return judged(questions, lacking, rules);
  }

  private record Question(
      Metric metric,
      double base,
      double candidate,
      Statistics.Shift shift,
      double pWorse,
      double pBetter,
      int samples) {}

  private static Comparison judged(List<Question> questions, List<Metric> lacking, Rules rules) {
    double[] worse = Statistics.holm(questions.stream().mapToDouble(Question::pWorse).toArray());
    double[] better = Statistics.holm(questions.stream().mapToDouble(Question::pBetter).toArray());
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      Question q = questions.get(i);
      double change = pct(q.shift.estimate());
      boolean enough = Math.abs(change) >= rules.leastPct();
      Word word =
          enough && worse[i] <= rules.alpha()
              ? Word.WORSE
              : enough && better[i] <= rules.alpha() ? Word.BETTER : Word.SAME;
      findings.add(
          new Finding(
              q.metric,
              q.base,
              q.candidate,
              change,
              pct(q.shift.low()),
              pct(q.shift.high()),
              q.pWorse,
              worse[i],
              word,
              q.samples));
    }
    return new Comparison(List.copyOf(findings), List.copyOf(lacking));
  }

  private static double pct(double logarithm) {
    return 100 * Math.expm1(logarithm);
  }

  private static boolean usable(Map<String, Double> figures, Metric metric) {
    Double value = figures.get(metric.name());
    return value != null && value > 0 && Double.isFinite(value);
  }

  private static double[] logs(List<Map<String, Double>> runs, Metric metric) {
    return runs.stream()
        .filter(run -> usable(run, metric))
        .mapToDouble(run -> Math.log(run.get(metric.name())))
        .toArray();
  }

  private static double[] towardsWorse(Metric metric, double[] values) {
    return metric.lowerIsBetter() ? values : negative(values);
  }

  private static double[] negative(double[] values) {
    double[] turned = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      turned[i] = -values[i];
    }
    return turned;
  }

  private static double[] values(List<Pair> pairs, ToDoubleFunction<Pair> of) {
    return pairs.stream().mapToDouble(of).toArray();
  }
}
