package io.tola.market.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Values as texts for the shared tier, and back: classes of ours in there would tie its entries to one
 * class loader and one version. A text begins with the shape it was written in, so a node of another
 * version reads nothing instead of nonsense. Records are written as their components, one after another.
 * Lists, sets and maps come back in their order, unmodifiable. Thread-safe.
 */
final class ValueCodec {

  private final Type type;
  private final int shape;

  /**
   * @param type made of records, lists, sets, maps, optionals, enums, numbers, texts, times and ids
   * @throws IllegalStateException naming what it can't write
   */
  ValueCodec(Type type) {
    this.type = type;
    StringBuilder description = new StringBuilder(1_024);
    describe(type, Map.of(), description, new HashSet<>());
    this.shape = description.toString().hashCode();
  }

  String encode(Object value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(shape);
      write(out, type, Map.of(), value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** Empty when the text wasn't written by a node of this version. */
  Optional<Object> decode(String text) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      if (in.readInt() != shape) {
        return Optional.empty();
      }
      Object value = read(in, type, Map.of());
      return in.read() < 0 ? Optional.ofNullable(value) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static Type bound(Type type, Map<TypeVariable<?>, Type> variables) {
    if (type instanceof TypeVariable<?> variable) {
      Type there = variables.get(variable);
      if (there == null) {
        throw new IllegalStateException("nobody says what " + variable + " is");
      }
      return there;
    }
    return type;
  }

  private static Class<?> raw(Type type) {
    if (type instanceof ParameterizedType generic) {
      return (Class<?>) generic.getRawType();
    }
    if (type instanceof Class<?> plain) {
      return plain;
    }
    throw new IllegalStateException("no form for " + type.getTypeName());
  }

  private static Type argument(Type type, int index, Map<TypeVariable<?>, Type> variables) {
    if (!(type instanceof ParameterizedType generic)) {
      throw new IllegalStateException("nobody says what is in a " + type.getTypeName());
    }
    return bound(generic.getActualTypeArguments()[index], variables);
  }

  /** What the record's own type variables stand for. */
  private static Map<TypeVariable<?>, Type> within(
      Type record, Map<TypeVariable<?>, Type> variables) {
    if (!(record instanceof ParameterizedType generic)) {
      return Map.of();
    }
    TypeVariable<?>[] names = raw(record).getTypeParameters();
    Map<TypeVariable<?>, Type> own = new HashMap<>();
    for (int i = 0; i < names.length; i++) {
      own.put(names[i], bound(generic.getActualTypeArguments()[i], variables));
    }
    return own;
  }

  private static boolean isList(Class<?> plain) {
    return plain == List.class || plain == Collection.class;
  }

  private static void describe(
      Type given, Map<TypeVariable<?>, Type> variables, StringBuilder into, Set<Class<?>> within) {
    Type type = bound(given, variables);
    Class<?> plain = raw(type);
    into.append(plain.getName()).append('(');
    if (isList(plain) || plain == Set.class || plain == Optional.class) {
      describe(argument(type, 0, variables), variables, into, within);
    } else if (plain == Map.class) {
      describe(argument(type, 0, variables), variables, into, within);
      describe(argument(type, 1, variables), variables, into, within);
    } else if (plain.isRecord()) {
      if (!within.add(plain)) {
        throw new IllegalStateException(plain.getName() + " holds itself");
      }
      Records.Shape shape = Records.shape(plain);
      Map<TypeVariable<?>, Type> own = within(type, variables);
      for (int i = 0; i < shape.names().length; i++) {
        into.append(shape.names()[i]).append(':');
        describe(shape.types()[i], own, into, within);
      }
      within.remove(plain);
    } else if (plain.isEnum()) {
      into.append(Arrays.toString(plain.getEnumConstants()));
    } else if (!isSimple(plain)) {
      throw new IllegalStateException("no form for " + plain.getName());
    }
    into.append(')');
  }

  private static boolean isSimple(Class<?> plain) {
    return plain == String.class
        || plain == int.class
        || plain == Integer.class
        || plain == long.class
        || plain == Long.class
        || plain == boolean.class
        || plain == Boolean.class
        || plain == double.class
        || plain == Double.class
        || plain == BigDecimal.class
        || plain == UUID.class
        || plain == Instant.class
        || plain == LocalDate.class
        || plain == LocalTime.class
        || plain == Duration.class;
  }

  private static void write(
      DataOutputStream out, Type given, Map<TypeVariable<?>, Type> variables, Object value)
      throws IOException {
    out.writeBoolean(value != null);
    if (value == null) {
      return;
    }
    Type type = bound(given, variables);
    if (value instanceof Collection<?> items) {
      Type element = argument(type, 0, variables);
      out.writeInt(items.size());
      for (Object item : items) {
        write(out, element, variables, item);
      }
    } else if (value instanceof Map<?, ?> map) {
      Type key = argument(type, 0, variables);
      Type held = argument(type, 1, variables);
      out.writeInt(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        write(out, key, variables, entry.getKey());
        write(out, held, variables, entry.getValue());
      }
    } else if (value instanceof Optional<?> optional) {
      write(out, argument(type, 0, variables), variables, optional.orElse(null));
    } else if (value instanceof Record record) {
      Type[] types = Records.shape(record.getClass()).types();
      Object[] parts = Records.parts(record);
      Map<TypeVariable<?>, Type> own = within(type, variables);
      for (int i = 0; i < parts.length; i++) {
        write(out, types[i], own, parts[i]);
      }
    } else if (value instanceof BigDecimal decimal) {
      byte[] unscaled = decimal.unscaledValue().toByteArray();
      out.writeInt(decimal.scale());
      out.writeInt(unscaled.length);
      out.write(unscaled);
    } else if (value instanceof String text) {
      byte[] utf = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(utf.length);
      out.write(utf);
    } else if (value instanceof Integer number) {
      out.writeInt(number);
    } else if (value instanceof Long number) {
      out.writeLong(number);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof Double number) {
      out.writeDouble(number);
    } else if (value instanceof UUID id) {
      out.writeLong(id.getMostSignificantBits());
      out.writeLong(id.getLeastSignificantBits());
    } else if (value instanceof Instant at) {
      out.writeLong(at.getEpochSecond());
      out.writeInt(at.getNano());
    } else if (value instanceof LocalDate day) {
      out.writeLong(day.toEpochDay());
    } else if (value instanceof LocalTime time) {
      out.writeLong(time.toNanoOfDay());
    } else if (value instanceof Duration length) {
      out.writeLong(length.getSeconds());
      out.writeInt(length.getNano());
    } else if (value instanceof Enum<?> constant) {
      out.writeInt(constant.ordinal());
    } else {
      throw new IllegalStateException("no form for " + value.getClass().getName());
    }
  }

  private static Object read(DataInputStream in, Type given, Map<TypeVariable<?>, Type> variables)
      throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    Type type = bound(given, variables);
    Class<?> plain = raw(type);
    if (isList(plain) || plain == Set.class) {
      Type element = argument(type, 0, variables);
      int size = in.readInt();
      Collection<Object> items = isList(plain) ? new ArrayList<>() : new LinkedHashSet<>();
      for (int i = 0; i < size; i++) {
        items.add(read(in, element, variables));
      }
      return items instanceof List<Object> list
          ? Collections.unmodifiableList(list)
          : Collections.unmodifiableSet((Set<Object>) items);
    }
    if (plain == Map.class) {
      Type key = argument(type, 0, variables);
      Type held = argument(type, 1, variables);
      int size = in.readInt();
      Map<Object, Object> map = new LinkedHashMap<>();
      for (int i = 0; i < size; i++) {
        Object name = read(in, key, variables);
        map.put(name, read(in, held, variables));
      }
      return Collections.unmodifiableMap(map);
    }
    if (plain == Optional.class) {
      return Optional.ofNullable(read(in, argument(type, 0, variables), variables));
    }
    if (plain.isRecord()) {
      Type[] types = Records.shape(plain).types();
      Map<TypeVariable<?>, Type> own = within(type, variables);
      Object[] values = new Object[types.length];
      for (int i = 0; i < types.length; i++) {
        values[i] = read(in, types[i], own);
      }
      return Records.make(plain, values);
    }
    if (plain == BigDecimal.class) {
      int scale = in.readInt();
      return new BigDecimal(new BigInteger(in.readNBytes(in.readInt())), scale);
    }
    if (plain == String.class) {
      return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
    if (plain == int.class || plain == Integer.class) {
      return in.readInt();
    }
    if (plain == long.class || plain == Long.class) {
      return in.readLong();
    }
    if (plain == boolean.class || plain == Boolean.class) {
      return in.readBoolean();
    }
    if (plain == double.class || plain == Double.class) {
      return in.readDouble();
    }
    if (plain == UUID.class) {
      return new UUID(in.readLong(), in.readLong());
    }
    if (plain == Instant.class) {
      return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }
    if (plain == LocalDate.class) {
      return LocalDate.ofEpochDay(in.readLong());
    }
    if (plain == LocalTime.class) {
      return LocalTime.ofNanoOfDay(in.readLong());
    }
    if (plain == Duration.class) {
      return Duration.ofSeconds(in.readLong(), in.readInt());
    }
    if (plain.isEnum()) {
      return plain.getEnumConstants()[in.readInt()];
    }
    throw new IllegalStateException("no form for " + plain.getName());
  }
}
