package io.tola.performance.domain;

import io.tola.performance.domain.StatementTree.Place;
import io.tola.performance.domain.StatementTree.Scope;
import io.tola.performance.domain.StatementTree.Source;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import net.sf.jsqlparser.expression.AnyComparisonExpression;
import net.sf.jsqlparser.expression.BinaryExpression;
import net.sf.jsqlparser.expression.CastExpression;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.ExpressionVisitorAdapter;
import net.sf.jsqlparser.expression.ExtractExpression;
import net.sf.jsqlparser.expression.Function;
import net.sf.jsqlparser.expression.JdbcParameter;
import net.sf.jsqlparser.expression.LongValue;
import net.sf.jsqlparser.expression.StringValue;
import net.sf.jsqlparser.expression.operators.arithmetic.Addition;
import net.sf.jsqlparser.expression.operators.arithmetic.Concat;
import net.sf.jsqlparser.expression.operators.arithmetic.Subtraction;
import net.sf.jsqlparser.expression.operators.relational.Between;
import net.sf.jsqlparser.expression.operators.relational.ComparisonOperator;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.GreaterThan;
import net.sf.jsqlparser.expression.operators.relational.GreaterThanEquals;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.IsNullExpression;
import net.sf.jsqlparser.expression.operators.relational.LikeExpression;
import net.sf.jsqlparser.expression.operators.relational.MinorThan;
import net.sf.jsqlparser.expression.operators.relational.MinorThanEquals;
import net.sf.jsqlparser.expression.operators.relational.NotEqualsTo;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.statement.select.AllColumns;
import net.sf.jsqlparser.statement.select.AllTableColumns;
import net.sf.jsqlparser.statement.select.OrderByElement;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.SelectItem;

/**
 * Finds statements that would be better written otherwise. A rule speaks only where the statement,
 * the catalogue and, where there is one, the plan leave no doubt; what it can't see it passes over.
 * What is compared with {@code = ANY} of an array counts as an equality.
 */
public final class RewriteRules {

  /** So many rows a call make a list without LIMIT remarkable. */
  static final long LONG_LIST = 1_000;

  /** A literal OFFSET below this skips a known few rows: no paging. */
  static final long FAR = 100;

  /** Of a table that is known to be smaller, the order of the rows and the way to them cost nothing. */
  static final long SMALL = 1_000;

  private static final String WARNING = "warning";
  private static final String INFO = "info";
  private static final Set<String> AGGREGATES =
      Set.of(
          "count",
          "sum",
          "avg",
          "min",
          "max",
          "array_agg",
          "string_agg",
          "bool_and",
          "bool_or",
          "every",
          "jsonb_agg",
          "json_agg",
          "jsonb_object_agg",
          "json_object_agg",
          "stddev_samp",
          "stddev_pop",
          "stddev",
          "var_samp",
          "var_pop",
          "variance",
          "corr",
          "regr_slope",
          "percentile_cont",
          "percentile_disc",
          "mode",
          "bit_and",
          "bit_or");
  private static final Set<String> WHOLE = Set.of("smallint", "integer", "bigint");
  private static final Set<String> FLOATING = Set.of("Double", "Float", "float8", "float4");

  private static final Pattern LITERAL =
      Pattern.compile("'[^']*+'(?:'[^']*+')*+|(?<![\\w$?.\"])[0-9]+(?:\\.[0-9]+)?\\b");
  private static final Pattern UNIT =
      Pattern.compile(
          "'(?:[0-9]{1,2} )?(?:microsecond|millisecond|second|minute|hour|day|week|month|quarter|year)s?'"
              + "|[0-9]{1,2}");

  private RewriteRules() {}

  /**
   * What is known of a statement besides its text.
   *
   * @param rowsPerCall null when not counted
   * @param parameters as the probe saw them bound, in their order: {@code Long}, {@code
   *     BigDecimal}, {@code uuid[]}, {@code String%} for one that begins with a wildcard; may be
   *     empty
   * @param plan null when there is none
   */
  public record Evidence(BigDecimal rowsPerCall, List<String> parameters, PlanFacts plan) {

    /** Nothing but the text. */
    public static final Evidence NONE = new Evidence(null, List.of(), null);
  }

  /**
   * One finding.
   *
   * @param about what in the statement it is about: a column, a list of columns, a table
   * @param reason why it is slow, or wrong
   * @param advice the rewritten part, or exactly what to do
   */
  public record Finding(String code, String severity, String about, String reason, String advice) {}

  /**
   * All findings of a single statement.
   *
   * @param sql with {@code ?} or {@code $1} for parameters
   * @return null when the parser doesn't understand it
   */
  public static List<Finding> of(String sql, SchemaFacts schema, Evidence evidence) {
    StatementTree tree = StatementTree.of(sql, schema);
    if (tree == null) {
      return null;
    }
    List<Finding> found = new ArrayList<>();
    for (Scope scope : tree.scopes()) {
      if (scope.select() != null) {
        selectStar(scope, found);
        unboundedList(tree, scope, evidence, found);
        offsetPaging(tree, scope, found);
        orderByRandom(scope, found);
        distinctJoin(scope, found);
        expressions(scope.select(), e -> countForExistence(e, found));
      }
      for (Expression condition : scope.conditions()) {
        expressions(condition, e -> countForExistence(e, found));
        leadingWildcard(scope, condition, evidence, found);
        wrappedColumn(scope, condition, evidence, found);
        implicitCast(scope, condition, evidence, found);
        notInNullable(scope, condition, found);
        optionalFilter(scope, condition, evidence, found);
        orAcrossTables(scope, condition, found);
      }
    }
    return List.copyOf(new LinkedHashSet<>(found));
  }

  // SELECT *

  private static void selectStar(Scope scope, List<Finding> found) {
    if (scope.place() != Place.TOP) {
      return;
    }
    for (SelectItem<?> item : scope.select().getSelectItems()) {
      List<Source> of = List.of();
      if (item.getExpression() instanceof AllTableColumns columns) {
        String alias = StatementTree.unquoted(columns.getTable().getName());
        of = scope.sources().stream().filter(s -> s.alias().equals(alias)).toList();
      } else if (item.getExpression() instanceof AllColumns) {
        of = scope.sources();
      }
      if (!of.isEmpty() && of.stream().allMatch(s -> s.table() != null)) {
        String names = of.stream().map(s -> s.table().getName()).collect(Collectors.joining(", "));
        found.add(
            new Finding(
                "select_star",
                INFO,
                names,
                "It reads every column of "
                    + names
                    + ": wide ones are fetched and sent though nobody asked for them, no index"
                    + " alone can answer it, and a new column changes what it returns",
                "Name the columns that are used"
                    + (of.stream().allMatch(s -> s.facts() != null)
                        ? ", of these: SELECT " + columns(of)
                        : "")
                    + "."));
      }
    }
  }

  private static String columns(List<Source> sources) {
    boolean several = sources.size() > 1;
    return sources.stream()
        .flatMap(
            s ->
                s.facts().columns().keySet().stream()
                    .map(c -> several && !s.alias().isEmpty() ? s.alias() + "." + c : c))
        .collect(Collectors.joining(", "));
  }

  // A list without an end

  private static void unboundedList(
      StatementTree tree, Scope scope, Evidence evidence, List<Finding> found) {
    if (scope.place() != Place.TOP
        || tree.root() != scope.whole()
        || evidence.rowsPerCall() == null
        || evidence.rowsPerCall().compareTo(BigDecimal.valueOf(LONG_LIST)) < 0) {
      return;
    }
    PlainSelect select = scope.select();
    boolean limited = select.getLimit() != null || select.getFetch() != null;
    boolean callersChoice =
        scope.conditions().stream().anyMatch(RewriteRules::isOfArray)
            || scope.sources().stream().anyMatch(s -> s.table() == null);
    if (limited || callersChoice || isRange(scope) || scope.sources().isEmpty()) {
      return;
    }
    if (select.getGroupBy() == null
        && select.getSelectItems().stream().anyMatch(i -> hasAggregate(i.getExpression()))) {
      return;
    }
    found.add(
        new Finding(
            "missing_limit",
            INFO,
            scope.sources().get(0).table().getName(),
            "It has no LIMIT and read "
                + evidence.rowsPerCall().stripTrailingZeros().toPlainString()
                + " rows a call; it will read more as the table grows",
            "Page by key: AND (key) > (?) ORDER BY key LIMIT ?; where all rows are really wanted,"
                + " read them with a fetch size."));
  }

  /** Whether a column is bounded from both sides, so that whoever calls chooses how much it is. */
  private static boolean isRange(Scope scope) {
    Set<String> below = new HashSet<>();
    Set<String> above = new HashSet<>();
    for (Expression condition : scope.conditions()) {
      if (condition instanceof Between between
          && between.getLeftExpression() instanceof Column column) {
        below.add(StatementTree.name(column));
        above.add(StatementTree.name(column));
      } else if (condition instanceof BinaryExpression binary
          && binary.getLeftExpression() instanceof Column column) {
        if (condition instanceof GreaterThan || condition instanceof GreaterThanEquals) {
          above.add(StatementTree.name(column));
        } else if (condition instanceof MinorThan || condition instanceof MinorThanEquals) {
          below.add(StatementTree.name(column));
        }
      }
    }
    below.retainAll(above);
    return !below.isEmpty();
  }

  private static boolean hasAggregate(Expression expression) {
    boolean[] has = new boolean[1];
    expressions(
        expression,
        e ->
            has[0] |=
                e instanceof Function f
                    && AGGREGATES.contains(f.getName().toLowerCase(Locale.ROOT)));
    return has[0];
  }

  // LIKE '%…'

  private static void leadingWildcard(
      Scope scope, Expression condition, Evidence evidence, List<Finding> found) {
    for (Expression one : StatementTree.alternatives(condition)) {
      if (one instanceof LikeExpression like
          && !like.isNot()
          && (like.getLikeKeyWord() == LikeExpression.KeyWord.LIKE
              || like.getLikeKeyWord() == LikeExpression.KeyWord.ILIKE)
          && beginsWithWildcard(like.getRightExpression(), evidence)) {
        List<Column> columns = StatementTree.columns(like.getLeftExpression());
        if (columns.size() != 1) {
          continue;
        }
        Column column = columns.get(0);
        Source source = scope.of(column);
        String name = StatementTree.name(column);
        boolean served =
            source == null
                || source.table() == null
                || isSmall(source)
                || source.facts() != null && source.facts().hasTrigrams(name)
                || isFoundOtherwise(scope, source, condition, evidence);
        if (!served) {
          found.add(
              new Finding(
                  "leading_wildcard",
                  WARNING,
                  column.toString(),
                  "A pattern that begins with a wildcard can't use a B-tree on "
                      + column
                      + ": every row is read",
                  "Search from the beginning ("
                      + column
                      + " LIKE ? || '%'), or let trigrams find it: CREATE EXTENSION pg_trgm; CREATE INDEX"
                      + " CONCURRENTLY ON "
                      + source.table().getFullyQualifiedName()
                      + " USING gin ("
                      + name
                      + " gin_trgm_ops)."));
        }
      }
    }
  }

  private static boolean beginsWithWildcard(Expression pattern, Evidence evidence) {
    Expression now = StatementTree.plain(pattern);
    while (now instanceof Concat concat) {
      now = StatementTree.plain(concat.getLeftExpression());
    }
    if (now instanceof CastExpression cast) {
      now = StatementTree.plain(cast.getLeftExpression());
    }
    if (now instanceof StringValue text) {
      return text.getValue().startsWith("%") || text.getValue().startsWith("_");
    }
    return "String%".equals(bound(now, evidence));
  }

  /** What was bound to a parameter, or null. */
  private static String bound(Expression expression, Evidence evidence) {
    if (StatementTree.plain(expression) instanceof JdbcParameter parameter
        && parameter.getIndex() != null
        && parameter.getIndex() >= 1
        && parameter.getIndex() <= evidence.parameters().size()) {
      return evidence.parameters().get(parameter.getIndex() - 1);
    }
    return null;
  }

  // f(column) = ?, column::text = ?

  private static void wrappedColumn(
      Scope scope, Expression condition, Evidence evidence, List<Finding> found) {
    if (condition instanceof ComparisonOperator comparison && !(condition instanceof NotEqualsTo)) {
      wrapped(
          scope,
          condition,
          comparison.getLeftExpression(),
          comparison.getStringExpression(),
          comparison.getRightExpression(),
          evidence,
          found);
      wrapped(
          scope,
          condition,
          comparison.getRightExpression(),
          turned(comparison.getStringExpression()),
          comparison.getLeftExpression(),
          evidence,
          found);
    } else if (condition instanceof Between between && !between.isNot()) {
      wrapped(
          scope,
          condition,
          between.getLeftExpression(),
          "BETWEEN",
          between.getBetweenExpressionStart(),
          evidence,
          found);
    } else if (condition instanceof InExpression in && !in.isNot()) {
      wrapped(
          scope, condition, in.getLeftExpression(), "IN", in.getRightExpression(), evidence, found);
    }
  }

  private static String turned(String operator) {
    return switch (operator) {
      case "<" -> ">";
      case "<=" -> ">=";
      case ">" -> "<";
      case ">=" -> "<=";
      default -> operator;
    };
  }

  private static void wrapped(
      Scope scope,
      Expression condition,
      Expression side,
      String operator,
      Expression other,
      Evidence evidence,
      List<Finding> found) {
    Expression wrapped = StatementTree.plain(side);
    boolean wraps =
        wrapped instanceof Function
            || wrapped instanceof CastExpression
            || wrapped instanceof ExtractExpression
            || wrapped instanceof Addition
            || wrapped instanceof Subtraction;
    if (!wraps || hasAggregate(wrapped)) {
      return;
    }
    List<Column> columns = StatementTree.columns(wrapped);
    if (columns.size() != 1) {
      return;
    }
    Column column = columns.get(0);
    String name = StatementTree.name(column);
    Source source = scope.of(column);
    if (source == null
        || source.facts() == null
        || !source.facts().leads(name)
        || source.facts().hasExpression(unqualified(wrapped, column))
        || isSmall(source)
        || StatementTree.columns(other).stream().anyMatch(c -> source.equals(scope.of(c)))
        || hasSubquery(wrapped)
        || isFoundOtherwise(scope, source, condition, evidence)) {
      return;
    }
    SchemaFacts.Column facts = source.facts().columns().get(name);
    if (facts == null) {
      return;
    }
    if (wrapped instanceof CastExpression cast && isHarmless(facts.type(), type(cast))) {
      return;
    }
    String index =
        "CREATE INDEX CONCURRENTLY ON "
            + source.facts().name()
            + " (("
            + text(unqualified(wrapped, column))
            + "))";
    boolean isCast = wrapped instanceof CastExpression;
    String rewritten = text(rewritten(wrapped, column, facts, operator, other));
    found.add(
        new Finding(
            isCast ? "cast_on_column" : "function_on_column",
            WARNING,
            text(wrapped),
            "An index begins with "
                + column
                + ", but not with "
                + text(wrapped)
                + ", which is worked out for every row instead",
            rewritten == null
                ? "Compare the bare column, or make an index on the expression: " + index + "."
                : "Write " + rewritten + " instead of " + text(condition) + "."));
  }

  /** Casts that the planner sees through: of one kind of text to another, of one length to another. */
  private static boolean isHarmless(String from, String to) {
    return family(from).equals(family(to));
  }

  private static String family(String type) {
    String plain = type.toLowerCase(Locale.ROOT).replaceAll("\\s*\\(.*\\)", "").trim();
    return switch (plain) {
      case "text", "varchar", "character varying" -> "text";
      case "int", "int4", "integer" -> "integer";
      case "int8", "bigint" -> "bigint";
      case "int2", "smallint" -> "smallint";
      case "timestamptz", "timestamp with time zone" -> "timestamptz";
      case "decimal", "numeric" -> "numeric";
      case "bool", "boolean" -> "boolean";
      case "float8", "double precision" -> "float8";
      default -> plain;
    };
  }

  private static String type(CastExpression cast) {
    return cast.getColDataType() == null ? "" : cast.getColDataType().toString();
  }

  /** The same condition on the bare column, or null where that can't be written for sure. */
  private static String rewritten(
      Expression wrapped,
      Column column,
      SchemaFacts.Column facts,
      String operator,
      Expression other) {
    String type = family(facts.type());
    boolean moment = type.equals("timestamptz") || type.equals("timestamp without time zone");
    if (wrapped instanceof CastExpression cast) {
      String to = family(type(cast));
      if (to.equals("date") && moment) {
        return day(column, operator, other.toString());
      }
      boolean exact = to.equals("text") && Set.of("uuid", "bigint", "integer").contains(type);
      return exact && (operator.equals("=") || operator.equals("IN"))
          ? column + " " + operator + " " + other + (operator.equals("IN") ? "" : "::" + type)
          : null;
    }
    if (wrapped instanceof Function function) {
      String name = function.getName().toLowerCase(Locale.ROOT);
      if (name.equals("date") && moment) {
        return day(column, operator, other.toString());
      }
      if (name.equals("date_trunc")
          && moment
          && operator.equals("=")
          && function.getParameters() != null
          && function.getParameters().size() == 2
          && function.getParameters().get(0) instanceof StringValue unit) {
        return column
            + " >= "
            + other
            + " AND "
            + column
            + " < "
            + other
            + " + interval '1 "
            + unit.getValue()
            + "'";
      }
      if (name.equals("coalesce") && operator.equals("=") && facts.notNull()) {
        return column + " = " + other;
      }
      return null;
    }
    if (wrapped instanceof BinaryExpression sum && !operator.equals("IN")) {
      return moved(sum, column, operator, other);
    }
    return null;
  }

  private static String day(Column column, String operator, String other) {
    return switch (operator) {
      case "=" ->
          column + " >= " + other + " AND " + column + " < " + other + " + interval '1 day'";
      case ">=", "<" -> column + " " + operator + " " + other;
      case ">" -> column + " >= " + other + " + interval '1 day'";
      case "<=" -> column + " < " + other + " + interval '1 day'";
      default -> null;
    };
  }

  /** {@code column + x > y} as {@code column > y - x}. */
  private static String moved(
      BinaryExpression sum, Column column, String operator, Expression other) {
    boolean left = StatementTree.plain(sum.getLeftExpression()) == column;
    boolean right = StatementTree.plain(sum.getRightExpression()) == column;
    if (operator.equals("BETWEEN") || !left && !right) {
      return null;
    }
    if (sum instanceof Addition) {
      Expression rest = left ? sum.getRightExpression() : sum.getLeftExpression();
      return column + " " + operator + " " + other + " - " + rest;
    }
    return left
        ? column + " " + operator + " " + other + " + " + sum.getRightExpression()
        : column + " " + turned(operator) + " " + sum.getLeftExpression() + " - " + other;
  }

  private static String unqualified(Expression expression, Column column) {
    String qualifier = column.getTable() == null ? null : column.getTable().getName();
    String text = expression.toString();
    return qualifier == null ? text : text.replace(qualifier + ".", "");
  }

  // bigint = numeric

  private static void implicitCast(
      Scope scope, Expression condition, Evidence evidence, List<Finding> found) {
    if (!(condition instanceof ComparisonOperator comparison) || condition instanceof NotEqualsTo) {
      return;
    }
    implicit(
        scope,
        condition,
        comparison.getLeftExpression(),
        comparison.getRightExpression(),
        evidence,
        found);
    implicit(
        scope,
        condition,
        comparison.getRightExpression(),
        comparison.getLeftExpression(),
        evidence,
        found);
  }

  private static void implicit(
      Scope scope,
      Expression condition,
      Expression side,
      Expression other,
      Evidence evidence,
      List<Finding> found) {
    if (!(StatementTree.plain(side) instanceof Column column)) {
      return;
    }
    SchemaFacts.Column facts = scope.facts(column);
    Source source = scope.of(column);
    if (facts == null
        || !source.facts().leads(StatementTree.name(column))
        || isSmall(source)
        || isFoundOtherwise(scope, source, condition, evidence)) {
      return;
    }
    String type = family(facts.type());
    String with = otherType(scope, other, evidence);
    boolean widens =
        WHOLE.contains(type) && (with.equals("numeric") || with.equals("float8"))
            || type.equals("numeric") && with.equals("float8");
    if (widens) {
      found.add(
          new Finding(
              "implicit_cast",
              WARNING,
              column.toString(),
              column
                  + " is "
                  + type
                  + " and is compared with "
                  + with
                  + ": PostgreSQL casts the column, row by row, and doesn't use the index that begins"
                  + " with it",
              StatementTree.plain(other) instanceof JdbcParameter
                  ? "Bind a "
                      + (WHOLE.contains(type) ? "long (setLong)" : "BigDecimal (setBigDecimal)")
                      + ", or write "
                      + text(condition).replaceFirst("\\?[0-9]*", "?::" + type)
                      + "."
                  : "Cast the other side: " + column + " = (" + text(other) + ")::" + type + "."));
    }
  }

  /** The type of what a column is compared with, where it is known for sure; else empty. */
  private static String otherType(Scope scope, Expression other, Evidence evidence) {
    Expression plain = StatementTree.plain(other);
    if (plain instanceof JdbcParameter) {
      String bound = bound(plain, evidence);
      if (bound == null) {
        return "";
      }
      return bound.equals("BigDecimal") ? "numeric" : FLOATING.contains(bound) ? "float8" : "";
    }
    if (plain instanceof CastExpression cast) {
      return family(type(cast));
    }
    if (plain instanceof Column column) {
      SchemaFacts.Column facts = scope.facts(column);
      return facts == null ? "" : family(facts.type());
    }
    return "";
  }

  // NOT IN (SELECT …)

  private static void notInNullable(Scope scope, Expression condition, List<Finding> found) {
    Expression plain = condition;
    boolean negated = false;
    if (plain instanceof net.sf.jsqlparser.expression.NotExpression not) {
      plain = StatementTree.plain(not.getExpression());
      negated = true;
    }
    if (!(plain instanceof InExpression in)
        || in.isNot() == negated
        || !(in.getRightExpression() instanceof ParenthesedSelect sub)
        || !(sub.getSelect() instanceof PlainSelect inner)
        || inner.getSelectItems().size() != 1
        || !(inner.getSelectItems().get(0).getExpression() instanceof Column column)
        || hasAggregate(column)) {
      return;
    }
    Scope within = inner(scope, inner);
    SchemaFacts.Column facts = within == null ? null : within.facts(column);
    if (facts == null || facts.notNull()) {
      return;
    }
    boolean excluded =
        within.conditions().stream()
            .anyMatch(
                c ->
                    c instanceof IsNullExpression is
                            && is.isNot()
                            && is.getLeftExpression().toString().equals(column.toString())
                        || c instanceof ComparisonOperator o
                            && (o.getLeftExpression().toString().equals(column.toString())
                                || o.getRightExpression().toString().equals(column.toString())));
    if (excluded) {
      return;
    }
    Source source = within.of(column);
    String qualified = source.alias() + "." + StatementTree.name(column);
    found.add(
        new Finding(
            "not_in_nullable",
            WARNING,
            text(in.getLeftExpression()),
            column
                + " may be NULL: one such row and NOT IN is true of nothing; and because of it the"
                + " planner can't make an anti-join of it but searches the list for every row",
            "Write NOT EXISTS (SELECT FROM "
                + text(inner.getFromItem())
                + " WHERE "
                + (inner.getWhere() == null ? "" : text(inner.getWhere()) + " AND ")
                + qualified
                + " = "
                + text(qualified(scope, in.getLeftExpression()))
                + ")."));
  }

  private static String qualified(Scope scope, Expression expression) {
    if (expression instanceof Column column && StatementTree.qualifier(column) == null) {
      Source source = scope.of(column);
      return source == null ? expression.toString() : source.alias() + "." + column;
    }
    return expression.toString();
  }

  // (? IS NULL OR column = ?)

  private static void optionalFilter(
      Scope scope, Expression condition, Evidence evidence, List<Finding> found) {
    List<Expression> alternatives = StatementTree.alternatives(condition);
    if (alternatives.size() != 2) {
      return;
    }
    for (int i = 0; i < 2; i++) {
      if (alternatives.get(i) instanceof IsNullExpression is
          && !is.isNot()
          && isParameter(is.getLeftExpression())
          && alternatives.get(1 - i) instanceof EqualsTo equals) {
        Column column = bare(equals.getLeftExpression());
        if (column == null) {
          column = bare(equals.getRightExpression());
        }
        Source source = column == null ? null : scope.of(column);
        if (source != null
            && source.facts() != null
            && source.facts().leads(StatementTree.name(column))
            && !isSmall(source)
            && !isFoundOtherwise(scope, source, condition, evidence)) {
          found.add(
              new Finding(
                  "optional_filter",
                  WARNING,
                  column.toString(),
                  "A plan that is kept must hold for both cases, so that the index that begins with "
                      + column
                      + " isn't used even when the filter is there",
                  "Make two statements of it: one with "
                      + text(equals)
                      + " and one without, and send the one that fits."));
        }
      }
    }
  }

  private static boolean isParameter(Expression expression) {
    Expression plain = StatementTree.plain(expression);
    if (plain instanceof CastExpression cast) {
      plain = StatementTree.plain(cast.getLeftExpression());
    }
    return plain instanceof JdbcParameter;
  }

  private static Column bare(Expression expression) {
    return StatementTree.plain(expression) instanceof Column column ? column : null;
  }

  // a.x = ? OR b.y = ?

  private static void orAcrossTables(Scope scope, Expression condition, List<Finding> found) {
    List<Expression> alternatives = StatementTree.alternatives(condition);
    if (alternatives.size() < 2) {
      return;
    }
    Set<Source> all = new LinkedHashSet<>();
    for (Expression one : alternatives) {
      Column column =
          one instanceof EqualsTo equals
              ? bare(equals.getLeftExpression()) == null
                  ? bare(equals.getRightExpression())
                  : bare(equals.getLeftExpression())
              : null;
      Source source = column == null ? null : scope.of(column);
      if (source == null
          || source.facts() == null
          || !source.facts().leads(StatementTree.name(column))
          || isSmall(source)
          || StatementTree.columns(one).size() != 1) {
        return;
      }
      all.add(source);
    }
    if (all.size() < 2
        || all.stream().anyMatch(s -> isFoundOtherwise(scope, s, condition, Evidence.NONE))) {
      return;
    }
    String names = all.stream().map(s -> s.table().getName()).collect(Collectors.joining(" and "));
    found.add(
        new Finding(
            "or_across_tables",
            WARNING,
            text(condition),
            "An OR over columns of "
                + names
                + " can only be judged once the tables are joined: neither column's index is used",
            "Make one statement for each side and UNION them: … WHERE "
                + text(alternatives.get(0))
                + " UNION … WHERE "
                + text(alternatives.get(1))
                + "."));
  }

  // (SELECT count(*) …) > 0

  private static void countForExistence(Expression expression, List<Finding> found) {
    if (!(expression instanceof ComparisonOperator comparison)) {
      return;
    }
    String operator = comparison.getStringExpression();
    Expression counted = comparison.getLeftExpression();
    Expression limit = comparison.getRightExpression();
    if (!(counted instanceof ParenthesedSelect)) {
      operator = turned(operator);
      counted = comparison.getRightExpression();
      limit = comparison.getLeftExpression();
    }
    if (!(counted instanceof ParenthesedSelect sub)
        || !(sub.getSelect() instanceof PlainSelect inner)
        || inner.getGroupBy() != null
        || inner.getHaving() != null
        || inner.getFromItem() == null
        || inner.getSelectItems().size() != 1
        || !(inner.getSelectItems().get(0).getExpression() instanceof Function function)
        || !function.getName().equalsIgnoreCase("count")
        || function.isDistinct()
        || !(limit instanceof LongValue number)) {
      return;
    }
    long value = number.getValue();
    boolean exists =
        value == 0 && Set.of(">", "<>", "!=").contains(operator)
            || value == 1 && operator.equals(">=");
    boolean none =
        value == 0 && Set.of("=", "<=").contains(operator) || value == 1 && operator.equals("<");
    if (!exists && !none) {
      return;
    }
    boolean starred =
        function.getParameters() == null
            || function.getParameters().isEmpty()
            || function.getParameters().get(0) instanceof AllColumns
            || function.getParameters().get(0) instanceof LongValue;
    String where = inner.getWhere() == null ? "" : inner.getWhere().toString();
    if (!starred) {
      where += (where.isEmpty() ? "" : " AND ") + function.getParameters().get(0) + " IS NOT NULL";
    }
    String joins =
        inner.getJoins() == null
            ? ""
            : inner.getJoins().stream()
                .map(j -> (j.isSimple() ? ", " : " ") + j)
                .collect(Collectors.joining());
    found.add(
        new Finding(
            "count_for_existence",
            WARNING,
            text(inner.getFromItem()),
            "It counts every row only to know whether there is one",
            "Write "
                + (none ? "NOT EXISTS" : "EXISTS")
                + " (SELECT FROM "
                + text(inner.getFromItem() + joins)
                + (where.isEmpty() ? "" : " WHERE " + text(where))
                + "), which stops at the first."));
  }

  // OFFSET ?

  private static void offsetPaging(StatementTree tree, Scope scope, List<Finding> found) {
    if (scope.place() != Place.TOP || tree.root() != scope.whole()) {
      return;
    }
    PlainSelect select = scope.select();
    Expression offset =
        select.getOffset() != null
            ? select.getOffset().getOffset()
            : select.getLimit() == null ? null : select.getLimit().getOffset();
    boolean known = scope.sources().stream().anyMatch(s -> s.table() != null && !isSmall(s));
    if (offset == null
        || !known
        || !(offset instanceof JdbcParameter
            || offset instanceof LongValue number && number.getValue() >= FAR)) {
      return;
    }
    found.add(
        new Finding(
            "offset_paging",
            WARNING,
            "OFFSET " + text(offset),
            "The rows before the page are read and thrown away each time: the further the page, the"
                + " slower; and rows that come in between move the pages",
            keyset(select)));
  }

  private static String keyset(PlainSelect select) {
    List<OrderByElement> order = select.getOrderByElements();
    if (order == null || order.isEmpty()) {
      return "Order by a key and page by it: WHERE key > ? ORDER BY key LIMIT ?.";
    }
    boolean up = order.get(0).isAsc();
    boolean plain =
        order.stream().allMatch(o -> o.isAsc() == up && o.getExpression() instanceof Column);
    if (!plain) {
      return "Page by the last row's values of the columns it is ordered by ("
          + order.stream().map(RewriteRules::text).collect(Collectors.joining(", "))
          + ") instead.";
    }
    String columns =
        order.stream().map(o -> o.getExpression().toString()).collect(Collectors.joining(", "));
    String marks = order.stream().map(o -> "?").collect(Collectors.joining(", "));
    return "Page by the last row's key: "
        + (select.getWhere() == null ? "WHERE" : "AND")
        + " ("
        + columns
        + ") "
        + (up ? ">" : "<")
        + " ("
        + marks
        + ") ORDER BY "
        + order.stream().map(RewriteRules::text).collect(Collectors.joining(", "))
        + " LIMIT ?; the last of the columns must be unique.";
  }

  // ORDER BY random()

  private static void orderByRandom(Scope scope, List<Finding> found) {
    List<OrderByElement> order = scope.select().getOrderByElements();
    Source source =
        scope.sources().stream().filter(s -> s.table() != null).findFirst().orElse(null);
    if (order == null || source == null || isSmall(source)) {
      return;
    }
    for (OrderByElement one : order) {
      if (StatementTree.plain(one.getExpression()) instanceof Function function
          && function.getName().equalsIgnoreCase("random")) {
        found.add(
            new Finding(
                "order_by_random",
                WARNING,
                source.table().getName(),
                "Every row gets a number and all are sorted, to keep a few",
                "Draw from a sample: FROM "
                    + source.table().getFullyQualifiedName()
                    + " TABLESAMPLE system_rows(?) (extension tsm_system_rows), or jump to a random"
                    + " key: WHERE id >= ? ORDER BY id LIMIT ?."));
      }
    }
  }

  // SELECT DISTINCT … JOIN

  private static void distinctJoin(Scope scope, List<Finding> found) {
    PlainSelect select = scope.select();
    if (select.getDistinct() == null
        || select.getDistinct().getOnSelectItems() != null
            && !select.getDistinct().getOnSelectItems().isEmpty()
        || select.getGroupBy() != null
        || scope.sources().size() < 2
        || scope.sources().stream().anyMatch(s -> s.facts() == null)) {
      return;
    }
    Set<Source> read = new LinkedHashSet<>();
    Set<String> selected = new HashSet<>();
    for (SelectItem<?> item : select.getSelectItems()) {
      if (!(item.getExpression() instanceof Column column) || scope.of(column) == null) {
        return;
      }
      read.add(scope.of(column));
      selected.add(StatementTree.name(column));
    }
    if (read.size() != 1) {
      return;
    }
    Source kept = read.iterator().next();
    boolean uniqueAlready =
        kept.facts().indexes().stream()
            .anyMatch(i -> i.unique() && !i.partial() && selected.containsAll(i.keys()));
    List<Source> multiplying =
        scope.sources().stream().filter(s -> !s.equals(kept) && !isOneRow(scope, s)).toList();
    if (!uniqueAlready || multiplying.isEmpty()) {
      return;
    }
    String names =
        multiplying.stream().map(s -> s.table().getName()).collect(Collectors.joining(", "));
    found.add(
        new Finding(
            "distinct_join",
            WARNING,
            names,
            "The join with "
                + names
                + " repeats rows of "
                + kept.table().getName()
                + ", none of whose columns it adds, and DISTINCT sorts or hashes the copies away",
            "Ask whether there is one instead of joining: drop DISTINCT and the join, and add WHERE EXISTS"
                + " (SELECT FROM "
                + text(multiplying.get(0).item())
                + " WHERE …) with what the join was on."));
  }

  // What rules ask

  /**
   * A part of the statement as it is shown: without its values. Units of time and small numbers are
   * none.
   */
  private static String text(Object part) {
    if (part == null) {
      return null;
    }
    Matcher literal = LITERAL.matcher(part.toString());
    return literal.replaceAll(
        l -> UNIT.matcher(l.group()).matches() ? Matcher.quoteReplacement(l.group()) : "?");
  }

  /** Whether at most one row of the source goes with one of the others': equalities cover a unique key. */
  private static boolean isOneRow(Scope scope, Source source) {
    Set<String> equal = new HashSet<>();
    for (Expression condition : scope.conditions()) {
      if (condition instanceof EqualsTo equals) {
        addOwn(scope, source, equals.getLeftExpression(), equals.getRightExpression(), equal);
        addOwn(scope, source, equals.getRightExpression(), equals.getLeftExpression(), equal);
      }
    }
    return source.facts().indexes().stream()
        .anyMatch(i -> i.unique() && equal.containsAll(i.keys()));
  }

  private static void addOwn(
      Scope scope, Source source, Expression side, Expression other, Set<String> into) {
    Column column = bare(side);
    if (column != null
        && source.equals(scope.of(column))
        && StatementTree.columns(other).stream().noneMatch(c -> source.equals(scope.of(c)))) {
      into.add(StatementTree.name(column));
    }
  }

  /**
   * Whether something else than {@code condition} leads to the source's rows: another condition on
   * the first column of an index, or the plan doesn't read the whole table.
   */
  private static boolean isFoundOtherwise(
      Scope scope, Source source, Expression condition, Evidence evidence) {
    if (evidence.plan() != null && source.table() != null) {
      return !evidence.plan().readsWhole(StatementTree.unquoted(source.table().getName()));
    }
    if (source.facts() == null) {
      return false;
    }
    for (Expression other : scope.conditions()) {
      if (other != condition) {
        Column column = sought(scope, source, other);
        if (column != null && source.facts().leads(StatementTree.name(column))) {
          return true;
        }
      }
    }
    return false;
  }

  /** The column of the source that a condition seeks by equality, or null. */
  private static Column sought(Scope scope, Source source, Expression condition) {
    if (condition instanceof EqualsTo equals) {
      Column left = own(scope, source, equals.getLeftExpression());
      return left == null ? own(scope, source, equals.getRightExpression()) : left;
    }
    return condition instanceof InExpression in && !in.isNot()
        ? own(scope, source, in.getLeftExpression())
        : null;
  }

  private static Column own(Scope scope, Source source, Expression side) {
    Column column = bare(side);
    return column != null && source.equals(scope.of(column)) ? column : null;
  }

  private static boolean isOfArray(Expression condition) {
    return condition instanceof ComparisonOperator comparison
            && (isAny(comparison.getRightExpression()) || isAny(comparison.getLeftExpression()))
        || condition instanceof InExpression in && !in.isNot();
  }

  private static boolean isAny(Expression expression) {
    return expression instanceof AnyComparisonExpression
        || expression instanceof Function f && f.getName().toLowerCase(Locale.ROOT).equals("any");
  }

  private static boolean isSmall(Source source) {
    return source.facts() != null && source.facts().rows() >= 0 && source.facts().rows() < SMALL;
  }

  private static boolean hasSubquery(Expression expression) {
    boolean[] has = new boolean[1];
    expressions(expression, e -> has[0] |= e instanceof Select);
    return has[0];
  }

  /** The subquery's own choice of rows, with what the rules ask of it. */
  private static Scope inner(Scope outer, PlainSelect select) {
    return outer.within().stream().filter(s -> s.select() == select).findFirst().orElse(null);
  }

  /** Every comparison, function and subquery in an expression; of subqueries not what is in them. */
  private static void expressions(Expression root, Consumer<Expression> seen) {
    root.accept(new Visitor(seen), null);
  }

  private static void expressions(PlainSelect select, Consumer<Expression> seen) {
    select.getSelectItems().forEach(i -> expressions(i.getExpression(), seen));
    if (select.getHaving() != null) {
      expressions(select.getHaving(), seen);
    }
  }

  private static final class Visitor extends ExpressionVisitorAdapter<Void> {
    private final Consumer<Expression> seen;

    Visitor(Consumer<Expression> seen) {
      this.seen = seen;
    }

    @Override
    protected <S> Void visitBinaryExpression(BinaryExpression expression, S context) {
      seen.accept(expression);
      return super.visitBinaryExpression(expression, context);
    }

    @Override
    public <S> Void visit(Function function, S context) {
      seen.accept(function);
      return super.visit(function, context);
    }

    @Override
    public <S> Void visit(ParenthesedSelect select, S context) {
      seen.accept(select);
      return null;
    }

    @Override
    public <S> Void visit(Select select, S context) {
      seen.accept(select);
      return null;
    }

    @Override
    public <S> Void visit(AnyComparisonExpression any, S context) {
      return null;
    }
  }
}
