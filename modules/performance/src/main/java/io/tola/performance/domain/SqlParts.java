package io.tola.performance.domain;

import java.util.ArrayList;
import java.util.List;

/**
 * A text as it is sent to the driver, taken apart as the driver does: statements between
 * semicolons, {@code ?} as {@code $1}, {@code ??} as the operator {@code ?}. Quotes, comments and
 * dollar quotes are left as they are.
 */
public final class SqlParts {

  private SqlParts() {}

  /**
   * One statement.
   *
   * @param asked with {@code ?} for parameters
   * @param numbered with {@code $1} …, from 1 in each statement
   * @param first how many parameters the statements before it have
   * @param parameters how many it has
   */
  public record Part(String asked, String numbered, int first, int parameters) {}

  /** The statements of a text, empty ones left out. */
  public static List<Part> of(String sql) {
    List<Part> found = new ArrayList<>();
    StringBuilder asked = new StringBuilder();
    StringBuilder numbered = new StringBuilder();
    int first = 0;
    int parameters = 0;
    int i = 0;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      int end = quoted(sql, i);
      if (end > i) {
        asked.append(sql, i, end);
        numbered.append(sql, i, end);
        i = end;
      } else if (c == ';') {
        first += add(found, asked, numbered, first, parameters);
        parameters = 0;
        i++;
      } else if (c == '?' && i + 1 < sql.length() && sql.charAt(i + 1) == '?') {
        asked.append('?');
        numbered.append('?');
        i += 2;
      } else if (c == '?') {
        parameters++;
        asked.append('?');
        numbered.append('$').append(parameters);
        i++;
      } else {
        asked.append(c);
        numbered.append(c);
        i++;
      }
    }
    add(found, asked, numbered, first, parameters);
    return found;
  }

  private static int add(
      List<Part> found, StringBuilder asked, StringBuilder numbered, int first, int parameters) {
    String text = asked.toString().strip();
    if (!text.isEmpty()) {
      found.add(new Part(text, numbered.toString().strip(), first, parameters));
    }
    asked.setLength(0);
    numbered.setLength(0);
    return parameters;
  }

  /** Where what is quoted or a comment at {@code i} ends; {@code i} when there is none. */
  private static int quoted(String sql, int i) {
    char c = sql.charAt(i);
    char next = i + 1 < sql.length() ? sql.charAt(i + 1) : 0;
    if (c == '\'') {
      boolean escapes =
          i > 0
              && (sql.charAt(i - 1) == 'E' || sql.charAt(i - 1) == 'e')
              && (i < 2 || !Character.isLetterOrDigit(sql.charAt(i - 2)));
      return endOfString(sql, i, escapes);
    }
    if (c == '"') {
      return after(sql, "\"", i + 1);
    }
    if (c == '-' && next == '-') {
      return after(sql, "\n", i);
    }
    if (c == '/' && next == '*') {
      return endOfComment(sql, i);
    }
    if (c == '$' && (i == 0 || !Character.isLetterOrDigit(sql.charAt(i - 1)))) {
      int end = i + 1;
      while (end < sql.length()
          && (Character.isLetterOrDigit(sql.charAt(end)) || sql.charAt(end) == '_')) {
        end++;
      }
      boolean tag =
          end < sql.length() && sql.charAt(end) == '$' && !Character.isDigit(sql.charAt(i + 1));
      return tag ? after(sql, sql.substring(i, end + 1), end + 1) : i;
    }
    return i;
  }

  private static int after(String sql, String end, int from) {
    int at = sql.indexOf(end, from);
    return at < 0 ? sql.length() : at + end.length();
  }

  private static int endOfString(String sql, int quote, boolean escapes) {
    int i = quote + 1;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (escapes && c == '\\') {
        i += 2;
      } else if (c == '\'' && i + 1 < sql.length() && sql.charAt(i + 1) == '\'') {
        i += 2;
      } else if (c == '\'') {
        return i + 1;
      } else {
        i++;
      }
    }
    return sql.length();
  }

  private static int endOfComment(String sql, int start) {
    int depth = 0;
    int i = start;
    while (i < sql.length()) {
      if (sql.startsWith("/*", i)) {
        depth++;
        i += 2;
      } else if (sql.startsWith("*/", i)) {
        depth--;
        i += 2;
        if (depth == 0) {
          return i;
        }
      } else {
        i++;
      }
    }
    return sql.length();
  }
}
