package io.tola.performance.domain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the JSON that PostgreSQL writes of a plan: objects are maps, arrays lists, numbers {@link
 * BigDecimal}. Used by one thread.
 */
final class PlanJson {

  private static final int DEEPEST = 200;

  private final String text;
  private int at;
  private int depth;

  private PlanJson(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException when it isn't JSON
   */
  static Object read(String text) {
    PlanJson json = new PlanJson(text);
    try {
      Object value = json.value();
      json.space();
      if (json.at < text.length()) {
        throw json.broken();
      }
      return value;
    } catch (IndexOutOfBoundsException | NumberFormatException e) {
      throw new IllegalArgumentException("broken off at " + json.at, e);
    }
  }

  private Object value() {
    space();
    char c = text.charAt(at);
    if (c == '{' || c == '[') {
      if (++depth > DEEPEST) {
        throw broken();
      }
      Object value = c == '{' ? object() : array();
      depth--;
      return value;
    }
    if (c == '"') {
      return string();
    }
    for (String word : List.of("true", "false", "null")) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("null") ? null : (Object) word.equals("true");
      }
    }
    int start = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return new BigDecimal(text.substring(start, at));
  }

  private Map<String, Object> object() {
    Map<String, Object> found = new LinkedHashMap<>();
    at++;
    space();
    while (text.charAt(at) != '}') {
      String name = string();
      space();
      require(':');
      found.put(name, value());
      space();
      if (text.charAt(at) == ',') {
        at++;
        space();
      }
    }
    at++;
    return found;
  }

  private List<Object> array() {
    List<Object> found = new ArrayList<>();
    at++;
    space();
    while (text.charAt(at) != ']') {
      found.add(value());
      space();
      if (text.charAt(at) == ',') {
        at++;
        space();
      }
    }
    at++;
    return found;
  }

  private String string() {
    require('"');
    StringBuilder out = new StringBuilder();
    while (text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\') {
        char escaped = text.charAt(at++);
        switch (escaped) {
          case 'n' -> out.append('\n');
          case 't' -> out.append('\t');
          case 'r' -> out.append('\r');
          case 'b' -> out.append('\b');
          case 'f' -> out.append('\f');
          case 'u' -> {
            out.append((char) Integer.parseInt(text.substring(at, at + 4), 16));
            at += 4;
          }
          default -> out.append(escaped);
        }
      } else {
        out.append(c);
      }
    }
    at++;
    return out.toString();
  }

  private void space() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private void require(char c) {
    if (text.charAt(at) != c) {
      throw broken();
    }
    at++;
  }

  private IllegalArgumentException broken() {
    return new IllegalArgumentException("not a plan at " + at);
  }
}
