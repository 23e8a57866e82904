package io.tola.trading.store;

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
 * Where a page ended: the moment and the id of its last row. Opaque to clients, but not secret and
 * not trusted: a cursor only says where to continue within what the caller may see anyway.
 *
 * @param at moment of the last row, microseconds
 * @param id id of the last row
 */
record Cursor(Instant at, UUID id) {

  /** Which list a cursor belongs to, so that one list's cursor isn't taken for another's. */
  enum Of {
    ORDERS((byte) 'o'),
    TRADES((byte) 't');

    private final byte mark;

    Of(byte mark) {
      this.mark = mark;
    }
  }

  private static final int LENGTH = 1 + Long.BYTES + 2 * Long.BYTES;
  // What timestamptz can hold and nobody trades beyond: years 1970 to 9999.
  private static final long LATEST = 253_402_300_799_999_999L;

  String encode(Of list) {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    bytes.put(list.mark);
    bytes.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, at));
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @return null for null
   * @throws ProblemException INVALID_PARAMETER for anything else
   */
  static Cursor decode(String text, Of list) {
    if (text == null) {
      return null;
    }
    byte[] raw;
    try {
      raw = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    if (raw.length != LENGTH || raw[0] != list.mark) {
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
