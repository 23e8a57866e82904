package io.tola.market.store;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A key out of parameters: SHA-256 over a form that two lists of parameters share only when they are
 * equal. Each value is written with its type and its length, so that no two run into each other; sets
 * and maps in the order of their written elements. Decimals differ by their scale too: an answer may
 * show it.
 *
 * <p>A type without such a form is refused: two objects that print alike need not be the same question.
 */
final class CacheKey {

  private static final Set<Class<?>> PLAIN =
      Set.of(
          String.class,
          Character.class,
          Boolean.class,
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          BigInteger.class,
          BigDecimal.class,
          UUID.class,
          Instant.class,
          LocalDate.class,
          LocalTime.class,
          Duration.class);

  private CacheKey() {}

  /**
   * 64 hexadecimal digits.
   *
   * @throws IllegalStateException naming what has no form
   */
  static String of(String name, List<?> parameters) {
    StringBuilder form = new StringBuilder(256);
    text(form, name);
    write(form, parameters);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      // Not by a charset: that would write one sign for every broken one.
      byte[] bytes = new byte[2 * form.length()];
      for (int i = 0; i < form.length(); i++) {
        bytes[2 * i] = (byte) (form.charAt(i) >>> 8);
        bytes[2 * i + 1] = (byte) form.charAt(i);
      }
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /**
   * Refuses a parameter's declared type that can't have a form, whatever the value.
   *
   * @throws IllegalStateException naming it
   */
  static void require(Type type) {
    if (type instanceof ParameterizedType generic) {
      require(generic.getRawType());
      for (Type argument : generic.getActualTypeArguments()) {
        require(argument);
      }
    } else if (type instanceof WildcardType wildcard) {
      require(wildcard.getUpperBounds()[0]);
    } else if (type instanceof Class<?> plain) {
      boolean known =
          (plain.isPrimitive() && plain != float.class && plain != double.class)
              || PLAIN.contains(plain)
              || plain.isEnum()
              || plain.isRecord()
              || plain == Optional.class
              || plain == Map.class
              || plain == Collection.class
              || plain == List.class
              || plain == Set.class;
      if (!known) {
        throw new IllegalStateException(plain.getName() + " can't be part of a cache's key");
      }
      if (plain.isRecord()) {
        for (var part : plain.getRecordComponents()) {
          if (!(part.getGenericType() instanceof java.lang.reflect.TypeVariable<?>)) {
            require(part.getGenericType());
          }
        }
      }
    } else {
      throw new IllegalStateException(type.getTypeName() + " can't be part of a cache's key");
    }
  }

  private static void write(StringBuilder form, Object value) {
    if (value == null) {
      form.append('-');
    } else if (PLAIN.contains(value.getClass())) {
      // Full names: one letter for both Byte and BigDecimal would let them meet.
      text(form, value.getClass().getSimpleName());
      text(form, value.toString());
    } else if (value instanceof Enum<?> constant) {
      text(form, constant.getDeclaringClass().getName());
      text(form, constant.name());
    } else if (value instanceof Record record) {
      text(form, record.getClass().getName());
      form.append('(');
      for (Object part : Records.parts(record)) {
        write(form, part);
      }
      form.append(')');
    } else if (value instanceof List<?> list) {
      form.append('[');
      list.forEach(each -> write(form, each));
      form.append(']');
    } else if (value instanceof Set<?> set) {
      List<String> written = new ArrayList<>();
      set.forEach(each -> written.add(written(each)));
      sorted(form.append('{'), written).append('}');
    } else if (value instanceof Map<?, ?> map) {
      List<String> written = new ArrayList<>();
      map.forEach((k, v) -> written.add(written(k) + written(v)));
      sorted(form.append('<'), written).append('>');
    } else if (value instanceof Optional<?> optional) {
      form.append('?');
      write(form, optional.orElse(null));
    } else {
      throw new IllegalStateException(
          value.getClass().getName() + " can't be part of a cache's key");
    }
  }

  private static String written(Object value) {
    StringBuilder form = new StringBuilder();
    write(form, value);
    return form.toString();
  }

  private static StringBuilder sorted(StringBuilder form, List<String> written) {
    written.sort(null);
    written.forEach(each -> text(form, each));
    return form;
  }

  private static void text(StringBuilder form, String text) {
    form.append(text.length()).append(':').append(text);
  }
}
