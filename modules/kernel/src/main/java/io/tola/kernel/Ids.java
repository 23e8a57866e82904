package io.tola.kernel;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import io.tola.kernel.problem.InvalidValueException;
import java.util.UUID;

/**
 * Ids of everything that is stored: UUID version 7 (RFC 9562), made by the application, so that a
 * row's id is known before it is written and neighbours in time are neighbours in the index.
 */
public final class Ids {

  private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

  private Ids() {}

  /** Returns a new id; thread-safe, never blocks on entropy after the first call. */
  public static UUID next() {
    return GENERATOR.generate();
  }

  /**
   * Parses the canonical 36-character form, in either case.
   *
   * @param field the name of the field, for the message
   * @throws InvalidValueException when the text is anything else; {@link UUID#fromString} would
   *     take {@code 1-1-1-1-1}
   */
  public static UUID parse(String field, String text) {
    if (text == null || text.length() != 36) {
      throw new InvalidValueException(field, "must be a UUID of 36 characters");
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException(field, "must be a UUID of 36 characters");
    }
  }
}
