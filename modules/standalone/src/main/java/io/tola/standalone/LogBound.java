package io.tola.standalone;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps log files from filling the disk: one that has grown too large becomes {@code ….1}, in the
 * place of the one before, and begins anew under its own name. It is copied and cut, not renamed, so
 * that who appends to it goes on and who reads it finds it where it was; a line that is written in
 * between is lost. PostgreSQL's own rotation bounds nothing: by size it opens the same name again and
 * appends.
 */
final class LogBound implements AutoCloseable {

  private static final Logger LOG = System.getLogger(LogBound.class.getName());

  private static final long EVERY_SECONDS = 5;

  private final List<Path> files;
  private final long bytes;
  private final ScheduledExecutorService looks =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "log-bound");
            thread.setDaemon(true);
            return thread;
          });

  private LogBound(List<Path> files, long bytes) {
    this.files = files;
    this.bytes = bytes;
  }

  /**
   * Looks every five seconds until it is closed.
   *
   * @param bytes from which size on a file begins anew
   */
  static LogBound of(List<Path> files, long bytes) {
    LogBound bound = new LogBound(files, bytes);
    bound.looks.scheduleWithFixedDelay(bound::look, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    return bound;
  }

  private void look() {
    for (Path file : files) {
      try {
        cut(file, bytes);
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.WARNING, "Can't bound the log " + file, e);
      }
    }
  }

  /** Whether it was too large. */
  static boolean cut(Path file, long bytes) throws IOException {
    if (!Files.exists(file) || Files.size(file) <= bytes) {
      return false;
    }
    Files.copy(
        file,
        file.resolveSibling(file.getFileName() + ".1"),
        StandardCopyOption.REPLACE_EXISTING,
        StandardCopyOption.COPY_ATTRIBUTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
    return true;
  }

  @Override
  public void close() {
    looks.shutdownNow();
  }
}
