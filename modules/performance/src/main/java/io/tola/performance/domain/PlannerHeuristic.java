package io.tola.performance.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule of thumb for databases without HypoPG. It takes the plan as it is and asks of each full
 * scan what it would cost by an index instead: 8 units to descend, and for each row that the keys'
 * leading columns leave 4.01 units to fetch it, but never more fetches than pages; rows left are the
 * table's over the columns' numbers of values, a third for a range, a fiftieth for one with two ends. It sees no order, no index-only
 * scan and no gain of a nested loop, so it finds less than the planner does, and it may err.
 */
public final class PlannerHeuristic implements CandidatePlans {

  private static final double DESCENT = 8;
  private static final double FETCH = 4;
  private static final double ROW = 0.01;
  private static final double RANGE = 1.0 / 3;
  private static final double TWO_ENDS = 1.0 / 50;
  private static final double PAGE = 8192;
  private static final double ENTRY_OVERHEAD = 16;
  private static final double FILL = 0.9;

  private static final Pattern SCAN =
      Pattern.compile("Seq Scan on (\\S+?)(?: (\\S+))?  \\(cost=[\\d.]+\\.\\.([\\d.]+) ");

  private final CandidatePlans planner;
  private final Function<IndexedStatement, List<String>> explain;
  private final ToDoubleFunction<List<String>> costs;
  private final Set<CandidateIndex> shown = new HashSet<>();
  private final Map<IndexedStatement, List<String>> known = new HashMap<>();

  /**
   * @param planner for what is known without hypothetical indexes
   * @param explain a statement's plan as it is; no lines where there is none
   * @param costs the cost of a plan
   */
  public PlannerHeuristic(
      CandidatePlans planner,
      Function<IndexedStatement, List<String>> explain,
      ToDoubleFunction<List<String>> costs) {
    this.planner = planner;
    this.explain = explain;
    this.costs = costs;
  }

  @Override
  public boolean show(CandidateIndex index) {
    return shown.add(index);
  }

  @Override
  public void hide(CandidateIndex index) {
    shown.remove(index);
  }

  @Override
  public Optional<Plan> plan(IndexedStatement statement) {
    List<String> lines = known.computeIfAbsent(statement, explain);
    if (lines.isEmpty()) {
      return Optional.empty();
    }
    double cost = costs.applyAsDouble(lines);
    Set<CandidateIndex> used = new HashSet<>();
    for (Scan scan : scans(lines)) {
      double best = scan.cost();
      CandidateIndex by = null;
      for (CandidateIndex index : shown) {
        if (reads(scan, index)) {
          double cheaper = byIndex(statement, index);
          if (cheaper < best) {
            best = cheaper;
            by = index;
          }
        }
      }
      if (by != null) {
        cost = Math.max(best, cost - (scan.cost() - best));
        used.add(by);
      }
    }
    return Optional.of(new Plan(cost, used));
  }

  private record Scan(String table, double cost) {}

  private static List<Scan> scans(List<String> lines) {
    List<Scan> found = new ArrayList<>();
    for (String line : lines) {
      Matcher scan = SCAN.matcher(line);
      if (scan.find()) {
        found.add(new Scan(scan.group(1), Double.parseDouble(scan.group(3))));
      }
    }
    return found;
  }

  private static boolean reads(Scan scan, CandidateIndex index) {
    return scan.table().equals(index.table().name())
        || scan.table().equals('"' + index.table().name() + '"')
        || index.table().parts().stream().anyMatch(p -> p.name().equals(scan.table()));
  }

  private double byIndex(IndexedStatement statement, CandidateIndex index) {
    CandidateTable table = index.table();
    double least = Double.MAX_VALUE;
    for (IndexNeed need : statement.needs()) {
      if (need.table().oid() != table.oid()) {
        continue;
      }
      double rows =
          table.rows()
              * (index.predicate() == null ? 1 : planner.fraction(table, index.predicate()));
      boolean any = index.predicate() != null;
      for (var key : index.keys()) {
        if (need.equal().contains(key.column()) || need.alone().contains(key.column())) {
          rows /= table.columns().get(key.column()).distinct();
          any = true;
        } else {
          if (need.range().contains(key.column())) {
            rows *= need.bounded().contains(key.column()) ? TWO_ENDS : RANGE;
            any = true;
          }
          break;
        }
      }
      if (any) {
        rows = Math.max(1, rows);
        least = Math.min(least, DESCENT + Math.min(rows, table.pages()) * FETCH + rows * ROW);
      }
    }
    return least;
  }

  @Override
  public double fraction(CandidateTable table, CandidatePredicate predicate) {
    return planner.fraction(table, predicate);
  }

  @Override
  public long bytes(CandidateIndex index) {
    CandidateTable table = index.table();
    double width = ENTRY_OVERHEAD;
    for (String column : index.columns()) {
      width += table.columns().get(column).width();
    }
    double rows =
        table.rows() * (index.predicate() == null ? 1 : planner.fraction(table, index.predicate()));
    return (long) (Math.ceil(rows * width / (PAGE * FILL)) * PAGE + PAGE);
  }

  @Override
  public boolean spent() {
    return planner.spent();
  }

  @Override
  public int asked() {
    return planner.asked();
  }
}
