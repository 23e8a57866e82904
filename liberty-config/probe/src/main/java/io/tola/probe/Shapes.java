package io.tola.probe;

import java.sql.Array;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import net.ttddyy.dsproxy.proxy.ParameterSetOperation;

/** What a parameter looks like without what it is: values never leave the statement. */
final class Shapes {

  private static final int MAX = 32;

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
