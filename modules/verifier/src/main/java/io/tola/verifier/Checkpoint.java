package io.tola.verifier;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/**
 * A checkpoint whose signature was verified: a signed note whose text is origin, size, root and
 * possibly further lines, one of them {@code time <RFC 3339>}.
 *
 * @param at null when it doesn't say
 */
record Checkpoint(String origin, long size, byte[] root, Instant at) {

  /** What a signature's line begins with. */
  static final String MARK = "\u2014 ";

  /** Key id and Ed25519 signature. */
  private static final int SIGNATURE = 4 + 64;

  /**
   * Opens a signed note.
   *
   * @throws Refused when none of the keys signed it, or it isn't a checkpoint
   */
  static Checkpoint open(String note, List<LogKey> keys) throws Refused {
    int end = note.indexOf("\n\n");
    if (end < 0) {
      throw new Refused("not a signed checkpoint");
    }
    String text = note.substring(0, end + 1);
    String[] lines = text.split("\n");
    String origin = lines[0];
    List<LogKey> named = keys.stream().filter(k -> k.name().equals(origin)).toList();
    if (named.isEmpty()) {
      throw new Refused(
          "foreign: it is of the log \""
              + origin
              + "\", the key given is of \""
              + String.join("\", \"", keys.stream().map(LogKey::name).toList())
              + "\"");
    }
    boolean otherKey = false;
    boolean signed = false;
    for (String line : note.substring(end + 2).split("\n")) {
      int space = line.lastIndexOf(' ');
      if (!line.startsWith(MARK) || space <= MARK.length()) {
        continue;
      }
      if (!line.substring(MARK.length(), space).equals(origin)) {
        continue;
      }
      byte[] bytes;
      try {
        bytes = Base64.getDecoder().decode(line.substring(space + 1));
      } catch (IllegalArgumentException e) {
        continue;
      }
      // One spelling only: what stands in the unused bits of the last character counts too.
      if (bytes.length <= 4
          || !Base64.getEncoder().encodeToString(bytes).equals(line.substring(space + 1))) {
        continue;
      }
      byte[] id = Arrays.copyOf(bytes, 4);
      otherKey = true;
      for (LogKey key : named) {
        if (key.hasId(id)) {
          otherKey = false;
          signed |=
              key.signed(
                  text.getBytes(StandardCharsets.UTF_8),
                  Arrays.copyOfRange(bytes, 4, bytes.length));
        }
      }
    }
    if (!signed) {
      throw new Refused(
          otherKey
              ? "foreign: it is signed with another key than the one given"
              : "its signature is wrong: the checkpoint was changed, or its signature forged");
    }
    return parse(lines);
  }

  /** Whether a text is lines of whole signatures, right or wrong ones. */
  static boolean isSignature(String text) {
    return text.lines().allMatch(line -> signature(line) != null);
  }

  private static byte[] signature(String line) {
    int space = line.lastIndexOf(' ');
    // Java decodes what lacks its padding too; here it was cut off.
    if (!line.startsWith(MARK) || space <= MARK.length() || (line.length() - space - 1) % 4 != 0) {
      return null;
    }
    try {
      byte[] bytes = Base64.getDecoder().decode(line.substring(space + 1));
      return bytes.length >= SIGNATURE ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Whether one of the keys signed a note under a name that isn't the key's. */
  static boolean isSignedAs(String note, String name, List<LogKey> keys) {
    int end = note.indexOf("\n\n") + 1;
    byte[] text = note.substring(0, end).getBytes(StandardCharsets.UTF_8);
    return note.substring(end + 1)
        .lines()
        .filter(line -> line.startsWith(MARK + name + " "))
        .map(Checkpoint::signature)
        .filter(Objects::nonNull)
        .anyMatch(
            bytes ->
                keys.stream()
                    .anyMatch(k -> k.signed(text, Arrays.copyOfRange(bytes, 4, bytes.length))));
  }

  private static Checkpoint parse(String[] lines) throws Refused {
    if (lines.length < 3) {
      throw new Refused("signed, but not a checkpoint");
    }
    try {
      Instant at = null;
      for (int i = 3; i < lines.length; i++) {
        if (lines[i].startsWith("time ")) {
          at = Instant.parse(lines[i].substring(5));
        }
      }
      byte[] root = Base64.getDecoder().decode(lines[2]);
      long size = Long.parseLong(lines[1]);
      if (root.length != 32 || size < 0) {
        throw new Refused("signed, but not a checkpoint");
      }
      return new Checkpoint(lines[0], size, root, at);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new Refused("signed, but not a checkpoint");
    }
  }

  /** In words for people. */
  String words() {
    return size + " entries" + (at == null ? "" : " at " + at);
  }
}
