package io.tola.gateway.json;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The spellings of an enum in the contract, exactly. Immutable. */
public final class Codes<T> {

  private final Map<String, T> byCode;
  private final String message;

  private Codes(Map<String, T> byCode) {
    this.byCode = byCode;
    this.message = "must be one of " + String.join(", ", byCode.keySet());
  }

  public static <E extends Enum<E>> Codes<E> of(E[] values, Function<E, String> code) {
    Map<String, E> byCode = new LinkedHashMap<>();
    for (E value : values) {
      byCode.put(code.apply(value), value);
    }
    return new Codes<>(byCode);
  }

  /** The value, or null when the code is none. */
  public T get(String code) {
    return byCode.get(code);
  }

  /** What to tell who sent another one. */
  public String message() {
    return message;
  }

  /** The spellings, in order. */
  public Iterable<String> codes() {
    return byCode.keySet();
  }
}
