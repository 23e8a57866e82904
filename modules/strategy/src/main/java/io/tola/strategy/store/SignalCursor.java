package io.tola.strategy.store;

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
 * Where a page of signals ended: its last row's bar and id. Opaque to clients, not secret and not
 * trusted.
 */
record SignalCursor(Instant barStart, UUID id) {

  private static final byte MARK = 's';
  private static final int LENGTH = 1 + 3 * Long.BYTES;
  // Year 9999, which timestamptz can hold.
  private static final long LATEST = 253_402_300_799_999_999L;

  String encode() {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    bytes.put(MARK).putLong(ChronoUnit.MICROS.between(Instant.EPOCH, barStart));
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws ProblemException INVALID_PARAMETER for anything else
   */
  static SignalCursor decode(String text) {
    byte[] raw;
    try {
      raw = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    if (raw.length != LENGTH || raw[0] != MARK) {
      throw invalid();
    }
    ByteBuffer bytes = ByteBuffer.wrap(raw, 1, LENGTH - 1);
    long micros = bytes.getLong();
    if (micros < 0 || micros > LATEST) {
      throw invalid();
    }
    return new SignalCursor(
        Instant.EPOCH.plus(micros, ChronoUnit.MICROS), new UUID(bytes.getLong(), bytes.getLong()));
  }

  private static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.INVALID_PARAMETER,
        "The cursor is not one that this list has given out",
        List.of(new FieldError("cursor", "must be a next_cursor of the same list")));
  }
}
