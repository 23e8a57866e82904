package io.tola.audit.application;

import io.tola.audit.domain.Micros;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/**
 * The last entry of a page, as clients carry it: base64url of a version byte, the time in
 * microseconds and the id.
 */
record TrailCursor(Instant at, UUID id) {

  private static final byte VERSION = 1;
  private static final int LENGTH = 1 + Long.BYTES + 2 * Long.BYTES;

  /** Year 1 to 9999, which is what the database can be asked for. */
  private static final long MIN_MICROS = Micros.of(Instant.parse("0001-01-01T00:00:00Z"));

  private static final long MAX_MICROS = Micros.of(Instant.parse("9999-12-31T23:59:59.999999Z"));

  String text() {
    byte[] bytes =
        ByteBuffer.allocate(LENGTH)
            .put(VERSION)
            .putLong(Micros.of(at))
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * @return null for null
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for anything this class didn't
   *     make
   */
  static TrailCursor parse(String text) {
    if (text == null) {
      return null;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw TrailReader.invalid("cursor", "is not one this service made");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (bytes.length != LENGTH || buffer.get() != VERSION) {
      throw TrailReader.invalid("cursor", "is not one this service made");
    }
    long micros = buffer.getLong();
    if (micros < MIN_MICROS || micros > MAX_MICROS) {
      throw TrailReader.invalid("cursor", "is not one this service made");
    }
    return new TrailCursor(Micros.toInstant(micros), new UUID(buffer.getLong(), buffer.getLong()));
  }
}
