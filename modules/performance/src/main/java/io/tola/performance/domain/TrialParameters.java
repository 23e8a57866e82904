package io.tola.performance.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each parameter of a statement's text is compared with, so that a value can be drawn for it.
 * pg_stat_statements puts {@code $n} for literals as well. Reads no SQL in general: what it doesn't
 * know is missing from the answer, and the statement is then not run.
 */
public final class TrialParameters {

  /** How a parameter is used. */
  public enum Use {
    EQUAL,
    /** The column is to be above it. */
    LOWER,
    /** The column is to be below it. */
    UPPER,
    LIMIT,
    OFFSET,
    /** Something that is only shown. */
    SHOWN
  }

  /**
   * One parameter.
   *
   * @param qualifier what stands before the column, a table's name or alias; null without
   * @param column null of those that aren't compared with one
   */
  public record Slot(int number, Use use, String qualifier, String column) {}

  /**
   * A table that a statement reads.
   *
   * @param schema null where the search path decides
   * @param alias its name where it has no other
   */
  public record Source(String schema, String table, String alias) {}

  private static final String NAME = "(?:[a-z_][a-z0-9_$]*|\"[^\"]+\")";
  private static final String COLUMN = "((?:" + NAME + "\\.)*)(" + NAME + ")";
  private static final String CAST = "(?:\\s*::\\s*[a-z_ ]+(?:\\(\\d+\\))?(?:\\[\\])?)?";
  private static final String OPERATOR = "(<>|!=|<=|>=|=|<|>)";
  private static final String PARAMETER = "\\$(\\d+)";

  private static final Pattern COLUMN_FIRST =
      compiled(COLUMN + CAST + "\\s*" + OPERATOR + "\\s*(?:(?:any|all)\\s*)?\\(*\\s*" + PARAMETER);
  private static final Pattern PARAMETER_FIRST =
      compiled(PARAMETER + CAST + "\\s*" + OPERATOR + "\\s*" + COLUMN + "(?![\\w.(\"])");
  private static final Pattern IN = compiled(COLUMN + CAST + "\\s+in\\s*\\(([^()]*)\\)");
  private static final Pattern BETWEEN =
      compiled(COLUMN + CAST + "\\s+between\\s+" + PARAMETER + CAST + "\\s+and\\s+" + PARAMETER);
  private static final Pattern ROW =
      compiled(
          "\\(\\s*("
              + "(?:[\\w.\"]+\\s*,\\s*)+[\\w.\"]+"
              + ")\\s*\\)\\s*"
              + OPERATOR
              + "\\s*\\(([^()]*)\\)");
  private static final Pattern LIMIT =
      compiled("\\blimit\\s+" + PARAMETER + "|\\bfetch\\s+(?:first|next)\\s+" + PARAMETER);
  private static final Pattern OFFSET = compiled("\\boffset\\s+" + PARAMETER);
  private static final Pattern ANY_PARAMETER = compiled(PARAMETER);
  private static final Pattern FROM =
      compiled(
          "\\b(?:from|join)\\s+(?:only\\s+)?(?:("
              + NAME
              + ")\\.)?("
              + NAME
              + ")(?:\\s+(?:as\\s+)?("
              + NAME
              + "))?");
  private static final Set<String> NO_ALIAS =
      Set.of(
          "where",
          "join",
          "inner",
          "left",
          "right",
          "full",
          "cross",
          "on",
          "using",
          "order",
          "group",
          "limit",
          "offset",
          "fetch",
          "union",
          "for",
          "having",
          "natural",
          "window",
          "tablesample",
          "lateral",
          "except",
          "intersect");

  private TrialParameters() {}

  private static Pattern compiled(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }

  /** Numbers of all parameters in the text, ascending. */
  public static List<Integer> numbers(String text) {
    Set<Integer> found = new TreeSet<>();
    Matcher each = ANY_PARAMETER.matcher(text);
    while (each.find()) {
      found.add(Integer.parseInt(each.group(1)));
    }
    return List.copyOf(found);
  }

  /** What is known of them, by number. */
  public static Map<Integer, Slot> slots(String text) {
    Map<Integer, Slot> found = new TreeMap<>();
    Matcher m = BETWEEN.matcher(text);
    while (m.find()) {
      put(found, m.group(3), Use.LOWER, m.group(1), m.group(2));
      put(found, m.group(4), Use.UPPER, m.group(1), m.group(2));
    }
    m = ROW.matcher(text);
    while (m.find()) {
      String[] columns = m.group(1).split(",");
      String[] values = m.group(3).split(",");
      for (int i = 0; i < Math.min(columns.length, values.length); i++) {
        Matcher value = ANY_PARAMETER.matcher(values[i]);
        String column = columns[i].strip();
        int dot = column.lastIndexOf('.');
        if (value.find()) {
          put(
              found,
              value.group(1),
              use(m.group(2)),
              column.substring(0, dot + 1),
              column.substring(dot + 1));
        }
      }
    }
    m = IN.matcher(text);
    while (m.find()) {
      Matcher value = ANY_PARAMETER.matcher(m.group(3));
      while (value.find()) {
        put(found, value.group(1), Use.EQUAL, m.group(1), m.group(2));
      }
    }
    m = COLUMN_FIRST.matcher(text);
    while (m.find()) {
      put(found, m.group(4), use(m.group(3)), m.group(1), m.group(2));
    }
    m = PARAMETER_FIRST.matcher(text);
    while (m.find()) {
      put(found, m.group(1), turned(use(m.group(2))), m.group(3), m.group(4));
    }
    m = LIMIT.matcher(text);
    while (m.find()) {
      String number = m.group(1) == null ? m.group(2) : m.group(1);
      found.putIfAbsent(
          Integer.parseInt(number), new Slot(Integer.parseInt(number), Use.LIMIT, null, null));
    }
    m = OFFSET.matcher(text);
    while (m.find()) {
      int number = Integer.parseInt(m.group(1));
      found.putIfAbsent(number, new Slot(number, Use.OFFSET, null, null));
    }
    int from = text.toLowerCase(Locale.ROOT).indexOf(" from ");
    m = ANY_PARAMETER.matcher(from < 0 ? "" : text.substring(0, from));
    while (m.find()) {
      int number = Integer.parseInt(m.group(1));
      found.putIfAbsent(number, new Slot(number, Use.SHOWN, null, null));
    }
    return found;
  }

  /** The tables it reads, by the names that stand before their columns; lower case unless quoted. */
  public static Map<String, Source> sources(String text) {
    Map<String, Source> found = new HashMap<>();
    Matcher m = FROM.matcher(text);
    while (m.find()) {
      String table = plain(m.group(2));
      String alias = m.group(3) == null ? null : plain(m.group(3));
      String name = alias == null || NO_ALIAS.contains(alias) ? table : alias;
      found.putIfAbsent(
          name, new Source(m.group(1) == null ? null : plain(m.group(1)), table, name));
    }
    return found;
  }

  /** The parameters nothing is known of. */
  public static List<Integer> unknown(String text, Map<Integer, Slot> slots) {
    List<Integer> unknown = new ArrayList<>(numbers(text));
    unknown.removeAll(slots.keySet());
    return unknown;
  }

  private static void put(
      Map<Integer, Slot> found, String number, Use use, String qualifiers, String column) {
    String[] parts = qualifiers.split("\\.");
    String qualifier = parts[parts.length - 1];
    int n = Integer.parseInt(number);
    found.putIfAbsent(
        n, new Slot(n, use, qualifier.isEmpty() ? null : plain(qualifier), plain(column)));
  }

  private static Use use(String operator) {
    return switch (operator) {
      case "<", "<=" -> Use.UPPER;
      case ">", ">=" -> Use.LOWER;
      default -> Use.EQUAL;
    };
  }

  private static Use turned(Use use) {
    return switch (use) {
      case LOWER -> Use.UPPER;
      case UPPER -> Use.LOWER;
      default -> use;
    };
  }

  private static String plain(String identifier) {
    return identifier.startsWith("\"")
        ? identifier.substring(1, identifier.length() - 1)
        : identifier.toLowerCase(Locale.ROOT);
  }
}
