package io.tola.probe;

import java.util.Locale;
import java.util.Set;

/**
 * A statement's text without what differs from one execution to the next: literals become {@code ?},
 * comments go, white space shrinks, lists of placeholders of any length become one.
 *
 * @param text at most {@value #MAX} characters
 * @param literals whether there was one
 */
record SqlText(String text, StatementType type, boolean literals) {

  static final int MAX = 4_000;

  private static final Set<String> VERBS = Set.of("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE");

  /** They carry another statement, each a different one: only that there was one is of interest. */
  private static final Set<String> CARRIERS = Set.of("EXPLAIN", "PREPARE", "EXECUTE");

  SqlText(String text, StatementType type) {
    this(text, type, false);
  }

  /** Reads a statement in one pass; never fails, whatever the text is. */
  static SqlText of(String sql) {
    boolean[] literals = new boolean[1];
    String text = normalised(sql, literals);
    String first = word(text, 0);
    if (CARRIERS.contains(first)) {
      return new SqlText(first + " ?", StatementType.OTHER, true);
    }
    StatementType type = type(text);
    return new SqlText(text.length() > MAX ? text.substring(0, MAX) : text, type, literals[0]);
  }

  private static String normalised(String sql, boolean[] literals) {
    StringBuilder out = new StringBuilder(Math.min(sql.length(), MAX + 64));
    int i = 0;
    int length = sql.length();
    while (i < length) {
      char c = sql.charAt(i);
      if (Character.isWhitespace(c)) {
        space(out);
        i++;
      } else if (c == '-' && next(sql, i) == '-') {
        i = endOf(sql, "\n", i);
        space(out);
      } else if (c == '/' && next(sql, i) == '*') {
        i = endOfComment(sql, i);
        space(out);
      } else if (c == '\'') {
        boolean escapes = dropPrefix(out);
        i = endOfString(sql, i, escapes);
        literals[0] = true;
        out.append('?');
      } else if (c == '"') {
        int end = endOf(sql, "\"", i + 1);
        out.append(sql, i, end);
        i = end;
      } else if (c == '$' && dollarTag(sql, i) != null) {
        String tag = dollarTag(sql, i);
        i = endOf(sql, tag, i + tag.length());
        literals[0] = true;
        out.append('?');
      } else if (Character.isDigit(c) && !inWord(out)) {
        i = endOfNumber(sql, i);
        literals[0] = true;
        out.append('?');
      } else {
        out.append(c);
        i++;
      }
    }
    while (!out.isEmpty() && (last(out) == ' ' || last(out) == ';')) {
      out.setLength(out.length() - 1);
    }
    return collapsed(out.toString());
  }

  /** {@code (?, ?, ?)} and {@code (?,?)} are the same statement. */
  private static String collapsed(String text) {
    if (text.indexOf("?, ?") < 0 && text.indexOf("?,?") < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      out.append(c);
      i++;
      if (c == '(' && i < text.length() && text.charAt(i) == '?') {
        int end = i;
        int placeholders = 0;
        while (end < text.length() && "?, ".indexOf(text.charAt(end)) >= 0) {
          placeholders += text.charAt(end) == '?' ? 1 : 0;
          end++;
        }
        if (placeholders > 1 && end < text.length() && text.charAt(end) == ')') {
          out.append("?, ...");
          i = end;
        }
      }
    }
    return out.toString();
  }

  private static char next(String sql, int i) {
    return i + 1 < sql.length() ? sql.charAt(i + 1) : 0;
  }

  private static char last(StringBuilder out) {
    return out.charAt(out.length() - 1);
  }

  private static void space(StringBuilder out) {
    if (!out.isEmpty() && last(out) != ' ') {
      out.append(' ');
    }
  }

  /** Whether what comes continues a name or a parameter such as {@code $1}. */
  private static boolean inWord(StringBuilder out) {
    if (out.isEmpty()) {
      return false;
    }
    char c = last(out);
    return Character.isLetterOrDigit(c) || c == '_' || c == '$';
  }

  /** Takes the {@code E} of {@code E'…'} away; whether it was one, so that backslashes escape. */
  private static boolean dropPrefix(StringBuilder out) {
    int length = out.length();
    if (length == 0 || "eEbBxX".indexOf(last(out)) < 0) {
      return false;
    }
    if (length > 1
        && (Character.isLetterOrDigit(out.charAt(length - 2)) || out.charAt(length - 2) == '_')) {
      return false;
    }
    boolean escapes = last(out) == 'e' || last(out) == 'E';
    out.setLength(length - 1);
    return escapes;
  }

  private static int endOf(String sql, String end, int from) {
    int at = sql.indexOf(end, from);
    return at < 0 ? sql.length() : at + end.length();
  }

  /** They nest, as the standard has it. */
  private static int endOfComment(String sql, int start) {
    int depth = 0;
    int i = start;
    while (i < sql.length()) {
      if (sql.charAt(i) == '/' && next(sql, i) == '*') {
        depth++;
        i += 2;
      } else if (sql.charAt(i) == '*' && next(sql, i) == '/') {
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

  private static int endOfString(String sql, int quote, boolean escapes) {
    int i = quote + 1;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      if (escapes && c == '\\') {
        i += 2;
      } else if (c == '\'' && next(sql, i) == '\'') {
        i += 2;
      } else if (c == '\'') {
        return i + 1;
      } else {
        i++;
      }
    }
    return sql.length();
  }

  private static int endOfNumber(String sql, int start) {
    int i = start;
    while (i < sql.length()) {
      char c = sql.charAt(i);
      boolean sign = (c == '+' || c == '-') && "eE".indexOf(sql.charAt(i - 1)) >= 0 && i > start;
      if (!Character.isLetterOrDigit(c) && c != '.' && c != '_' && !sign) {
        return i;
      }
      i++;
    }
    return i;
  }

  /** The {@code $tag$} that begins here, or null; {@code $1} is a parameter. */
  private static String dollarTag(String sql, int start) {
    int i = start + 1;
    if (Character.isDigit(next(sql, start))) {
      return null;
    }
    while (i < sql.length() && (Character.isLetterOrDigit(sql.charAt(i)) || sql.charAt(i) == '_')) {
      i++;
    }
    return i < sql.length() && sql.charAt(i) == '$' ? sql.substring(start, i + 1) : null;
  }

  private static StatementType type(String text) {
    if (text.indexOf(';') >= 0) {
      return StatementType.BATCH;
    }
    String first = word(text, 0);
    return switch (first) {
      case "WITH" -> afterWith(text);
      case "COPY" -> StatementType.COPY;
      case "VALUES", "TABLE" -> StatementType.SELECT;
      default -> VERBS.contains(first) ? StatementType.valueOf(first) : StatementType.OTHER;
    };
  }

  /** The statement behind the {@code WITH}; when that only reads, what a part of it writes. */
  private static StatementType afterWith(String text) {
    StatementType inner = null;
    int depth = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(') {
        depth++;
        String word = word(text, i + 1);
        if (inner == null && VERBS.contains(word) && !word.equals("SELECT")) {
          inner = StatementType.valueOf(word);
        }
      } else if (c == ')') {
        depth--;
      } else if (depth == 0
          && c == ' '
          && next(text, i) != '('
          && VERBS.contains(word(text, i + 1))) {
        StatementType outer = StatementType.valueOf(word(text, i + 1));
        return outer == StatementType.SELECT && inner != null ? inner : outer;
      }
    }
    return inner == null ? StatementType.SELECT : inner;
  }

  private static String word(String text, int from) {
    int start = from;
    while (start < text.length() && (text.charAt(start) == ' ' || text.charAt(start) == '(')) {
      start++;
    }
    int end = start;
    while (end < text.length() && Character.isLetter(text.charAt(end))) {
      end++;
    }
    return text.substring(start, end).toUpperCase(Locale.ROOT);
  }
}
