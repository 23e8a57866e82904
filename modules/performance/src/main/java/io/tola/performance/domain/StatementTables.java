package io.tola.performance.domain;

import io.tola.performance.domain.StatementTree.Scope;
import io.tola.performance.domain.StatementTree.Source;
import java.util.Set;
import java.util.TreeSet;
import net.sf.jsqlparser.statement.select.Select;

/** The tables of a statement. */
final class StatementTables {

  private StatementTables() {}

  /**
   * The tables that a statement reads, with their schemas; empty when it does anything but read, locks
   * what it reads, or reads something that the catalogue doesn't know as a table.
   */
  static Set<String> read(String sql, SchemaFacts schema) {
    StatementTree tree = StatementTree.of(sql, schema);
    Set<String> found = new TreeSet<>();
    if (tree == null
        || !(tree.root() instanceof Select root)
        || root.getForMode() != null
        || sql.toLowerCase(java.util.Locale.ROOT)
            .matches("(?s).*\\b(random|now|clock_timestamp|nextval)\\s*\\(.*")) {
      return found;
    }
    for (Scope scope : tree.scopes()) {
      if (scope.select() == null || scope.select().getForMode() != null) {
        return Set.of();
      }
      for (Source source : scope.sources()) {
        if (source.table() != null) {
          if (source.facts() == null) {
            return Set.of();
          }
          found.add(source.facts().name());
        }
      }
    }
    return found;
  }
}
