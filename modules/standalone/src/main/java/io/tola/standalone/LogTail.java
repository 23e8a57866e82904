package io.tola.standalone;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The last lines of a log file, for the message that says why something didn't start. */
final class LogTail {

  /** Stack frames, and the messages that Liberty writes when all goes well. */
  private static final Pattern CHATTER =
      Pattern.compile(
          "^\\s+at |^\\s*$|CWWKG0028A|CWWKT0016I|CWWKF0012I|CWWKS4104A|Sharing is only supported");

  private static final int MAX_BYTES = 64 * 1024;

  private LogTail() {}

  /** At most so many lines from the file's end, without stack frames and Liberty's chatter, each indented; a note if there is no such file. */
  static String of(Path file, int lines) {
    try {
      List<String> all = end(file).lines().filter(line -> !CHATTER.matcher(line).find()).toList();
      return "    "
          + String.join("\n    ", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "    (nothing in " + file + ")";
    }
  }

  /** Whether the text stands in the file's last part. */
  static boolean contains(Path file, String text) {
    try {
      return end(file).contains(text);
    } catch (IOException e) {
      return false;
    }
  }

  private static String end(Path file) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "r")) {
      long start = Math.max(0, access.length() - MAX_BYTES);
      access.seek(start);
      byte[] bytes = new byte[(int) (access.length() - start)];
      access.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
