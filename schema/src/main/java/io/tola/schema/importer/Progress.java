package io.tola.schema.importer;

import java.io.PrintWriter;
import java.util.Locale;

/** Says how far it is: a bar that is rewritten on a terminal, plain lines otherwise. */
final class Progress {

  private static final int WIDTH = 30;
  private static final int STEPS = 200;

  private final PrintWriter out;
  private final boolean terminal;
  private final long totalBytes;
  private long bytes;
  private long step = -1;

  Progress(PrintWriter out, boolean terminal, long totalBytes) {
    this.out = out;
    this.terminal = terminal;
    this.totalBytes = Math.max(1, totalBytes);
  }

  /** So many bytes more were read of the file. */
  void read(String file, long more) {
    bytes += more;
    long now = bytes * STEPS / totalBytes;
    if (terminal && now != step) {
      step = now;
      int full = (int) Math.min(WIDTH, bytes * WIDTH / totalBytes);
      out.print(
          String.format(
              Locale.ROOT,
              "\r[%s%s] %3d %%  %-40.40s",
              "=".repeat(full),
              " ".repeat(WIDTH - full),
              Math.min(100, bytes * 100 / totalBytes),
              "reading " + file));
      out.flush();
    }
  }

  /** What takes long and has no measure; a terminal's line until something is said. */
  void doing(String what) {
    if (terminal) {
      out.print(String.format(Locale.ROOT, "\r%-" + (WIDTH + 50) + ".80s", what + " …"));
      out.flush();
    }
  }

  /** Something is done. */
  void say(String line) {
    if (terminal) {
      out.print("\r" + " ".repeat(WIDTH + 52) + "\r");
      step = -1;
    }
    out.println(line);
    out.flush();
  }
}
