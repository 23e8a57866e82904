package io.tola.performance.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A statement's text as pg_stat_statements keeps it: literals have become {@code $n}, numbered on
 * from the parameters, and can't be told from them.
 */
public final class StatementText {

  /** Types whose literals are written {@code type 'value'}, of which {@code type $n} is left. */
  private static final Set<String> PREFIX_TYPES =
      Set.of("interval", "date", "timestamp", "timestamptz", "time", "uuid", "numeric");

  private static final Set<String> ROW_COUNTS = Set.of("limit", "first", "next");

  private static final Pattern PREPARE =
      Pattern.compile(
          "^\\s*prepare\\s+[\\w\"]+\\s*(\\([^)]*\\))?\\s+as\\s+(.*)$",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern UNNEST =
      Pattern.compile(
          "\\bunnest\\s*\\(((?:\\s*\\$\\d+\\s*,?)+)\\)"
              + "((?:\\s+with\\s+ordinality)?(?:\\s+as)?\\s+\\w+\\s*)\\(([^()]*)\\)",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern LITERAL =
      Pattern.compile(
          "(?:[eEbBxX]'(?:[^'\\\\]|\\\\.|'')*'|'(?:[^']|'')*'|[-+]?\\d+(?:\\.\\d*)?(?:[eE][-+]?\\d+)?|[-+]?\\.\\d+"
              + "|true\\b|false\\b|null\\b)",
          Pattern.CASE_INSENSITIVE);

  private StatementText() {}

  /**
   * What the planner is asked about.
   *
   * @param sql with parameters {@code $1} to {@code $parameters}
   */
  public record Planned(String sql, int parameters) {}

  /**
   * A literal of a statement.
   *
   * @param position where it stands in the example, in characters
   */
  public record Literal(int position, String sql) {}

  /**
   * What stood where {@code $n} stands now.
   *
   * @param example the statement as it was sent once; null when nobody kept it
   * @return by n; parameters aren't among them. Empty when the two texts don't fit
   */
  public static Map<Integer, Literal> literals(String text, String example) {
    if (example == null) {
      return Map.of();
    }
    Map<Integer, Literal> found = new HashMap<>();
    int t = 0;
    int e = 0;
    while (t < text.length()) {
      int number = parameter(text, t);
      if (number > 0) {
        int length = 1 + Integer.toString(number).length();
        if (parameter(example, e) == number) {
          e += length;
        } else {
          Matcher literal =
              LITERAL.matcher(example).region(Math.min(e, example.length()), example.length());
          if (!literal.lookingAt()) {
            return Map.of();
          }
          found.put(number, new Literal(e, literal.group()));
          e = literal.end();
        }
        t += length;
      } else if (e < example.length() && text.charAt(t) == example.charAt(e)) {
        t++;
        e++;
      } else {
        return Map.of();
      }
    }
    return found;
  }

  /** The number of a parameter that begins there, or 0. */
  private static int parameter(String text, int at) {
    if (at >= text.length()
        || text.charAt(at) != '$'
        || at > 0 && Character.isJavaIdentifierPart(text.charAt(at - 1))) {
      return 0;
    }
    int end = at + 1;
    while (end < text.length() && Character.isDigit(text.charAt(end)) && end - at < 6) {
      end++;
    }
    return end == at + 1 ? 0 : Integer.parseInt(text.substring(at + 1, end));
  }

  /**
   * The text made fit for PREPARE: a literal after a type's name cast to it instead, a row count
   * taken from what was seen, and known constants put back.
   *
   * @param constants by the number they stand under
   * @param rowsPerCall rows that an execution brought on average
   */
  public static Planned planned(String text, Map<Integer, String> constants, double rowsPerCall) {
    String bare = bare(text);
    StringBuilder out = new StringBuilder(bare.length() + 16);
    List<Integer> numbers = new ArrayList<>();
    int i = 0;
    int wordFrom = -1;
    int wordEnd = -1;
    while (i < bare.length()) {
      int skipped = opaque(bare, i);
      if (skipped > i) {
        out.append(bare, i, skipped);
        wordFrom = -1;
        i = skipped;
        continue;
      }
      int number = parameter(bare, i);
      if (number > 0) {
        i += 1 + Integer.toString(number).length();
        String word = wordFrom < 0 ? "" : out.substring(wordFrom, wordEnd).toLowerCase(Locale.ROOT);
        if (constants.containsKey(number)) {
          out.append(constants.get(number));
        } else if (ROW_COUNTS.contains(word)) {
          out.append(Math.max(1, Math.round(Math.ceil(rowsPerCall))));
        } else {
          String cast = "";
          if (PREFIX_TYPES.contains(word)) {
            cast = "::" + word;
            out.setLength(wordFrom);
          }
          if (!numbers.contains(number)) {
            numbers.add(number);
          }
          out.append('$').append(numbers.indexOf(number) + 1).append(cast);
        }
        wordFrom = -1;
        continue;
      }
      char c = bare.charAt(i);
      if (Character.isJavaIdentifierPart(c)) {
        if (wordFrom < 0 || wordEnd < out.length()) {
          wordFrom = out.length();
        }
        out.append(c);
        wordEnd = out.length();
      } else {
        if (!Character.isWhitespace(c)) {
          wordFrom = -1;
        }
        out.append(c);
      }
      i++;
    }
    return new Planned(out.toString(), numbers.size());
  }

  /**
   * Gives the arrays of {@code unnest($1, …) AS k (a, …)} the types of the columns that bear the
   * same names, as whoever names them so means it; a name that no column bears becomes a number.
   * Wrong guesses are refused by the server, and change no plan otherwise.
   *
   * @param types a column's type by its name; null of an unknown one
   */
  public static Planned typed(Planned planned, UnaryOperator<String> types) {
    Matcher unnest = UNNEST.matcher(planned.sql());
    StringBuilder out = new StringBuilder();
    while (unnest.find()) {
      String[] arguments = unnest.group(1).split(",");
      String[] names = unnest.group(3).split(",");
      StringBuilder typed = new StringBuilder();
      for (int i = 0; i < arguments.length; i++) {
        String name = i < names.length ? names[i].strip().toLowerCase(Locale.ROOT) : null;
        String type = name == null ? null : types.apply(name);
        typed
            .append(i == 0 ? "" : ", ")
            .append(arguments[i].strip())
            .append("::")
            .append(type == null ? "bigint" : type)
            .append("[]");
      }
      unnest.appendReplacement(
          out,
          Matcher.quoteReplacement(
              "unnest(" + typed + ")" + unnest.group(2) + "(" + unnest.group(3) + ")"));
    }
    unnest.appendTail(out);
    return new Planned(out.toString(), planned.parameters());
  }

  /** The statement itself, without its end and without {@code PREPARE name AS}. */
  static String bare(String text) {
    Matcher prepare = PREPARE.matcher(text);
    String statement = prepare.matches() ? prepare.group(2) : text;
    return statement.strip().replaceAll(";+$", "").strip();
  }

  /** Where a literal, quoted name or comment that begins at {@code i} ends; else {@code i}. */
  private static int opaque(String text, int i) {
    char c = text.charAt(i);
    if (c == '\'' || c == '"') {
      int end = i + 1;
      while (end < text.length()) {
        if (text.charAt(end) == c) {
          if (end + 1 < text.length() && text.charAt(end + 1) == c) {
            end++;
          } else {
            return end + 1;
          }
        }
        end++;
      }
      return text.length();
    }
    if (text.startsWith("--", i)) {
      int end = text.indexOf('\n', i);
      return end < 0 ? text.length() : end + 1;
    }
    if (text.startsWith("/*", i)) {
      int end = text.indexOf("*/", i + 2);
      return end < 0 ? text.length() : end + 2;
    }
    return i;
  }
}
