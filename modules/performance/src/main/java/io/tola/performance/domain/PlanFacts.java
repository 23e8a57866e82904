package io.tola.performance.domain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A plan as {@code EXPLAIN (FORMAT JSON)} or auto_explain tells it.
 *
 * @param queryText of auto_explain's; null of EXPLAIN's
 * @param root the topmost node
 */
public record PlanFacts(String queryText, Node root) {

  private static final List<String> CONDITIONS =
      List.of(
          "Index Cond",
          "Recheck Cond",
          "TID Cond",
          "Hash Cond",
          "Merge Cond",
          "Join Filter",
          "Filter",
          "One-Time Filter",
          "Conflict Filter");
  private static final List<String> LISTS =
      List.of("Sort Key", "Presorted Key", "Group Key", "Conflict Arbiter Indexes");

  /**
   * @param type {@code Index Scan}
   * @param relation null when it reads none
   * @param index null when it uses none
   * @param seeks whether an index is entered by a condition
   * @param details conditions and keys, {@code Filter: …}, as PostgreSQL writes them
   * @param rows that it expects
   * @param actual what was measured, or null
   */
  public record Node(
      String type,
      String relation,
      String alias,
      String index,
      String subplan,
      boolean seeks,
      List<String> details,
      BigDecimal cost,
      BigDecimal rows,
      String actual,
      List<Node> children) {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException when it isn't one
   */
  public static PlanFacts of(String json) {
    Object read = PlanJson.read(json);
    if (read instanceof List<?> list && list.size() == 1) {
      read = list.get(0);
    }
    if (read instanceof Map<?, ?> plan && plan.get("Plan") instanceof Map<?, ?> root) {
      return new PlanFacts(text(plan, "Query Text"), node(root));
    }
    throw new IllegalArgumentException("no plan in it");
  }

  private static Node node(Map<?, ?> map) {
    List<String> details = new ArrayList<>();
    CONDITIONS.forEach(
        name -> {
          if (map.get(name) instanceof String condition) {
            details.add(name + ": " + condition);
          }
        });
    LISTS.forEach(
        name -> {
          if (map.get(name) instanceof List<?> list) {
            details.add(
                name + ": " + String.join(", ", list.stream().map(String::valueOf).toList()));
          }
        });
    List<Node> children = new ArrayList<>();
    if (map.get("Plans") instanceof List<?> plans) {
      plans.forEach(p -> children.add(node((Map<?, ?>) p)));
    }
    String join = text(map, "Join Type");
    String operation = text(map, "Operation");
    String type = String.valueOf(map.get("Node Type"));
    if (type.equals("ModifyTable") && operation != null) {
      type = operation;
    } else if (join != null && !join.equals("Inner")) {
      type = type + " (" + join + ")";
    }
    return new Node(
        type,
        text(map, "Relation Name"),
        text(map, "Alias"),
        text(map, "Index Name"),
        text(map, "Subplan Name"),
        map.get("Index Cond") != null,
        details,
        number(map, "Total Cost"),
        number(map, "Plan Rows"),
        map.get("Actual Total Time") == null
            ? null
            : map.get("Actual Total Time") + " ms, " + map.get("Actual Rows") + " rows",
        children);
  }

  private static String text(Map<?, ?> map, String name) {
    return map.get(name) instanceof String text ? text : null;
  }

  private static BigDecimal number(Map<?, ?> map, String name) {
    return map.get(name) instanceof BigDecimal number ? number : null;
  }

  /** Whether it reads all of the table, or of a partition of it. */
  public boolean readsWhole(String table) {
    return readsWhole(root, table);
  }

  private static boolean readsWhole(Node node, String table) {
    boolean ofIt =
        node.relation() != null
            && (node.relation().equals(table) || node.relation().startsWith(table + "_"));
    boolean whole =
        node.type().endsWith("Seq Scan")
            || (node.type().startsWith("Index Scan") || node.type().startsWith("Index Only"))
                && !node.seeks();
    return ofIt && whole || node.children().stream().anyMatch(c -> readsWhole(c, table));
  }

  /**
   * A line for each node and each of its conditions, indented as EXPLAIN does.
   *
   * @param shown takes the literals out of a condition
   */
  public List<String> lines(UnaryOperator<String> shown) {
    List<String> found = new ArrayList<>();
    lines(root, 0, shown, found);
    return found;
  }

  private static void lines(Node node, int depth, UnaryOperator<String> shown, List<String> found) {
    String indent = "  ".repeat(depth);
    StringBuilder line = new StringBuilder(indent);
    if (node.subplan() != null) {
      line.append(node.subplan()).append(": ");
    }
    line.append(node.type());
    if (node.index() != null) {
      line.append(" using ").append(node.index());
    }
    if (node.relation() != null) {
      line.append(" on ").append(node.relation());
      if (node.alias() != null && !node.alias().equals(node.relation())) {
        line.append(' ').append(node.alias());
      }
    }
    line.append(" (cost ").append(node.cost()).append(", rows ").append(node.rows());
    if (node.actual() != null) {
      line.append("; took ").append(node.actual());
    }
    found.add(line.append(')').toString());
    for (String detail : node.details()) {
      int colon = detail.indexOf(": ");
      found.add(
          indent
              + "  "
              + detail.substring(0, colon + 2)
              + shown.apply(detail.substring(colon + 2)));
    }
    node.children().forEach(c -> lines(c, depth + 1, shown, found));
  }
}
