package io.tola.market.store;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;

/** Takes records apart and puts them together, also those their package keeps to itself. Thread-safe. */
final class Records {

  /** How one record type is made and read. */
  record Shape(String[] names, Type[] types, Method[] readers, Constructor<?> maker) {}

  private static final ClassValue<Shape> SHAPES =
      new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
          RecordComponent[] parts = type.getRecordComponents();
          Method[] readers =
              Arrays.stream(parts).map(RecordComponent::getAccessor).toArray(Method[]::new);
          for (Method reader : readers) {
            reader.setAccessible(true);
          }
          try {
            Constructor<?> maker =
                type.getDeclaredConstructor(
                    Arrays.stream(parts).map(RecordComponent::getType).toArray(Class<?>[]::new));
            maker.setAccessible(true);
            return new Shape(
                Arrays.stream(parts).map(RecordComponent::getName).toArray(String[]::new),
                Arrays.stream(parts).map(RecordComponent::getGenericType).toArray(Type[]::new),
                readers,
                maker);
          } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record without its constructor: " + type, e);
          }
        }
      };

  private Records() {}

  static Shape shape(Class<?> record) {
    return SHAPES.get(record);
  }

  static Object[] parts(Record record) {
    Method[] readers = shape(record.getClass()).readers;
    Object[] parts = new Object[readers.length];
    try {
      for (int i = 0; i < readers.length; i++) {
        parts[i] = readers[i].invoke(record);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record that can't be read: " + record.getClass(), e);
    }
    return parts;
  }

  /**
   * @throws IllegalArgumentException when the record refuses the parts
   */
  static Object make(Class<?> record, Object[] parts) {
    try {
      return shape(record).maker.newInstance(parts);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("a record that can't be made: " + record, e);
    }
  }
}
