package io.tola.performance.domain;

import io.tola.performance.domain.SchemaFacts.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import net.sf.jsqlparser.expression.AnyComparisonExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.ExpressionVisitorAdapter;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.parser.CCJSqlParser;
import net.sf.jsqlparser.parser.ParseException;
import net.sf.jsqlparser.parser.TokenMgrException;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.statement.ParenthesedStatement;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.select.FromItem;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.ParenthesedFromItem;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.SetOperationList;
import net.sf.jsqlparser.statement.select.WithItem;
import net.sf.jsqlparser.statement.update.Update;
import net.sf.jsqlparser.statement.update.UpdateSet;

/** A parsed statement, taken apart into the places where rows are chosen. */
final class StatementTree {

  /** Where a choice of rows stands. */
  enum Place {
    TOP,
    WITH,
    DERIVED,
    SUBQUERY,
    WRITE
  }

  /**
   * Something rows come from.
   *
   * @param alias in lower case; empty when it has none
   * @param table null of anything but a table: a subquery, a function, a name of the WITH
   * @param facts null when the catalogue doesn't know it
   */
  record Source(String alias, net.sf.jsqlparser.schema.Table table, Table facts, FromItem item) {}

  /**
   * One choice of rows.
   *
   * @param select null of UPDATE and DELETE
   * @param conditions what must hold of a row: the AND-ed parts of WHERE and of joins
   * @param within the choices of its subqueries
   */
  record Scope(
      Place place,
      Select whole,
      PlainSelect select,
      List<Source> sources,
      List<Expression> conditions,
      List<Scope> within) {

    /** The source of a column, or null when that isn't plain. */
    Source of(Column column) {
      String qualifier = qualifier(column);
      String name = name(column);
      if (qualifier != null) {
        return sources.stream().filter(s -> s.alias().equals(qualifier)).findFirst().orElse(null);
      }
      if (sources.size() == 1) {
        return sources.get(0);
      }
      List<Source> having =
          sources.stream()
              .filter(s -> s.facts() == null || s.facts().columns().containsKey(name))
              .toList();
      return having.size() == 1 && having.get(0).facts() != null ? having.get(0) : null;
    }

    /** What the catalogue says of the column, or null. */
    SchemaFacts.Column facts(Column column) {
      Source source = of(column);
      return source == null || source.facts() == null
          ? null
          : source.facts().columns().get(name(column));
    }
  }

  private static final Pattern NOTHING_NAMED = Pattern.compile("(?i)\\bselect\\s+from\\b");

  private final SchemaFacts schema;
  private final List<Scope> scopes = new ArrayList<>();
  private final Statement root;

  private StatementTree(Statement root, SchemaFacts schema) {
    this.root = root;
    this.schema = schema;
  }

  Statement root() {
    return root;
  }

  List<Scope> scopes() {
    return scopes;
  }

  /**
   * Reads a single statement.
   *
   * @return null when the parser doesn't understand it
   */
  static StatementTree of(String sql, SchemaFacts schema) {
    Statement root = parsed(sql, false);
    if (root == null) {
      root = parsed(sql, true);
    }
    if (root == null) {
      return null;
    }
    StatementTree tree = new StatementTree(root, schema);
    tree.statement(root);
    return tree;
  }

  private static Statement parsed(String sql, boolean complex) {
    try {
      // PostgreSQL lets EXISTS (SELECT FROM …) name nothing; the parser wants something.
      String named = NOTHING_NAMED.matcher(sql).replaceAll("SELECT 1 FROM");
      // The parser itself, not its convenience class, which starts a thread for each statement.
      return new CCJSqlParser(named).withAllowComplexParsing(complex).Statement();
    } catch (ParseException | TokenMgrException e) {
      return null;
    }
  }

  private void statement(Statement statement) {
    if (statement instanceof Select select) {
      select(select, Place.TOP, null, Set.of());
    } else if (statement instanceof Insert insert) {
      Set<String> names = with(insert.getWithItemsList(), Set.of());
      if (insert.getSelect() != null) {
        select(insert.getSelect(), Place.WRITE, null, names);
      }
    } else if (statement instanceof Update update) {
      update(update, Set.of());
    } else if (statement instanceof Delete delete) {
      delete(delete, Set.of());
    }
  }

  private void update(Update update, Set<String> outerNames) {
    Set<String> names = with(update.getWithItemsList(), outerNames);
    List<Expression> conditions = new ArrayList<>();
    List<Source> sources = new ArrayList<>();
    sources.add(source(update.getTable(), names));
    Scope scope = new Scope(Place.WRITE, null, null, sources, conditions, new ArrayList<>());
    from(update.getFromItem(), update.getJoins(), scope, names);
    split(update.getWhere(), conditions);
    scopes.add(scope);
    subqueries(update.getWhere(), scope, names);
    if (update.getUpdateSets() != null) {
      for (UpdateSet set : update.getUpdateSets()) {
        set.getValues().forEach(v -> subqueries(v, scope, names));
      }
    }
  }

  private void delete(Delete delete, Set<String> outerNames) {
    Set<String> names = with(delete.getWithItemsList(), outerNames);
    List<Expression> conditions = new ArrayList<>();
    List<Source> sources = new ArrayList<>();
    sources.add(source(delete.getTable(), names));
    if (delete.getUsingList() != null) {
      delete.getUsingList().forEach(t -> sources.add(source(t, names)));
    }
    split(delete.getWhere(), conditions);
    Scope scope = new Scope(Place.WRITE, null, null, sources, conditions, new ArrayList<>());
    scopes.add(scope);
    subqueries(delete.getWhere(), scope, names);
  }

  private Set<String> with(List<WithItem<?>> items, Set<String> outer) {
    if (items == null || items.isEmpty()) {
      return outer;
    }
    Set<String> names = new HashSet<>(outer);
    for (WithItem<?> item : items) {
      names.add(unquoted(item.getAliasName()));
    }
    for (WithItem<?> item : items) {
      ParenthesedStatement part = item.getParenthesedStatement();
      if (part instanceof ParenthesedSelect select) {
        select(select.getSelect(), Place.WITH, null, names);
      } else if (part instanceof Update update) {
        update(update, names);
      } else if (part instanceof Delete delete) {
        delete(delete, names);
      } else if (part instanceof Insert insert && insert.getSelect() != null) {
        select(insert.getSelect(), Place.WRITE, null, with(insert.getWithItemsList(), names));
      }
    }
    return names;
  }

  private void select(Select select, Place place, Scope outer, Set<String> outerNames) {
    Set<String> names = with(select.getWithItemsList(), outerNames);
    if (select instanceof ParenthesedSelect inner) {
      select(inner.getSelect(), place, outer, names);
    } else if (select instanceof SetOperationList list) {
      list.getSelects().forEach(s -> select(s, place, outer, names));
    } else if (select instanceof PlainSelect plain) {
      List<Expression> conditions = new ArrayList<>();
      Scope scope =
          new Scope(place, select, plain, new ArrayList<>(), conditions, new ArrayList<>());
      from(plain.getFromItem(), plain.getJoins(), scope, names);
      split(plain.getWhere(), conditions);
      scopes.add(scope);
      if (outer != null) {
        outer.within().add(scope);
      }
      plain.getSelectItems().forEach(i -> subqueries(i.getExpression(), scope, names));
      subqueries(plain.getWhere(), scope, names);
      subqueries(plain.getHaving(), scope, names);
    }
  }

  private void from(FromItem first, List<Join> joins, Scope scope, Set<String> names) {
    if (first != null) {
      item(first, scope, names);
    }
    if (joins != null) {
      for (Join join : joins) {
        item(join.getFromItem(), scope, names);
        Collection<Expression> on = join.getOnExpressions();
        if (on != null) {
          for (Expression condition : on) {
            split(condition, scope.conditions());
            subqueries(condition, scope, names);
          }
        }
      }
    }
  }

  private void item(FromItem item, Scope scope, Set<String> names) {
    if (item instanceof net.sf.jsqlparser.schema.Table table) {
      scope.sources().add(source(table, names));
    } else if (item instanceof ParenthesedFromItem group) {
      from(group.getFromItem(), group.getJoins(), scope, names);
    } else {
      scope.sources().add(new Source(alias(item), null, null, item));
      if (item instanceof ParenthesedSelect derived) {
        select(derived.getSelect(), Place.DERIVED, scope, names);
      }
    }
  }

  private Source source(net.sf.jsqlparser.schema.Table table, Set<String> names) {
    String name = unquoted(table.getName());
    boolean ofWith = table.getSchemaName() == null && names.contains(name);
    String alias = table.getAlias() == null ? name : alias(table);
    if (ofWith) {
      return new Source(alias, null, null, table);
    }
    return new Source(alias, table, schema.table(schemaName(table), name), table);
  }

  private static String schemaName(net.sf.jsqlparser.schema.Table table) {
    return table.getSchemaName() == null ? null : unquoted(table.getSchemaName());
  }

  private static String alias(FromItem item) {
    return item.getAlias() == null ? "" : unquoted(item.getAlias().getName());
  }

  private void subqueries(Expression expression, Scope scope, Set<String> names) {
    if (expression == null) {
      return;
    }
    for (Select select : new Selects().in(expression)) {
      select(select, Place.SUBQUERY, scope, names);
    }
  }

  /** Subqueries directly within an expression. */
  private static final class Selects extends ExpressionVisitorAdapter<Void> {

    private final List<Select> found = new ArrayList<>();

    List<Select> in(Expression expression) {
      expression.accept(this, null);
      return found;
    }

    @Override
    public <S> Void visit(ParenthesedSelect select, S context) {
      found.add(select);
      return null;
    }

    @Override
    public <S> Void visit(Select select, S context) {
      found.add(select);
      return null;
    }

    @Override
    public <S> Void visit(AnyComparisonExpression any, S context) {
      if (any.getSelect() != null) {
        found.add(any.getSelect());
      }
      return null;
    }

    @Override
    public <S> Void visit(InExpression in, S context) {
      in.getLeftExpression().accept(this, context);
      in.getRightExpression().accept(this, context);
      return null;
    }
  }

  /** Splits what is AND-ed into its parts. */
  static void split(Expression expression, List<Expression> into) {
    if (expression == null) {
      return;
    }
    Expression plain = plain(expression);
    if (plain instanceof AndExpression and) {
      split(and.getLeftExpression(), into);
      split(and.getRightExpression(), into);
    } else {
      into.add(plain);
    }
  }

  /** Splits what is OR-ed into its parts. */
  static List<Expression> alternatives(Expression expression) {
    Expression plain = plain(expression);
    if (plain instanceof OrExpression or) {
      List<Expression> found = new ArrayList<>(alternatives(or.getLeftExpression()));
      found.addAll(alternatives(or.getRightExpression()));
      return found;
    }
    return List.of(plain);
  }

  /** Without parentheses around it. */
  static Expression plain(Expression expression) {
    Expression now = expression;
    while (now instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
      now = list.get(0);
    }
    return now;
  }

  /** Columns within an expression, those of its subqueries left out. */
  static List<Column> columns(Expression expression) {
    List<Column> found = new ArrayList<>();
    expression.accept(
        new ExpressionVisitorAdapter<Void>() {
          @Override
          public <S> Void visit(Column column, S context) {
            found.add(column);
            return null;
          }

          @Override
          public <S> Void visit(ParenthesedSelect select, S context) {
            return null;
          }

          @Override
          public <S> Void visit(Select select, S context) {
            return null;
          }

          @Override
          public <S> Void visit(AnyComparisonExpression any, S context) {
            return null;
          }
        },
        null);
    return found;
  }

  static String name(Column column) {
    return unquoted(column.getColumnName());
  }

  static String qualifier(Column column) {
    return column.getTable() == null || column.getTable().getName() == null
        ? null
        : unquoted(column.getTable().getName());
  }

  /** As PostgreSQL stores a name. */
  static String unquoted(String name) {
    if (name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")) {
      return name.substring(1, name.length() - 1);
    }
    return name.toLowerCase(Locale.ROOT);
  }
}
