package io.tola.performance.domain;

import io.tola.performance.api.IndexAdvice.KeyColumn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.expression.Alias;
import net.sf.jsqlparser.expression.AnyComparisonExpression;
import net.sf.jsqlparser.expression.BooleanValue;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.DoubleValue;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.ExpressionVisitorAdapter;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.JdbcParameter;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.NotExpression;
import net.sf.jsqlparser.expression.SignedExpression;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.conditional.OrExpression;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.ComparisonOperator;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.GreaterThan;
import net.sf.jsqlparser.expression.operators.relational.GreaterThanEquals;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.IsBooleanExpression;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.expression.operators.relational.MinorThan;
import net.sf.jsqlparser.expression.operators.relational.MinorThanEquals;
import net.sf.jsqlparser.expression.operators.relational.NotEqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.schema.Table;
import net.sf.jsqlparser.statement.ParenthesedStatement;
import net.sf.jsqlparser.statement.ReturningClause;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.delete.ParenthesedDelete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.insert.ParenthesedInsert;
import net.sf.jsqlparser.statement.merge.Merge;
import net.sf.jsqlparser.statement.select.AllColumns;
import net.sf.jsqlparser.statement.select.AllTableColumns;
import net.sf.jsqlparser.statement.select.FromItem;
import net.sf.jsqlparser.statement.select.Join;
import net.sf.jsqlparser.statement.select.OrderByElement;
import net.sf.jsqlparser.statement.select.ParenthesedFromItem;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.SelectItem;
import net.sf.jsqlparser.statement.select.SetOperationList;
import net.sf.jsqlparser.statement.select.TableFunction;
import net.sf.jsqlparser.statement.select.WithItem;
import net.sf.jsqlparser.statement.update.ParenthesedUpdate;
import net.sf.jsqlparser.statement.update.Update;
import net.sf.jsqlparser.statement.update.UpdateSet;

/**
 * Reads from a statement what it wants of which table: columns compared for equality, by range, with
 * another table, sorted or grouped by, or only read. Names are resolved as PostgreSQL does it: by
 * the search path, inner scopes before outer ones; views are read through. What can't be resolved
 * (a function's rows, a CTE's computed column) wants nothing.
 *
 * <p>One reader reads one statement.
 */
public final class StatementReader {

  /** Where names of tables lead. */
  public interface Catalogue {

    /**
     * @param schema null when the statement doesn't say
     * @return null when there is none
     */
    CandidateTable table(String schema, String name);
  }

  /** A statement that couldn't be read; the message says why. */
  public static final class Unread extends Exception {
    private static final long serialVersionUID = 1L;

    Unread(String reason) {
      super(reason, null, false, false);
    }
  }

  private static final int DEEPEST_VIEW = 8;
  private static final Pattern EMPTY_SELECT =
      Pattern.compile("\\bselect\\s+from\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern CONFLICT =
      Pattern.compile("\\bon\\s+conflict\\b.*", Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern CONFLICT_SET =
      Pattern.compile(
          "\\bdo\\s+update\\s+set\\s+(.*?)(\\bwhere\\b.*|\\breturning\\b.*)?$",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern ASSIGNED = Pattern.compile("(?:^|,)\\s*\"?(\\w+)\"?\\s*=");

  private final Catalogue catalogue;
  private final List<IndexNeed> needs = new ArrayList<>();
  private final Map<Long, Set<String>> sets = new HashMap<>();
  private int views;

  private StatementReader(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** What a statement wants. */
  public record Read(List<IndexNeed> needs, Map<Long, Set<String>> sets) {}

  /**
   * Reads it.
   *
   * @param sql as PREPARE would take it
   */
  public static Read read(String sql, Catalogue catalogue) throws Unread {
    StatementReader reader = new StatementReader(catalogue);
    reader.statement(parse(reader, sql), null, new HashMap<>());
    return new Read(reader.needs, reader.sets);
  }

  private static Statement parse(StatementReader reader, String sql) throws Unread {
    String text = EMPTY_SELECT.matcher(sql).replaceAll("select 1 from");
    try {
      return CCJSqlParserUtil.parse(text);
    } catch (JSQLParserException e) {
      // The parser takes ON CONFLICT after a join's condition for another condition.
      Matcher conflict = CONFLICT.matcher(text);
      if (conflict.find()) {
        try {
          Statement cut = CCJSqlParserUtil.parse(text.substring(0, conflict.start()));
          if (cut instanceof Insert insert) {
            Matcher set = CONFLICT_SET.matcher(conflict.group());
            if (set.find()) {
              Set<String> columns = new LinkedHashSet<>();
              ASSIGNED.matcher(set.group(1)).results().forEach(m -> columns.add(m.group(1)));
              reader.changes(insert.getTable(), columns);
            }
            return cut;
          }
        } catch (JSQLParserException again) {
          throw new Unread(reason(again));
        }
      }
      throw new Unread(reason(e));
    } catch (RuntimeException | Error e) {
      if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
        throw e;
      }
      // The parser's lexer refuses some characters with an Error.
      throw new Unread(reason(e));
    }
  }

  private static String reason(Throwable e) {
    String message = String.valueOf(e.getMessage()).strip();
    int line = message.indexOf('\n');
    String first = (line < 0 ? message : message.substring(0, line)).strip();
    return "The parser doesn't understand it: "
        + first.replace("net.sf.jsqlparser.parser.ParseException: ", "");
  }

  // Scopes

  private record Ref(IndexNeed need, String column) {}

  /** A place in FROM: a table, or something whose columns lead to tables'. */
  private sealed interface Source permits Base, Derived {}

  private record Base(IndexNeed need) implements Source {}

  private record Derived(Map<String, List<Ref>> columns) implements Source {}

  private static final Derived UNKNOWN = new Derived(Map.of());

  private static final class Scope {
    final Scope outer;
    final Map<String, Source> sources = new LinkedHashMap<>();
    int unnamed;

    Scope(Scope outer) {
      this.outer = outer;
    }

    void add(String name, Source source) {
      sources.put(name == null ? "\0" + unnamed++ : name, source);
    }
  }

  private static String name(String written) {
    return written == null
        ? null
        : written.startsWith("\"") && written.length() > 1
            ? written.substring(1, written.length() - 1).replace("\"\"", "\"")
            : written.toLowerCase(Locale.ROOT);
  }

  private static List<Ref> resolve(Column column, Scope scope) {
    String name = name(column.getColumnName());
    Table table = column.getTable();
    String of =
        table == null || table.getName() == null || table.getName().isEmpty()
            ? null
            : name(table.getName());
    for (Scope s = scope; s != null; s = s.outer) {
      if (of != null) {
        Source source = s.sources.get(of);
        if (source != null) {
          return in(source, name);
        }
      } else {
        for (Source source : s.sources.values()) {
          List<Ref> found = in(source, name);
          if (!found.isEmpty()) {
            return found;
          }
        }
      }
    }
    return List.of();
  }

  private static List<Ref> in(Source source, String column) {
    if (source instanceof Base base) {
      return base.need().table().columns().containsKey(column)
          ? List.of(new Ref(base.need(), column))
          : List.of();
    }
    return ((Derived) source).columns().getOrDefault(column, List.of());
  }

  // Statements

  private Derived statement(Statement statement, Scope outer, Map<String, Derived> ctes)
      throws Unread {
    if (statement instanceof Select select) {
      return select(select, outer, ctes);
    }
    if (statement instanceof Update update) {
      Map<String, Derived> known = with(update.getWithItemsList(), outer, ctes);
      Scope scope = new Scope(outer);
      from(update.getTable(), scope, known);
      joins(update.getStartJoins(), scope, known);
      if (update.getFromItem() != null) {
        from(update.getFromItem(), scope, known);
      }
      joins(update.getJoins(), scope, known);
      Set<String> columns = new LinkedHashSet<>();
      for (UpdateSet set : list(update.getUpdateSets())) {
        set.getColumns().forEach(c -> columns.add(name(c.getColumnName())));
        for (Expression value : expressions(set.getValues())) {
          collect(value, scope, known);
        }
      }
      changes(update.getTable(), columns);
      where(update.getWhere(), scope, known);
      return returned(update.getReturningClause(), scope, known);
    }
    if (statement instanceof Delete delete) {
      Map<String, Derived> known = with(delete.getWithItemsList(), outer, ctes);
      Scope scope = new Scope(outer);
      from(delete.getTable(), scope, known);
      for (Table table : list(delete.getUsingList())) {
        from(table, scope, known);
      }
      joins(delete.getJoins(), scope, known);
      where(delete.getWhere(), scope, known);
      return returned(delete.getReturningClause(), scope, known);
    }
    if (statement instanceof Insert insert) {
      Map<String, Derived> known = with(insert.getWithItemsList(), outer, ctes);
      if (insert.getSelect() != null) {
        select(insert.getSelect(), outer, known);
      }
      if (insert.getConflictAction() != null) {
        Set<String> columns = new LinkedHashSet<>();
        for (UpdateSet set : list(insert.getConflictAction().getUpdateSets())) {
          set.getColumns().forEach(c -> columns.add(name(c.getColumnName())));
        }
        changes(insert.getTable(), columns);
      }
      return UNKNOWN;
    }
    if (statement instanceof Merge merge) {
      Map<String, Derived> known = with(merge.getWithItemsList(), outer, ctes);
      Scope scope = new Scope(outer);
      from(merge.getTable(), scope, known);
      if (merge.getFromItem() != null) {
        from(merge.getFromItem(), scope, known);
      }
      where(merge.getOnCondition(), scope, known);
      if (merge.getMergeUpdate() != null) {
        Set<String> columns = new LinkedHashSet<>();
        for (UpdateSet set : list(merge.getMergeUpdate().getUpdateSets())) {
          set.getColumns().forEach(c -> columns.add(name(c.getColumnName())));
        }
        changes(merge.getTable(), columns);
      }
      return UNKNOWN;
    }
    throw new Unread("It neither reads nor writes rows.");
  }

  private void changes(Table written, Set<String> columns) {
    CandidateTable table = catalogue.table(name(written.getSchemaName()), name(written.getName()));
    if (table != null && !columns.isEmpty()) {
      sets.computeIfAbsent(table.oid(), t -> new HashSet<>()).addAll(columns);
    }
  }

  /** {@code RETURNING} of a changing CTE: by what its readers may name the columns. */
  private Derived returned(ReturningClause returning, Scope scope, Map<String, Derived> ctes)
      throws Unread {
    return returning == null ? UNKNOWN : items(returning, scope, ctes);
  }

  private Map<String, Derived> with(List<WithItem<?>> items, Scope outer, Map<String, Derived> ctes)
      throws Unread {
    if (items == null || items.isEmpty()) {
      return ctes;
    }
    Map<String, Derived> known = new HashMap<>(ctes);
    for (WithItem<?> item : items) {
      String name = name(item.getAliasName());
      // A recursive one that names itself reads nothing new there.
      known.put(name, UNKNOWN);
      ParenthesedStatement body = item.getParenthesedStatement();
      Derived derived = UNKNOWN;
      if (body instanceof ParenthesedSelect select) {
        derived = select(select, outer, known);
      } else if (body instanceof ParenthesedUpdate update) {
        derived = statement(update.getUpdate(), outer, known);
      } else if (body instanceof ParenthesedDelete delete) {
        derived = statement(delete.getDelete(), outer, known);
      } else if (body instanceof ParenthesedInsert insert) {
        derived = statement(insert.getInsert(), outer, known);
      }
      known.put(name, derived);
    }
    return known;
  }

  private Derived select(Select select, Scope outer, Map<String, Derived> ctes) throws Unread {
    Map<String, Derived> known = with(select.getWithItemsList(), outer, ctes);
    if (select instanceof ParenthesedSelect inner) {
      return select(inner.getSelect(), outer, known);
    }
    if (select instanceof SetOperationList operations) {
      Derived first = null;
      for (Select part : operations.getSelects()) {
        Derived derived = select(part, outer, known);
        first = first == null ? derived : both(first, derived);
      }
      return first == null ? UNKNOWN : first;
    }
    if (select instanceof PlainSelect plain) {
      return plain(plain, outer, known);
    }
    return UNKNOWN;
  }

  /** Of a UNION: columns are matched by their place, named by the first. */
  private static Derived both(Derived first, Derived second) {
    Map<String, List<Ref>> together = new LinkedHashMap<>();
    List<List<Ref>> others = new ArrayList<>(second.columns().values());
    int place = 0;
    for (Map.Entry<String, List<Ref>> column : first.columns().entrySet()) {
      List<Ref> refs = new ArrayList<>(column.getValue());
      if (place < others.size()) {
        refs.addAll(others.get(place));
      }
      place++;
      together.put(column.getKey(), refs);
    }
    return new Derived(together);
  }

  private Derived plain(PlainSelect select, Scope outer, Map<String, Derived> ctes) throws Unread {
    Scope scope = new Scope(outer);
    if (select.getFromItem() != null) {
      from(select.getFromItem(), scope, ctes);
    }
    joins(select.getJoins(), scope, ctes);
    where(select.getWhere(), scope, ctes);
    Derived derived = items(list(select.getSelectItems()), scope, ctes);
    Map<String, Expression> named = new HashMap<>();
    for (SelectItem<?> item : list(select.getSelectItems())) {
      if (item.getAlias() != null) {
        named.put(name(item.getAlias().getName()), item.getExpression());
      }
    }
    if (select.getGroupBy() != null && select.getGroupBy().getGroupByExpressionList() != null) {
      List<KeyColumn> group = new ArrayList<>();
      IndexNeed of = null;
      for (Object o : select.getGroupBy().getGroupByExpressionList()) {
        Expression e = place((Expression) o, select, named);
        collect(e, scope, ctes);
        List<Ref> refs = e instanceof Column c ? resolve(c, scope) : List.of();
        if (refs.size() == 1 && (of == null || of == refs.get(0).need())) {
          of = refs.get(0).need();
          group.add(new KeyColumn(refs.get(0).column(), false));
        } else {
          of = null;
          group.clear();
          break;
        }
      }
      if (of != null && !group.isEmpty()) {
        of.orders().add(List.copyOf(group));
      }
    }
    if (select.getHaving() != null) {
      collect(select.getHaving(), scope, ctes);
    }
    if (select.getDistinct() != null && list(select.getSelectItems()).size() <= 2) {
      distinct(select, scope);
    }
    order(select, scope, ctes, named);
    return derived;
  }

  private static void distinct(PlainSelect select, Scope scope) {
    List<KeyColumn> keys = new ArrayList<>();
    IndexNeed of = null;
    for (SelectItem<?> item : select.getSelectItems()) {
      List<Ref> refs =
          item.getExpression() instanceof Column c ? resolve(c, scope) : List.<Ref>of();
      if (refs.size() != 1 || of != null && of != refs.get(0).need()) {
        return;
      }
      of = refs.get(0).need();
      keys.add(new KeyColumn(refs.get(0).column(), false));
    }
    if (of != null) {
      of.orders().add(List.copyOf(keys));
    }
  }

  /** {@code ORDER BY 1} and {@code ORDER BY alias} mean what stands in the list. */
  private static Expression place(Expression e, PlainSelect select, Map<String, Expression> named) {
    if (e instanceof LongValue number) {
      List<SelectItem<?>> items = list(select.getSelectItems());
      long place = number.getValue();
      return place >= 1 && place <= items.size() ? items.get((int) place - 1).getExpression() : e;
    }
    if (e instanceof Column c
        && (c.getTable() == null || c.getTable().getName() == null)
        && named.containsKey(name(c.getColumnName()))) {
      return named.get(name(c.getColumnName()));
    }
    return e;
  }

  private void order(
      PlainSelect select, Scope scope, Map<String, Derived> ctes, Map<String, Expression> named)
      throws Unread {
    List<KeyColumn> order = new ArrayList<>();
    IndexNeed of = null;
    boolean going = true;
    for (OrderByElement element : list(select.getOrderByElements())) {
      Expression e = place(element.getExpression(), select, named);
      collect(e, scope, ctes);
      List<Ref> refs = e instanceof Column c ? resolve(c, scope) : List.of();
      boolean descending = !element.isAsc();
      // Nulls elsewhere than by default would need an index of their own kind.
      boolean odd =
          element.getNullOrdering() != null
              && (element.getNullOrdering() == OrderByElement.NullOrdering.NULLS_FIRST)
                  != descending;
      going &= refs.size() == 1 && !odd && (of == null || of == refs.get(0).need());
      if (going) {
        of = refs.get(0).need();
        order.add(new KeyColumn(refs.get(0).column(), descending));
      }
    }
    if (of != null) {
      of.orders().add(List.copyOf(order));
    }
  }

  private Derived items(
      Collection<? extends SelectItem<?>> items, Scope scope, Map<String, Derived> ctes)
      throws Unread {
    Map<String, List<Ref>> columns = new LinkedHashMap<>();
    int unnamed = 0;
    for (SelectItem<?> item : items) {
      Expression e = item.getExpression();
      if (e instanceof AllTableColumns all) {
        Source source = scope.sources.get(name(all.getTable().getName()));
        if (source != null) {
          everything(source, columns);
        }
      } else if (e instanceof AllColumns) {
        scope.sources.values().forEach(s -> everything(s, columns));
      } else {
        collect(e, scope, ctes);
        List<Ref> refs = e instanceof Column c ? resolve(c, scope) : List.of();
        String name =
            item.getAlias() != null
                ? name(item.getAlias().getName())
                : e instanceof Column c ? name(c.getColumnName()) : "\0" + unnamed++;
        columns.put(name, refs);
      }
    }
    return new Derived(columns);
  }

  private static void everything(Source source, Map<String, List<Ref>> columns) {
    if (source instanceof Base base) {
      base.need().wantsAll();
      base.need()
          .table()
          .columns()
          .keySet()
          .forEach(c -> columns.put(c, List.of(new Ref(base.need(), c))));
    } else {
      columns.putAll(((Derived) source).columns());
    }
  }

  // FROM

  private void joins(List<Join> joins, Scope scope, Map<String, Derived> ctes) throws Unread {
    for (Join join : list(joins)) {
      List<Source> before = new ArrayList<>(scope.sources.values());
      Source right = from(join.getFromItem(), scope, ctes);
      for (Expression on : list(join.getOnExpressions())) {
        where(on, scope, ctes);
      }
      for (Column column : list(join.getUsingColumns())) {
        String name = name(column.getColumnName());
        in(right, name).forEach(r -> joined(r));
        before.forEach(s -> in(s, name).forEach(r -> joined(r)));
      }
    }
  }

  private static void joined(Ref ref) {
    ref.need().joined().add(ref.column());
    ref.need().read().add(ref.column());
  }

  private Source from(FromItem item, Scope scope, Map<String, Derived> ctes) throws Unread {
    String alias = item.getAlias() == null ? null : name(item.getAlias().getName());
    if (item instanceof Table table) {
      Source source = table(table, ctes);
      scope.add(alias == null ? name(table.getName()) : alias, source);
      return source;
    }
    if (item instanceof ParenthesedFromItem group) {
      Source first = from(group.getFromItem(), scope, ctes);
      joins(group.getJoins(), scope, ctes);
      return first;
    }
    if (item instanceof Select select) {
      // Only LATERAL may look outward; to let every one look resolves nothing wrongly in what runs.
      Derived derived = renamed(select(select, scope, ctes), item.getAlias());
      scope.add(alias, derived);
      return derived;
    }
    if (item instanceof TableFunction function) {
      collect(function.getFunction(), scope, ctes);
    }
    scope.add(alias, UNKNOWN);
    return UNKNOWN;
  }

  private static Derived renamed(Derived derived, Alias alias) {
    if (alias == null || alias.getAliasColumns() == null) {
      return derived;
    }
    Map<String, List<Ref>> columns = new LinkedHashMap<>();
    List<List<Ref>> values = new ArrayList<>(derived.columns().values());
    for (int i = 0; i < alias.getAliasColumns().size() && i < values.size(); i++) {
      columns.put(name(alias.getAliasColumns().get(i).name), values.get(i));
    }
    return new Derived(columns);
  }

  private Source table(Table table, Map<String, Derived> ctes) throws Unread {
    String schema = name(table.getSchemaName());
    String name = name(table.getName());
    if (schema == null && ctes.containsKey(name)) {
      return ctes.get(name);
    }
    CandidateTable found = catalogue.table(schema, name);
    if (found == null) {
      return UNKNOWN;
    }
    if (found.isView()) {
      if (found.definition() == null || views >= DEEPEST_VIEW) {
        return UNKNOWN;
      }
      views++;
      try {
        return statement(
            parse(this, StatementText.bare(found.definition())), null, new HashMap<>());
      } catch (Unread e) {
        throw new Unread("Of the view " + found.quoted() + ": " + e.getMessage());
      } finally {
        views--;
      }
    }
    IndexNeed need = new IndexNeed(found);
    needs.add(need);
    return new Base(need);
  }

  // Conditions

  private void where(Expression condition, Scope scope, Map<String, Derived> ctes) throws Unread {
    if (condition != null) {
      condition(condition, scope);
      collect(condition, scope, ctes);
    }
  }

  private void condition(Expression e, Scope scope) {
    if (e instanceof AndExpression and) {
      condition(and.getLeftExpression(), scope);
      condition(and.getRightExpression(), scope);
    } else if (e instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
      condition(list.get(0), scope);
    } else if (e instanceof OrExpression or) {
      branch(or.getLeftExpression(), scope);
      branch(or.getRightExpression(), scope);
    } else if (e instanceof EqualsTo equals) {
      equality(equals.getLeftExpression(), equals.getRightExpression(), scope);
    } else if (e instanceof NotEqualsTo not) {
      for (Ref ref : refs(not.getLeftExpression(), scope)) {
        if (literal(not.getRightExpression())) {
          fix(ref, " <> " + not.getRightExpression(), false);
        }
      }
    } else if (e instanceof GreaterThan
        || e instanceof GreaterThanEquals
        || e instanceof MinorThan
        || e instanceof MinorThanEquals) {
      comparison((ComparisonOperator) e, scope);
    } else if (e instanceof Between between && !between.isNot()) {
      for (Ref ref : refs(between.getLeftExpression(), scope)) {
        ref.need().bound(ref.column());
        ref.need().bound(ref.column());
      }
    } else if (e instanceof InExpression in && !in.isNot()) {
      in(in, scope);
    } else if (e instanceof IsNullExpression isNull) {
      for (Ref ref : refs(isNull.getLeftExpression(), scope)) {
        fix(ref, isNull.isNot() ? " IS NOT NULL" : " IS NULL", !isNull.isNot());
        if (!isNull.isNot()) {
          ref.need().equal().add(ref.column());
        }
      }
    } else if (e instanceof IsBooleanExpression is) {
      refs(is.getLeftExpression(), scope)
          .forEach(
              r ->
                  fix(
                      r,
                      " IS " + (is.isNot() ? "NOT " : "") + (is.isTrue() ? "TRUE" : "FALSE"),
                      true));
    } else if (e instanceof Column column) {
      refs(column, scope).forEach(r -> truth(r, true));
    } else if (e instanceof NotExpression not && not.getExpression() instanceof Column column) {
      refs(column, scope).forEach(r -> truth(r, false));
    }
  }

  private static void truth(Ref ref, boolean is) {
    if (ref.need().table().columns().get(ref.column()).bool()) {
      String quoted = ref.need().table().columns().get(ref.column()).quoted();
      String sql = is ? quoted : "NOT " + quoted;
      ref.need().fixed().put(sql, new CandidatePredicate(ref.column(), sql, true));
      ref.need().equal().add(ref.column());
    }
  }

  private static void fix(Ref ref, String rest, boolean settles) {
    String sql = ref.need().table().columns().get(ref.column()).quoted() + rest;
    ref.need().fixed().put(sql, new CandidatePredicate(ref.column(), sql, settles));
  }

  /** Of an OR every branch needs an index of its own. */
  private void branch(Expression e, Scope scope) {
    if (e instanceof OrExpression or) {
      branch(or.getLeftExpression(), scope);
      branch(or.getRightExpression(), scope);
    } else if (e instanceof AndExpression and) {
      branch(and.getLeftExpression(), scope);
      branch(and.getRightExpression(), scope);
    } else if (e instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
      branch(list.get(0), scope);
    } else if (e instanceof EqualsTo
        || e instanceof GreaterThan
        || e instanceof GreaterThanEquals
        || e instanceof MinorThan
        || e instanceof MinorThanEquals) {
      ComparisonOperator comparison = (ComparisonOperator) e;
      refs(comparison.getLeftExpression(), scope).forEach(r -> r.need().alone().add(r.column()));
      refs(comparison.getRightExpression(), scope).forEach(r -> r.need().alone().add(r.column()));
    } else if (e instanceof InExpression in && !in.isNot()) {
      refs(in.getLeftExpression(), scope).forEach(r -> r.need().alone().add(r.column()));
    }
  }

  private void equality(Expression left, Expression right, Scope scope) {
    if (left instanceof ParenthesedExpressionList<?> l
        && right instanceof ParenthesedExpressionList<?> r
        && l.size() == r.size()
        && l.size() > 1) {
      for (int i = 0; i < l.size(); i++) {
        equality(l.get(i), r.get(i), scope);
      }
      return;
    }
    oneSide(left, right, scope);
    oneSide(right, left, scope);
  }

  private void oneSide(Expression column, Expression other, Scope scope) {
    for (Ref ref : refs(column, scope)) {
      Set<IndexNeed> others = needsOf(other, scope);
      if (others.contains(ref.need())) {
        continue;
      }
      if (others.isEmpty()) {
        ref.need().equal().add(ref.column());
        if (literal(other)) {
          fix(ref, " = " + other, true);
        } else if (other instanceof JdbcParameter unknown && unknown.getIndex() != null) {
          ref.need().compared().put(ref.column(), unknown.getIndex());
        }
      } else {
        ref.need().joined().add(ref.column());
      }
    }
  }

  private void comparison(ComparisonOperator e, Scope scope) {
    Expression left = e.getLeftExpression();
    Expression right = e.getRightExpression();
    if (left instanceof ParenthesedExpressionList<?> l && l.size() > 1) {
      // Paging by key: (a, b) > ($1, $2) wants the order a, b.
      List<KeyColumn> order = new ArrayList<>();
      IndexNeed of = null;
      for (Expression part : l) {
        List<Ref> refs = refs(part, scope);
        if (refs.size() != 1 || of != null && of != refs.get(0).need()) {
          return;
        }
        of = refs.get(0).need();
        order.add(new KeyColumn(refs.get(0).column(), false));
      }
      of.bound(order.get(0).column());
      of.orders().add(List.copyOf(order));
      return;
    }
    for (Ref ref : refs(left, scope)) {
      if (!needsOf(right, scope).contains(ref.need())) {
        ref.need().bound(ref.column());
        if (literal(right)) {
          fix(ref, " " + e.getStringExpression() + " " + right, false);
        }
      }
    }
    for (Ref ref : refs(right, scope)) {
      if (!needsOf(left, scope).contains(ref.need())) {
        ref.need().bound(ref.column());
      }
    }
  }

  private void in(InExpression in, Scope scope) {
    Expression left = in.getLeftExpression();
    Expression right = in.getRightExpression();
    if (left instanceof ParenthesedExpressionList<?> row && row.size() > 1) {
      for (Expression part : row) {
        refs(part, scope).forEach(r -> r.need().equal().add(r.column()));
      }
      return;
    }
    for (Ref ref : refs(left, scope)) {
      if (right instanceof Select) {
        ref.need().joined().add(ref.column());
      } else {
        ref.need().equal().add(ref.column());
        if (right instanceof ExpressionList<?> values
            && !values.isEmpty()
            && values.stream().allMatch(StatementReader::literal)) {
          fix(
              ref,
              values.stream().map(Object::toString).collect(Collectors.joining(", ", " IN (", ")")),
              false);
        }
      }
    }
  }

  private static List<Ref> refs(Expression e, Scope scope) {
    if (e instanceof ParenthesedExpressionList<?> list && list.size() == 1) {
      return refs(list.get(0), scope);
    }
    return e instanceof Column column ? resolve(column, scope) : List.of();
  }

  private static boolean literal(Expression e) {
    if (e instanceof CastExpression cast) {
      return literal(cast.getLeftExpression());
    }
    if (e instanceof SignedExpression signed) {
      return literal(signed.getExpression());
    }
    return e instanceof StringValue
        || e instanceof LongValue
        || e instanceof DoubleValue
        || e instanceof BooleanValue;
  }

  /** The tables of this and of the outer scopes that an expression rests on. */
  private static Set<IndexNeed> needsOf(Expression e, Scope scope) {
    Set<IndexNeed> found = new HashSet<>();
    e.accept(
        new ExpressionVisitorAdapter<Void>() {
          @Override
          public <S> Void visit(Column column, S context) {
            resolve(column, scope).forEach(r -> found.add(r.need()));
            return null;
          }
        },
        null);
    return found;
  }

  /** Notes every column that is named, and reads the selects within. */
  private void collect(Expression e, Scope scope, Map<String, Derived> ctes) throws Unread {
    List<Select> within = new ArrayList<>();
    List<Select> memberships = new ArrayList<>();
    e.accept(
        new ExpressionVisitorAdapter<Void>() {
          @Override
          public <S> Void visit(Column column, S context) {
            resolve(column, scope).forEach(r -> r.need().read().add(r.column()));
            return null;
          }

          @Override
          public <S> Void visit(Function function, S context) {
            String name = String.valueOf(function.getName()).toLowerCase(Locale.ROOT);
            if ((name.equals("min") || name.equals("max"))
                && function.getParameters() != null
                && function.getParameters().size() == 1
                && function.getParameters().get(0) instanceof Column column) {
              resolve(column, scope)
                  .forEach(r -> r.need().orders().add(List.of(new KeyColumn(r.column(), false))));
            }
            return super.visit(function, context);
          }

          @Override
          public <S> Void visit(InExpression in, S context) {
            if (!in.isNot() && in.getRightExpression() instanceof Select select) {
              memberships.add(select);
            }
            return super.visit(in, context);
          }

          @Override
          public <S> Void visit(ParenthesedSelect select, S context) {
            within.add(select);
            return null;
          }

          @Override
          public <S> Void visit(Select select, S context) {
            within.add(select);
            return null;
          }

          @Override
          public <S> Void visit(AnyComparisonExpression any, S context) {
            if (any.getSelect() != null) {
              within.add(any.getSelect());
            }
            return null;
          }

          @Override
          public <S> Void visit(AllColumns all, S context) {
            return null;
          }

          @Override
          public <S> Void visit(AllTableColumns all, S context) {
            return null;
          }
        },
        null);
    for (Select select : within) {
      Derived derived = select(select, scope, ctes);
      if (memberships.stream().anyMatch(m -> m == select)) {
        derived.columns().values().forEach(refs -> refs.forEach(StatementReader::joined));
      }
    }
  }

  private static <T> List<T> list(Collection<T> maybe) {
    return maybe == null ? List.of() : new ArrayList<>(maybe);
  }

  @SuppressWarnings("unchecked")
  private static List<Expression> expressions(ExpressionList<?> maybe) {
    return maybe == null ? List.of() : new ArrayList<>((List<Expression>) (List<?>) maybe);
  }
}
