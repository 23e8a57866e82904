package io.tola.kernel.json;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes JSON in one spelling, so that equal values have equal bytes: keys sorted by UTF-16 code
 * units, no white space, strings escaped as little as JSON allows (RFC 8785).
 *
 * <p>One departure from RFC 8785: decimals are exact ({@code BigDecimal} in plain notation without
 * trailing zeros) instead of IEEE doubles, because they are money. Doubles and floats are refused.
 *
 * <p>Thread-safe; no state.
 */
public final class CanonicalJson {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private CanonicalJson() {}

  /**
   * Returns the JSON text of an object.
   *
   * @throws IllegalArgumentException for a value that is not a string, integer, {@code BigDecimal},
   *     boolean, null, {@code UUID}, {@code Instant}, enum, collection or map with string keys
   */
  public static String write(Map<String, ?> object) {
    StringBuilder out = new StringBuilder(512);
    object(out, object);
    return out.toString();
  }

  private static void value(StringBuilder out, Object value) {
    if (value == null) {
      out.append("null");
    } else if (value instanceof String s) {
      string(out, s);
    } else if (value instanceof Long || value instanceof Integer || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof BigDecimal d) {
      out.append(d.signum() == 0 ? "0" : d.stripTrailingZeros().toPlainString());
    } else if (value instanceof UUID || value instanceof Instant) {
      out.append('"').append(value).append('"');
    } else if (value instanceof Enum<?> e) {
      string(out, e.name());
    } else if (value instanceof Map<?, ?> m) {
      object(out, m);
    } else if (value instanceof Collection<?> c) {
      array(out, c);
    } else {
      throw new IllegalArgumentException("no canonical form for " + value.getClass().getName());
    }
  }

  private static void array(StringBuilder out, Collection<?> values) {
    out.append('[');
    boolean first = true;
    for (Object v : values) {
      if (!first) {
        out.append(',');
      }
      first = false;
      value(out, v);
    }
    out.append(']');
  }

  private static void object(StringBuilder out, Map<?, ?> object) {
    out.append('{');
    boolean first = true;
    for (Map.Entry<?, ?> e : sorted(object).entrySet()) {
      if (!first) {
        out.append(',');
      }
      first = false;
      string(out, (String) e.getKey());
      out.append(':');
      value(out, e.getValue());
    }
    out.append('}');
  }

  private static Map<?, ?> sorted(Map<?, ?> object) {
    return object instanceof TreeMap<?, ?> tree && tree.comparator() == null
        ? object
        : new TreeMap<>(object);
  }

  private static void string(StringBuilder out, String text) {
    out.append('"');
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x20 && c != '"' && c != '\\') {
        continue;
      }
      out.append(text, start, i);
      start = i + 1;
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
    out.append(text, start, text.length()).append('"');
  }
}
