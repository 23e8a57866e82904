package io.tola.performance.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Something worth doing.
 *
 * @param id sixteen hexadecimal digits; the same on every node and each time the same is advised
 * @param code which rule says so
 * @param severity {@code info}, {@code warning} or {@code critical}
 * @param subject what it is about: a statement's id, a request, a pool, an index
 * @param reason the figures it rests on
 * @param advice what to do
 */
public record Recommendation(
    String id, String code, String severity, String subject, String reason, String advice) {

  /** What a rule says of a subject once: the two make its id. */
  public Recommendation(
      String code, String severity, String subject, String reason, String advice) {
    this(idOf(code, subject), code, severity, subject, reason, advice);
  }

  /** The id of what {@code parts} tell from all else: the code first. */
  public static String idOf(String... parts) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
