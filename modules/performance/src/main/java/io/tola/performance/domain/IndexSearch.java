package io.tola.performance.domain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Finds the indexes that pay: each candidate is shown to the planner, and the one that takes most
 * off the cost of all statements (calls times cost) after its own costs is taken, then the next with
 * that one in place, until none pays. So one index that serves three statements wins over three.
 * Afterwards each has to show that it is still worth its place beside the others.
 *
 * <p>An index costs its building once and its upkeep for every row written; what would no longer be
 * a HOT update is written into every index of the table. Units are the planner's.
 *
 * <p>One search, one use.
 */
public final class IndexSearch {

  /** Units of an execution under which a gain is lost in what the planner doesn't know: caches. */
  static final double LEAST_GAIN = 10;

  /** Of a statement's cost: what an index must take off it to count as serving it. */
  static final double LEAST_PART = 0.5;

  /** Of the cost of all statements: what an index must take off it to be worth a person's time. */
  static final double LEAST_SHARE = 0.001;

  /** Units to write one entry: half of a page read at random. */
  static final double ENTRY = 2;

  /** Units to read, sort and write a row while an index is built. */
  static final double BUILD_ROW = 0.03;

  /** What another key column must bring, of the cost before. */
  private static final double KEY_TOLL = 0.02;

  /** What carried columns must bring, of the cost before. */
  private static final double CARRIED_TOLL = 0.1;

  /** Nobody reads more. */
  private static final int MOST_ADVISED = 200;

  private final List<IndexedStatement> statements;
  private final CandidatePlans plans;
  private final double[] before;
  private final double[] now;
  private final int[] version;
  private final Map<Long, List<Integer>> ofTable = new HashMap<>();
  private final Map<String, Double> fractions = new HashMap<>();
  private double workload;
  private final Map<CandidateIndex, Option> options = new LinkedHashMap<>();

  /**
   * What was found.
   *
   * @param before cost of an execution of each statement, as it is
   * @param after with everything that is advised
   * @param complete whether every candidate was tried
   */
  public record Result(
      List<Chosen> chosen, double[] before, double[] after, int candidates, boolean complete) {}

  /**
   * An index that pays.
   *
   * @param served cost of an execution with it, by statement
   * @param overhead its own costs, in the planner's units
   */
  public record Chosen(
      CandidateIndex index,
      Map<Integer, Double> served,
      double overhead,
      long bytes,
      double hotAtRisk) {}

  /** A candidate and what was found out about it. */
  private static final class Option {
    final CandidateIndex index;
    final List<Integer> concerns;
    double fraction = 1;
    double overhead;
    double hotAtRisk;
    long bytes;
    Map<Integer, Double> alone = Map.of();
    Map<Integer, Double> costs = Map.of();
    double gain;
    double score;
    long stamp;

    Option(CandidateIndex index, List<Integer> concerns) {
      this.index = index;
      this.concerns = concerns;
    }
  }

  private IndexSearch(List<IndexedStatement> statements, CandidatePlans plans) {
    this.statements = statements;
    this.plans = plans;
    before = new double[statements.size()];
    now = new double[statements.size()];
    version = new int[statements.size()];
  }

  /**
   * Searches.
   *
   * @param before what each statement costs as it is
   */
  public static Result of(
      List<IndexedStatement> statements, double[] before, CandidatePlans plans) {
    IndexSearch search = new IndexSearch(statements, plans);
    System.arraycopy(before, 0, search.before, 0, before.length);
    System.arraycopy(before, 0, search.now, 0, before.length);
    return search.run();
  }

  private Result run() {
    Map<Long, CandidateTable> tables = new LinkedHashMap<>();
    Map<Long, List<IndexNeed>> needs = new HashMap<>();
    for (int i = 0; i < statements.size(); i++) {
      for (IndexNeed need : statements.get(i).needs()) {
        CandidateTable table = need.table();
        tables.put(table.oid(), table);
        needs.computeIfAbsent(table.oid(), t -> new ArrayList<>()).add(need);
        List<Integer> of = ofTable.computeIfAbsent(table.oid(), t -> new ArrayList<>());
        if (!of.contains(i)) {
          of.add(i);
        }
      }
    }
    // The tables whose statements cost most first: when time runs out, it ran out on the least.
    List<CandidateTable> byCost =
        tables.values().stream()
            .sorted(Comparator.comparingDouble((CandidateTable t) -> -cost(t)))
            .toList();
    for (int i = 0; i < statements.size(); i++) {
      workload += statements.get(i).weight() * before[i];
    }
    int tried = 0;
    for (CandidateTable table : byCost) {
      if (plans.spent()) {
        break;
      }
      for (CandidateIndex candidate :
          CandidateMaker.of(table, needs.get(table.oid()), (t, p) -> few(t, p))) {
        if (plans.spent()) {
          break;
        }
        tried += consider(candidate) ? 1 : 0;
      }
    }
    List<Option> chosen = choose();
    prune(chosen);
    boolean complete = !plans.spent();
    List<Chosen> found = new ArrayList<>();
    for (Option option : chosen) {
      Map<Integer, Double> served = new LinkedHashMap<>();
      for (int i : option.concerns) {
        double with = option.alone.getOrDefault(i, before[i]);
        if (serves(before[i], with)) {
          served.put(i, with);
        } else if (option.costs.containsKey(i) && serves(before[i], now[i])) {
          // It helps only together with the others.
          served.put(i, now[i]);
        }
      }
      found.add(new Chosen(option.index, served, option.overhead, option.bytes, option.hotAtRisk));
    }
    return new Result(found, before, now, tried, complete);
  }

  private double cost(CandidateTable table) {
    return ofTable.get(table.oid()).stream()
        .mapToDouble(i -> statements.get(i).weight() * before[i])
        .sum();
  }

  private boolean few(CandidateTable table, CandidatePredicate predicate) {
    return fraction(table, predicate) <= CandidateMaker.FEW_ROWS;
  }

  private double fraction(CandidateTable table, CandidatePredicate predicate) {
    return predicate == null
        ? 1
        : fractions.computeIfAbsent(
            table.oid() + " " + predicate.sql(), k -> plans.fraction(table, predicate));
  }

  private boolean consider(CandidateIndex candidate) {
    String first = candidate.keys().get(0).column();
    List<Integer> concerns = new ArrayList<>();
    for (int i : ofTable.get(candidate.table().oid())) {
      for (IndexNeed need : statements.get(i).needs()) {
        if (need.table().oid() == candidate.table().oid()
            && (need.couldBeginWith(first) || candidate.predicate() != null)
            && (candidate.predicate() == null
                || need.fixed().containsKey(candidate.predicate().sql()))
            && before[i] >= LEAST_GAIN) {
          concerns.add(i);
          break;
        }
      }
    }
    if (concerns.isEmpty()) {
      return false;
    }
    Option option = new Option(candidate, concerns);
    option.fraction = fraction(candidate.table(), candidate.predicate());
    upkeep(option);
    if (!plans.show(candidate)) {
      return false;
    }
    option.bytes = plans.bytes(candidate);
    evaluate(option);
    option.alone = option.costs;
    plans.hide(candidate);
    if (option.gain > option.overhead && option.gain >= LEAST_SHARE * workload) {
      options.put(candidate, option);
    }
    return true;
  }

  /** What it costs to have it. */
  private void upkeep(Option option) {
    CandidateTable table = option.index.table();
    double entries =
        (table.inserted() + Math.max(0, table.updated() - table.hotUpdated())) * option.fraction
            + table.deleted() * option.fraction / 2;
    double setting = 0;
    for (IndexedStatement statement : statements) {
      Set<String> set = statement.sets().get(table.oid());
      if (set != null && option.index.columns().stream().anyMatch(set::contains)) {
        setting += statement.calls() * Math.max(0, statement.rowsPerCall());
      }
    }
    option.hotAtRisk = Math.min(table.hotUpdated(), setting);
    double lost = option.hotAtRisk * (table.indexes().size() + 1);
    double building = table.pages() + table.rows() * BUILD_ROW * Math.max(option.fraction, 0.3);
    option.overhead = building + ENTRY * (entries + lost);
  }

  /** Asks the planner; the index must be shown. */
  private void evaluate(Option option) {
    Map<Integer, Double> costs = new LinkedHashMap<>();
    double gain = 0;
    double toll = 0;
    for (int i : option.concerns) {
      CandidatePlans.Plan plan = plans.plan(statements.get(i)).orElse(null);
      if (plan != null && plan.used().contains(option.index) && plan.cost() < now[i]) {
        costs.put(i, plan.cost());
        if (serves(now[i], plan.cost())) {
          gain += statements.get(i).weight() * (now[i] - plan.cost());
          toll += statements.get(i).weight() * now[i];
        }
      }
    }
    option.costs = costs;
    option.gain = gain;
    option.score =
        gain
            - option.overhead
            - toll
                * (KEY_TOLL * (option.index.keys().size() - 1)
                    + (option.index.include().isEmpty() ? 0 : CARRIED_TOLL));
    option.stamp = stamp(option);
  }

  private static boolean serves(double was, double is) {
    return was - is >= LEAST_GAIN && was - is > LEAST_PART * was;
  }

  private long stamp(Option option) {
    long sum = 0;
    for (int i : option.concerns) {
      sum += version[i];
    }
    return sum;
  }

  private List<Option> choose() {
    PriorityQueue<Option> queue =
        new PriorityQueue<>(
            Comparator.comparingDouble((Option o) -> -o.score)
                .thenComparingLong(o -> o.bytes)
                .thenComparing(o -> o.index.id()));
    queue.addAll(options.values());
    List<Option> chosen = new ArrayList<>();
    while (!queue.isEmpty() && chosen.size() < MOST_ADVISED && !plans.spent()) {
      Option best = queue.poll();
      if (best.score <= 0) {
        break;
      }
      if (best.gain < LEAST_SHARE * workload) {
        continue;
      }
      if (best.stamp != stamp(best)) {
        if (plans.show(best.index)) {
          evaluate(best);
          plans.hide(best.index);
          queue.add(best);
        }
        continue;
      }
      if (!plans.show(best.index)) {
        continue;
      }
      chosen.add(best);
      settle(best.costs);
      // What it contains goes; it was taken with that in place.
      List<Option> within = chosen.stream().filter(o -> o.index.isPrefixOf(best.index)).toList();
      for (Option less : within) {
        plans.hide(less.index);
        chosen.remove(less);
        replan(less.concerns);
      }
    }
    return chosen;
  }

  private void settle(Map<Integer, Double> costs) {
    costs.forEach(
        (i, cost) -> {
          now[i] = cost;
          version[i]++;
        });
  }

  private void replan(List<Integer> concerns) {
    Map<Integer, Double> costs = new LinkedHashMap<>();
    for (int i : concerns) {
      plans.plan(statements.get(i)).ifPresent(plan -> costs.put(i, plan.cost()));
    }
    settle(costs);
  }

  /** Takes out what the others have made superfluous, the least worth first. */
  private void prune(List<Option> chosen) {
    List<Option> least =
        chosen.stream().sorted(Comparator.comparingDouble((Option o) -> o.score)).toList();
    for (Option option : least) {
      if (plans.spent()) {
        return;
      }
      boolean contained = chosen.stream().anyMatch(o -> option.index.isPrefixOf(o.index));
      Set<Integer> shared = new HashSet<>();
      for (Option other : chosen) {
        if (other != option && other.index.table().oid() == option.index.table().oid()) {
          shared.addAll(other.concerns);
        }
      }
      shared.retainAll(option.concerns);
      if (!contained && shared.isEmpty()) {
        continue;
      }
      plans.hide(option.index);
      double loss = 0;
      boolean known = true;
      Map<Integer, Double> without = new LinkedHashMap<>();
      for (int i : new LinkedHashSet<>(option.concerns)) {
        Optional<CandidatePlans.Plan> plan = plans.plan(statements.get(i));
        if (plan.isEmpty()) {
          known = false;
          continue;
        }
        double cost = plan.get().cost();
        without.put(i, cost);
        if (serves(cost, now[i])) {
          loss += statements.get(i).weight() * (cost - now[i]);
        }
      }
      // What nobody can tell isn't held against it.
      if (contained || known && loss <= option.overhead) {
        chosen.remove(option);
        settle(without);
      } else {
        plans.show(option.index);
      }
    }
  }
}
