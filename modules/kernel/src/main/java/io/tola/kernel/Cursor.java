package io.tola.kernel;

import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;

/**
 * Where a page of a list ordered by time ended, as a text that means nothing to whoever carries it
 * and isn't trusted when it comes back.
 *
 * @param at the time of the page's last row, cut to microseconds
 * @param id of that row
 */
public record Cursor(Instant at, UUID id) {

  private static final int LENGTH = 1 + Long.BYTES + 2 * Long.BYTES;
  // What timestamptz can hold and nobody trades beyond: years 1970 to 9999.
  private static final long LATEST = 253_402_300_799_999_999L;

  /**
   * The text.
   *
   * @param list which list it belongs to, so that one list's cursor isn't taken for another's; an
   *     ASCII character
   */
  public String encode(char list) {
    byte[] bytes =
        ByteBuffer.allocate(LENGTH)
            .put((byte) list)
            .putLong(at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * Reads what {@link #encode} wrote for the same list.
   *
   * @return null for null
   * @throws ProblemException INVALID_PARAMETER for anything else
   */
  public static Cursor decode(String text, char list) {
    if (text == null) {
      return null;
    }
    byte[] raw;
    try {
      raw = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    if (raw.length != LENGTH || raw[0] != (byte) list) {
      throw invalid();
    }
    ByteBuffer bytes = ByteBuffer.wrap(raw, 1, LENGTH - 1);
    long micros = bytes.getLong();
    if (micros < 0 || micros > LATEST) {
      throw invalid();
    }
    return new Cursor(
        Instant.EPOCH.plus(micros, ChronoUnit.MICROS), new UUID(bytes.getLong(), bytes.getLong()));
  }

  private static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.INVALID_PARAMETER,
        "The cursor is not one that this list has given out",
        List.of(new FieldError("cursor", "must be a next_cursor of the same list")));
  }
}
