package io.tola.performance.domain;

import io.tola.performance.api.IndexAdvice;
import io.tola.performance.api.IndexAdvice.JudgedBy;
import io.tola.performance.api.IndexAdvice.ServedStatement;
import io.tola.performance.api.IndexAdvice.WriteOverhead;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes down what the search found, as statements to run and reasons to read. */
public final class IndexScribe {

  private static final double THOUSANDTHS = 1_000;

  private IndexScribe() {}

  /** The advice, the largest gain first. */
  public static List<IndexAdvice> advice(
      List<IndexedStatement> statements, IndexSearch.Result result, JudgedBy judgedBy) {
    double workload = total(statements, result.before());
    return result.chosen().stream()
        .filter(c -> !c.served().isEmpty())
        .sorted(
            Comparator.comparingDouble((IndexSearch.Chosen c) -> -gain(c, statements, result))
                .thenComparing(c -> c.index().id()))
        .map(c -> advice(c, statements, result, judgedBy, workload))
        .toList();
  }

  /** Calls times cost of all, as far as the costs are to be believed. */
  public static double total(List<IndexedStatement> statements, double[] costs) {
    double sum = 0;
    for (int i = 0; i < costs.length; i++) {
      sum += statements.get(i).weight() * costs[i];
    }
    return sum;
  }

  private static double gain(
      IndexSearch.Chosen chosen, List<IndexedStatement> statements, IndexSearch.Result result) {
    double sum = 0;
    for (Map.Entry<Integer, Double> s : chosen.served().entrySet()) {
      sum += statements.get(s.getKey()).weight() * (result.before()[s.getKey()] - s.getValue());
    }
    return sum;
  }

  private static IndexAdvice advice(
      IndexSearch.Chosen chosen,
      List<IndexedStatement> statements,
      IndexSearch.Result result,
      JudgedBy judgedBy,
      double workload) {
    CandidateIndex index = chosen.index();
    CandidateTable table = index.table();
    List<Integer> served =
        chosen.served().keySet().stream()
            .sorted(
                Comparator.comparingDouble(
                    (Integer i) ->
                        -statements.get(i).weight()
                            * (result.before()[i] - chosen.served().get(i))))
            .toList();
    double before = 0;
    double after = 0;
    List<ServedStatement> serves = new ArrayList<>();
    for (int i : served) {
      IndexedStatement s = statements.get(i);
      double was = result.before()[i];
      double is = chosen.served().get(i);
      before += s.calls() * was;
      after += s.calls() * is;
      serves.add(
          new ServedStatement(
              s.queryId(),
              s.shown(),
              s.calls(),
              thousandths(s.meanMs()),
              cost(was),
              cost(is),
              pct(was - is, was)));
    }
    List<String> steps = steps(index);
    BigDecimal gainPct = pct(before - after, before);
    return new IndexAdvice(
        index.id(),
        table.schema(),
        table.name(),
        "btree",
        index.keys(),
        index.include(),
        index.predicate() == null ? null : index.predicate().sql(),
        false,
        index.name(),
        table.partitioned(),
        String.join(";\n", steps),
        "DROP INDEX " + (table.partitioned() ? "" : "CONCURRENTLY ") + schema(table) + index.name(),
        steps,
        reason(index, serves, gainPct, judgedBy),
        judgedBy,
        serves,
        gainPct,
        pct(gain(chosen, statements, result), workload),
        chosen.bytes(),
        new WriteOverhead(
            table.writesPerSecond() == null ? null : thousandths(table.writesPerSecond()),
            Math.round(table.written()),
            Math.round(table.hotUpdated()),
            Math.round(chosen.hotAtRisk()),
            cost(chosen.overhead())));
  }

  /** The schema as SQL, with its dot. */
  private static String schema(CandidateTable table) {
    String quotedName = table.quoted();
    return quotedName.substring(0, dot(quotedName) + 1);
  }

  private static int dot(String quoted) {
    boolean within = false;
    for (int i = 0; i < quoted.length(); i++) {
      if (quoted.charAt(i) == '"') {
        within = !within;
      } else if (quoted.charAt(i) == '.' && !within) {
        return i;
      }
    }
    throw new IllegalStateException(quoted);
  }

  /**
   * A partitioned table's index can't be built concurrently at once: it is made on the parent
   * alone, invalid, and becomes valid when every partition's own is attached.
   */
  private static List<String> steps(CandidateIndex index) {
    CandidateTable table = index.table();
    if (!table.partitioned()) {
      return List.of(
          "CREATE INDEX CONCURRENTLY "
              + index.name()
              + " ON "
              + table.quoted()
              + " "
              + index.body());
    }
    List<String> steps = new ArrayList<>();
    steps.add(only(index.name(), table.quoted(), index));
    for (CandidateTable.Part part : table.parts()) {
      String name = index.name(part.name());
      steps.add(
          part.leaf()
              ? "CREATE INDEX CONCURRENTLY " + name + " ON " + part.quoted() + " " + index.body()
              : only(name, part.quoted(), index));
      String parent =
          part.parent().equals(table.quoted())
              ? schema(table) + index.name()
              : table.parts().stream()
                  .filter(p -> p.quoted().equals(part.parent()))
                  .map(p -> p.quoted().substring(0, dot(p.quoted()) + 1) + index.name(p.name()))
                  .findFirst()
                  .orElseThrow();
      steps.add(
          "ALTER INDEX "
              + parent
              + " ATTACH PARTITION "
              + part.quoted().substring(0, dot(part.quoted()) + 1)
              + name);
    }
    return steps;
  }

  private static String only(String name, String quoted, CandidateIndex index) {
    return "CREATE INDEX " + name + " ON ONLY " + quoted + " " + index.body();
  }

  private static String reason(
      CandidateIndex index, List<ServedStatement> serves, BigDecimal gainPct, JudgedBy judgedBy) {
    ServedStatement first = serves.get(0);
    StringBuilder reason = new StringBuilder();
    reason
        .append(serves.size() == 1 ? "One statement" : serves.size() + " statements")
        .append(" with ")
        .append(serves.stream().mapToLong(ServedStatement::calls).sum())
        .append(" calls ")
        .append(judgedBy == JudgedBy.HYPOPG ? "would cost " : "might cost ")
        .append(gainPct)
        .append(" % less")
        .append(serves.size() == 1 ? ": " : " together; the first ")
        .append(first.costBefore())
        .append(" → ")
        .append(first.costAfter())
        .append(", at ")
        .append(first.meanMs())
        .append(" ms now.");
    if (index.predicate() != null) {
      reason.append(" Partial, because few rows satisfy the condition that they all have.");
    }
    if (!index.include().isEmpty()) {
      reason.append(" It carries what they read, so that the table needn't be.");
    }
    String contained =
        index.table().indexes().stream()
            .filter(e -> isContained(e, index))
            .map(CandidateTable.Existing::name)
            .collect(Collectors.joining(", "));
    if (!contained.isEmpty()) {
      reason.append(" It does the work of ").append(contained).append(" as well.");
    }
    if (judgedBy == JudgedBy.HEURISTIC) {
      reason.append(" By a rule of thumb: HypoPG isn't installed. Try it before keeping it.");
    }
    return reason.toString();
  }

  private static boolean isContained(CandidateTable.Existing there, CandidateIndex index) {
    if (there.unique()
        || !there.method().equals("btree")
        || there.predicate() != null
        || index.predicate() != null
        || there.keys().size() > index.keys().size()) {
      return false;
    }
    for (int i = 0; i < there.keys().size(); i++) {
      if (!index.keys().get(i).column().equals(there.keys().get(i))
          || !there.plain().get(i)
          || index.keys().get(i).descending() != there.descending().get(i)) {
        return false;
      }
    }
    return there.included().stream().allMatch(index.columns()::contains);
  }

  private static BigDecimal pct(double part, double of) {
    return of <= 0
        ? BigDecimal.ZERO.setScale(2)
        : BigDecimal.valueOf(Math.round(part / of * 10_000), 2);
  }

  /** The planner's units, two decimals, as EXPLAIN shows them. */
  public static BigDecimal cost(double units) {
    return BigDecimal.valueOf(Math.round(Math.min(units, 1e15) * 100), 2);
  }

  private static BigDecimal thousandths(double value) {
    return BigDecimal.valueOf(Math.round(value * THOUSANDTHS), 3).setScale(3, RoundingMode.HALF_UP);
  }
}
