package io.tola.performance.domain;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tables as the catalogue knows them, for rules that ask what a column is and which index it leads.
 *
 * @param tables by name as the application writes it ({@code orders}) and with the schema ({@code
 *     trading.orders}), in lower case; views are tables without an index
 */
public record SchemaFacts(Map<String, Table> tables) {

  /** Nothing is known. */
  public static final SchemaFacts NONE = new SchemaFacts(Map.of());

  private static final String BTREE = "btree";

  /**
   * @param name with its schema
   * @param rows as the planner believes; below 0 when it was never counted
   * @param columns by name, in their order
   */
  public record Table(String name, long rows, Map<String, Column> columns, List<Index> indexes) {

    /** Whether some B-tree begins with the plain column. */
    boolean leads(String column) {
      return indexes.stream()
          .anyMatch(i -> i.method().equals(BTREE) && i.keys().get(0).equals(column));
    }

    /** Whether some index has the expression as a key, however it is written. */
    boolean hasExpression(String expression) {
      // The bare column isn't its cast.
      String wanted = bare(expression);
      return indexes.stream()
          .anyMatch(
              i ->
                  i.keys().stream()
                      .anyMatch(k -> !columns.containsKey(k) && bare(k).equals(wanted)));
    }

    /** Whether a trigram index serves patterns on the column. */
    boolean hasTrigrams(String column) {
      return indexes.stream()
          .anyMatch(i -> i.trigrams() && i.keys().stream().anyMatch(k -> bare(k).contains(column)));
    }

    private static String bare(String expression) {
      return expression
          .toLowerCase(Locale.ROOT)
          .replaceAll("::[a-z_ ]+(\\([0-9, ]*\\))?(\\[\\])?", "")
          .replaceAll("[\\s()\"]", "");
    }
  }

  /**
   * @param type as {@code format_type} writes it
   */
  public record Column(String type, boolean notNull) {}

  /**
   * @param keys columns or expressions
   * @param partial whether it has a predicate
   * @param trigrams whether it is one of pg_trgm's
   */
  public record Index(
      String method, List<String> keys, boolean unique, boolean partial, boolean trigrams) {}

  /** The table of that name, or null. */
  Table table(String schema, String name) {
    String key = name.toLowerCase(Locale.ROOT);
    return tables.get(schema == null ? key : schema.toLowerCase(Locale.ROOT) + "." + key);
  }
}
