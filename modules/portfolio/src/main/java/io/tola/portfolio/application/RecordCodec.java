package io.tola.portfolio.application;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A record as a text for the shared cache, and back: its components one after another, those that
 * are records likewise. A text begins with the shape it was written in, so a node of another version
 * reads nothing instead of nonsense. Thread-safe.
 *
 * @param <T> made of records, lists, enums, numbers, texts, times and ids
 */
final class RecordCodec<T extends Record> {

  private final Class<T> type;
  private final int shape;

  RecordCodec(Class<T> type) {
    this.type = type;
    StringBuilder description = new StringBuilder(1_024);
    describe(type, description);
    this.shape = description.toString().hashCode();
  }

  String encode(T value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4_096);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(shape);
      write(out, type, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** Empty when the text wasn't written by a node of this version. */
  Optional<T> decode(String text) {
    try (DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      return in.readInt() == shape ? Optional.of(type.cast(read(in, type))) : Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void describe(Type type, StringBuilder into) {
    into.append(type.getTypeName()).append('(');
    if (type instanceof ParameterizedType list) {
      describe(list.getActualTypeArguments()[0], into);
    } else if (((Class<?>) type).isRecord()) {
      for (RecordComponent part : ((Class<?>) type).getRecordComponents()) {
        into.append(part.getName()).append(':');
        describe(part.getGenericType(), into);
      }
    } else if (((Class<?>) type).isEnum()) {
      into.append(Arrays.toString(((Class<?>) type).getEnumConstants()));
    }
    into.append(')');
  }

  private static void write(DataOutputStream out, Type type, Object value) throws IOException {
    out.writeBoolean(value != null);
    if (value == null) {
      return;
    }
    if (value instanceof List<?> list) {
      Type element = ((ParameterizedType) type).getActualTypeArguments()[0];
      out.writeInt(list.size());
      for (Object item : list) {
        write(out, element, item);
      }
    } else if (value instanceof Record) {
      for (RecordComponent part : value.getClass().getRecordComponents()) {
        write(out, part.getGenericType(), component(part, value));
      }
    } else if (value instanceof BigDecimal decimal) {
      byte[] unscaled = decimal.unscaledValue().toByteArray();
      out.writeInt(decimal.scale());
      out.writeInt(unscaled.length);
      out.write(unscaled);
    } else if (value instanceof String text) {
      out.writeUTF(text);
    } else if (value instanceof Integer number) {
      out.writeInt(number);
    } else if (value instanceof Long number) {
      out.writeLong(number);
    } else if (value instanceof Boolean truth) {
      out.writeBoolean(truth);
    } else if (value instanceof UUID id) {
      out.writeLong(id.getMostSignificantBits());
      out.writeLong(id.getLeastSignificantBits());
    } else if (value instanceof Instant at) {
      out.writeLong(at.getEpochSecond());
      out.writeInt(at.getNano());
    } else if (value instanceof LocalDate day) {
      out.writeLong(day.toEpochDay());
    } else if (value instanceof Enum<?> constant) {
      out.writeInt(constant.ordinal());
    } else {
      throw new IllegalStateException("no form for " + value.getClass().getName());
    }
  }

  private static Object read(DataInputStream in, Type type) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    if (type instanceof ParameterizedType list) {
      int size = in.readInt();
      List<Object> items = new ArrayList<>(size);
      for (int i = 0; i < size; i++) {
        items.add(read(in, list.getActualTypeArguments()[0]));
      }
      return items;
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      RecordComponent[] parts = plain.getRecordComponents();
      Object[] values = new Object[parts.length];
      for (int i = 0; i < parts.length; i++) {
        values[i] = read(in, parts[i].getGenericType());
      }
      return make(plain, parts, values);
    }
    if (plain == BigDecimal.class) {
      int scale = in.readInt();
      return new BigDecimal(new BigInteger(in.readNBytes(in.readInt())), scale);
    }
    if (plain == String.class) {
      return in.readUTF();
    }
    if (plain == int.class || plain == Integer.class) {
      return in.readInt();
    }
    if (plain == long.class || plain == Long.class) {
      return in.readLong();
    }
    if (plain == boolean.class) {
      return in.readBoolean();
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
    if (plain.isEnum()) {
      return plain.getEnumConstants()[in.readInt()];
    }
    throw new IllegalStateException("no form for " + plain.getName());
  }

  private static Object component(RecordComponent part, Object record) {
    try {
      return part.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record that can't be read: " + record.getClass(), e);
    }
  }

  private static Object make(Class<?> type, RecordComponent[] parts, Object[] values) {
    Class<?>[] types = Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record that can't be made: " + type, e);
    }
  }
}
