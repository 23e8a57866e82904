package io.tola.gateway.json;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.kernel.problem.InvalidValueException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One JSON object of a request, read field by field. What is wrong goes into {@link Errors} with
 * the field's path; the reader goes on and returns null, so that a client learns all its mistakes
 * at once. Nothing is converted: {@code "10"} is no number, {@code 10.0} no whole number, {@code 1}
 * no truth. An explicit null is the same as a missing field. Used by one thread.
 */
public final class Fields {

  /**
   * What a decimal may look like before its type judges it: enough for money, too little to hurt
   * arithmetic.
   */
  private static final int MAX_DIGITS = 30;

  private static final int MAX_SCALE = 12;
  private static final int MAX_SCALAR_TEXT = 64;

  private final JsonNode object;
  private final String prefix;
  private final Errors errors;
  private final List<String> asked = new ArrayList<>(16);
  private int read;

  private Fields(JsonNode object, String prefix, Errors errors) {
    this.object = object;
    this.prefix = prefix;
    this.errors = errors;
  }

  /** The body as an object, with errors of its own. */
  public static Fields of(JsonNode body) {
    Errors errors = Errors.ofFields();
    if (!body.isObject()) {
      errors.add("body", "must be a JSON object");
      throw errors.problem();
    }
    return new Fields(body, "", errors);
  }

  /**
   * An object inside the body.
   *
   * @param path its path with the dot or bracket at the end: {@code orders[3].}
   * @return null when it is no object
   */
  public static Fields nested(JsonNode node, String path, Errors errors) {
    if (!node.isObject()) {
      errors.add(
          path.endsWith(".") ? path.substring(0, path.length() - 1) : path,
          "must be a JSON object");
      return null;
    }
    return new Fields(node, path, errors);
  }

  public Errors errors() {
    return errors;
  }

  /** Says that every field has been read: names the fields nobody asked for. */
  public void done() {
    if (read == object.size()) {
      return;
    }
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!asked.contains(name)) {
        errors.addUnknown(prefix + Text.shortened(name));
      }
    }
  }

  private JsonNode get(String name) {
    asked.add(name);
    JsonNode node = object.get(name);
    if (node == null) {
      return null;
    }
    read++;
    return node.isNull() ? null : node;
  }

  /** Whether the field is there and not null, whatever it holds. */
  public boolean present(String name) {
    JsonNode node = object.get(name);
    return node != null && !node.isNull();
  }

  private void required(String name) {
    errors.add(prefix + name, "is required");
  }

  /** Reports something about a field that depends on others. */
  public void reject(String name, String message) {
    errors.add(prefix + name, message);
  }

  /** Text of 1 to {@code max} clean characters, or null when missing or wrong. */
  public String text(String name, int max) {
    JsonNode node = get(name);
    return node == null ? null : textOf(node, name, max);
  }

  /** The same, and it must be there. */
  public String requiredText(String name, int max) {
    JsonNode node = get(name);
    if (node == null) {
      required(name);
      return null;
    }
    return textOf(node, name, max);
  }

  private String textOf(JsonNode node, String name, int max) {
    if (!node.isTextual()) {
      errors.add(prefix + name, "must be a string");
      return null;
    }
    String text = node.textValue();
    if (text.isEmpty() || text.length() > max) {
      errors.add(prefix + name, "must have 1 to " + max + " characters");
      return null;
    }
    if (!Text.isClean(text)) {
      errors.add(prefix + name, "must not hold control characters");
      return null;
    }
    return text;
  }

  /** Text as a kernel value type, which judges it. */
  public <T> T value(String name, int max, Function<String, T> type) {
    return typed(name, text(name, max), type);
  }

  /** The same, and it must be there. */
  public <T> T requiredValue(String name, int max, Function<String, T> type) {
    return typed(name, requiredText(name, max), type);
  }

  private <V, T> T typed(String name, V raw, Function<V, T> type) {
    if (raw == null) {
      return null;
    }
    try {
      return type.apply(raw);
    } catch (InvalidValueException e) {
      errors.add(prefix + name, e.getMessage());
      return null;
    }
  }

  /** One of the codes, exactly as spelled, or null when missing or wrong. */
  public <T> T code(String name, Codes<T> codes) {
    String text = codeText(get(name), name, codes);
    return text == null ? null : oneOf(text, name, codes);
  }

  /** The same, and it must be there. */
  public <T> T requiredCode(String name, Codes<T> codes) {
    JsonNode node = get(name);
    if (node == null) {
      errors.add(prefix + name, "is required: " + codes.message());
      return null;
    }
    String text = codeText(node, name, codes);
    return text == null ? null : oneOf(text, name, codes);
  }

  private String codeText(JsonNode node, String name, Codes<?> codes) {
    if (node == null) {
      return null;
    }
    if (!node.isTextual()) {
      errors.add(prefix + name, codes.message());
      return null;
    }
    return node.textValue();
  }

  private <T> T oneOf(String text, String name, Codes<T> codes) {
    T value = codes.get(text);
    if (value == null) {
      errors.add(prefix + name, codes.message());
    }
    return value;
  }

  /** A whole number from {@code min} to {@code max}, or null when missing or wrong. */
  public Long whole(String name, long min, long max) {
    JsonNode node = get(name);
    return node == null ? null : wholeOf(node, name, min, max);
  }

  /** The same, and it must be there. */
  public Long requiredWhole(String name, long min, long max) {
    JsonNode node = get(name);
    if (node == null) {
      required(name);
      return null;
    }
    return wholeOf(node, name, min, max);
  }

  private Long wholeOf(JsonNode node, String name, long min, long max) {
    if (!node.isIntegralNumber()) {
      errors.add(
          prefix + name,
          node.isNumber()
              ? "must be a whole number, written without a fraction or exponent"
              : "must be a number");
      return null;
    }
    if (!node.canConvertToLong() || node.longValue() < min || node.longValue() > max) {
      errors.add(prefix + name, "must be from " + min + " to " + max);
      return null;
    }
    return node.longValue();
  }

  /** true or false, and it must be there; null when missing or wrong. */
  public Boolean requiredTruth(String name) {
    JsonNode node = get(name);
    if (node == null) {
      required(name);
      return null;
    }
    if (!node.isBoolean()) {
      errors.add(prefix + name, "must be true or false");
      return null;
    }
    return node.booleanValue();
  }

  /** true or false; that value when missing, and when wrong, which is an error. */
  public boolean truth(String name, boolean byDefault) {
    JsonNode node = get(name);
    if (node == null) {
      return byDefault;
    }
    if (!node.isBoolean()) {
      errors.add(prefix + name, "must be true or false");
      return byDefault;
    }
    return node.booleanValue();
  }

  /** A decimal as a kernel value type, which judges it; null when missing or wrong. */
  public <T> T decimal(String name, Function<BigDecimal, T> type) {
    JsonNode node = get(name);
    if (node == null) {
      return null;
    }
    if (!node.isNumber()) {
      errors.add(prefix + name, "must be a number");
      return null;
    }
    BigDecimal decimal = node.decimalValue();
    if (decimal.precision() > MAX_DIGITS
        || decimal.scale() > MAX_SCALE
        || decimal.scale() < -MAX_SCALE) {
      errors.add(
          prefix + name, "must have at most " + MAX_DIGITS + " digits, and no large exponent");
      return null;
    }
    return typed(name, decimal, type);
  }

  /** An object inside this one, sharing its errors; null when missing or wrong. */
  public Fields object(String name) {
    JsonNode node = get(name);
    return node == null ? null : nested(node, prefix + name + ".", errors);
  }

  /**
   * All fields of an object whose names are the caller's own choice: numbers and strings as they are;
   * anything else is an error.
   *
   * @param max how many at most
   */
  public Map<String, Object> scalars(int max) {
    Map<String, Object> scalars = new LinkedHashMap<>();
    if (object.size() > max) {
      errors.add(
          prefix.isEmpty() ? "body" : prefix.substring(0, prefix.length() - 1),
          "must have at most " + max + " fields");
      return scalars;
    }
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      JsonNode node = object.get(name);
      Object value =
          node.isTextual()
              ? text(name, MAX_SCALAR_TEXT)
              : node.isNull() ? null : decimal(name, decimal -> decimal);
      if (value != null) {
        scalars.put(name, value);
      }
    }
    return scalars;
  }

  /** An array's elements; an empty list when missing or wrong, which is an error. */
  public List<JsonNode> requiredArray(String name, int min, int max) {
    JsonNode node = get(name);
    if (node == null) {
      required(name);
      return List.of();
    }
    if (!node.isArray()) {
      errors.add(prefix + name, "must be an array");
      return List.of();
    }
    return elements(node, name, min, max);
  }

  /** An array's elements; an empty list when missing, or wrong, which is an error. */
  public List<JsonNode> array(String name, int max) {
    JsonNode node = get(name);
    if (node == null) {
      return List.of();
    }
    if (!node.isArray()) {
      errors.add(prefix + name, "must be an array");
      return List.of();
    }
    return elements(node, name, 0, max);
  }

  private List<JsonNode> elements(JsonNode node, String name, int min, int max) {
    if (node.size() < min || node.size() > max) {
      errors.add(prefix + name, "must have " + min + " to " + max + " elements");
      return List.of();
    }
    List<JsonNode> elements = new ArrayList<>(node.size());
    node.forEach(elements::add);
    return elements;
  }
}
