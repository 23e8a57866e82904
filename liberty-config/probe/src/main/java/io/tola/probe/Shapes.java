package io.tola.probe;

import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import net.ttddyy.dsproxy.proxy.ParameterSetOperation;

/** What a parameter looks like without what it is: values never leave the statement. */
final class Shapes {

  /** Where nothing was bound but NULL. */
  static final String NULL = "null";

  private static final int MAX = 32;
  private static final int MAX_TYPES = 400;

  private Shapes() {}

  static List<String> of(List<ParameterSetOperation> parameters) {
    List<String> shapes = new ArrayList<>();
    for (ParameterSetOperation one : parameters) {
      if (shapes.size() == MAX) {
        shapes.add("... " + (parameters.size() - MAX) + " more");
        break;
      }
      Object[] args = one.getArgs();
      shapes.add(
          one.getMethod().getName().equals("setNull") || args.length < 2 ? "null" : shape(args[1]));
    }
    return shapes;
  }

  /** The parameters' types in the order of their places; {@code String%} begins with a wildcard. */
  static List<String> types(List<ParameterSetOperation> parameters) {
    java.util.TreeMap<Integer, String> found = new java.util.TreeMap<>();
    for (ParameterSetOperation one : parameters) {
      Object[] args = one.getArgs();
      if (args.length > 0 && args[0] instanceof Integer place && found.size() < MAX_TYPES) {
        boolean isNull = one.getMethod().getName().equals("setNull") || args.length < 2;
        found.put(place, isNull ? NULL : type(args[1]));
      }
    }
    return List.copyOf(found.values());
  }

  private static String type(Object value) {
    if (value instanceof CharSequence text) {
      return text.length() > 0 && (text.charAt(0) == '%' || text.charAt(0) == '_')
          ? "String%"
          : "String";
    }
    String shape = shape(value);
    int bracket = shape.indexOf('[');
    return bracket < 0 ? shape : shape.substring(0, bracket) + "[]";
  }

  /** The type of a parameter that was bound as both; {@code Object} when they have none in common. */
  static String common(String one, String other) {
    if (one.equals(other) || other.equals(NULL)) {
      return one;
    }
    if (one.equals(NULL)) {
      return other;
    }
    return one.startsWith("String") && other.startsWith("String") ? "String%" : "Object";
  }

  static String shape(Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof CharSequence text) {
      return "String(" + text.length() + ")";
    }
    if (value instanceof byte[] bytes) {
      return "byte[" + bytes.length + "]";
    }
    if (value instanceof Array array) {
      return array(array);
    }
    if (value instanceof Object[] elements) {
      return value.getClass().getComponentType().getSimpleName() + "[" + elements.length + "]";
    }
    return value.getClass().getSimpleName();
  }

  private static String array(Array array) {
    try {
      return array.getBaseTypeName()
          + "["
          + java.lang.reflect.Array.getLength(array.getArray())
          + "]";
    } catch (SQLException | RuntimeException e) {
      return "array"; // freed already
    }
  }
}
