package io.tola.audit.domain;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/**
 * What a log says of itself at one moment: so many leaves, this root. As text it is the checkpoint of
 * C2SP's tlog-checkpoint, with the moment as an extension line.
 *
 * @param origin the log's name; no white space, no plus sign
 */
public record Checkpoint(String origin, long size, Hash root, Instant at) {

  private static final String TIME = "time ";

  /** The text that is signed, with its last line feed. */
  public String text() {
    return origin
        + "\n"
        + size
        + "\n"
        + Base64.getEncoder().encodeToString(root.bytes())
        + "\n"
        + TIME
        + at
        + "\n";
  }

  /**
   * A checkpoint from its text.
   *
   * @throws IllegalArgumentException when it is none of this log's kind
   */
  public static Checkpoint parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length != 5 || !lines[4].isEmpty() || !lines[3].startsWith(TIME)) {
      throw new IllegalArgumentException("not a checkpoint of an audit log");
    }
    try {
      return new Checkpoint(
          lines[0],
          Long.parseLong(lines[1]),
          Hash.of(Base64.getDecoder().decode(lines[2])),
          Instant.parse(lines[3].substring(TIME.length())));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("not a checkpoint of an audit log", e);
    }
  }
}
