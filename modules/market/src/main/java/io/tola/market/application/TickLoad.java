package io.tola.market.application;

import io.tola.market.api.TickFormat;
import io.tola.market.api.TickReport;
import io.tola.market.domain.TickBatch;
import io.tola.market.domain.TickLines;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.ZipException;

/**
 * One body of ticks on its way into the store. Memory is one piece of {@value #PIECE} ticks, however
 * long the body is. Used once, by one thread.
 *
 * <p>The last line of a body that ends well counts, with or without its line end. The last line of
 * one that breaks off doesn't: it may be half of one, and half a price looks like a price.
 */
final class TickLoad {

  /** Ticks in one transaction. */
  static final int PIECE = 20_000;

  /** A trickle is stored this often, so that live ticks make bars while the body is still open. */
  private static final long LONGEST_WAIT_NANOS = Duration.ofMillis(250).toNanos();

  private static final int LONGEST_LINE = 1_024;
  private static final int MOST_ERRORS = 100;
  private static final int BUFFER = Unpacked.BUFFER;

  /** Stores a piece; says how many ticks of it were new. */
  @FunctionalInterface
  interface Store {
    long store(TickBatch batch) throws SQLException;
  }

  /** The first line of a CSV doesn't name columns of ticks. */
  static final class UnknownColumnsException extends Exception {
    private static final long serialVersionUID = 1L;

    private UnknownColumnsException(String message) {
      super(message);
    }
  }

  /** A piece could not be stored. */
  static final class NotStoredException extends Exception {
    private static final long serialVersionUID = 1L;
    private final long line;
    private final long accepted;

    private NotStoredException(long line, long accepted, SQLException cause) {
      super(cause.getMessage(), cause);
      this.line = line;
      this.accepted = accepted;
    }

    long line() {
      return line;
    }

    long accepted() {
      return accepted;
    }
  }

  private final TickLines lines;
  private final Clock clock;
  private final Duration ahead;
  private final Store store;
  private final TickBatch batch = new TickBatch(PIECE);
  private final List<TickReport.Rejected> firstErrors = new ArrayList<>();
  private long batchNanos;
  private long line;
  private long accepted;
  private long duplicates;
  private long rejected;

  TickLoad(
      Collection<String> symbols,
      TickFormat format,
      KeepSettings settings,
      Clock clock,
      Store store) {
    Instant now = clock.instant();
    this.lines = new TickLines(format, symbols, micros(settings.ticksSince(now)));
    this.clock = clock;
    this.ahead = settings.ahead();
    this.store = store;
    lines.latest(micros(now.plus(ahead)));
  }

  private static long micros(Instant instant) {
    return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
  }

  long accepted() {
    return accepted;
  }

  long duplicates() {
    return duplicates;
  }

  long rejected() {
    return rejected;
  }

  TickReport run(InputStream body) throws UnknownColumnsException, NotStoredException {
    boolean complete = true;
    byte[] buffer = new byte[BUFFER];
    int filled = 0;
    boolean overlong = false;
    // The body is the caller's to close.
    try (Unpacked in = Unpacked.of(body)) {
      while (true) {
        int got = in.read(buffer, filled, buffer.length - filled);
        if (got < 0) {
          break;
        }
        int from = 0;
        for (int i = filled; i < filled + got; i++) {
          if (buffer[i] == '\n') {
            if (overlong) {
              overlong = false;
              tooLong();
            } else {
              line(buffer, from, i);
            }
            from = i + 1;
          }
        }
        filled = filled + got - from;
        if (filled > LONGEST_LINE) {
          overlong = true;
          filled = 0;
        } else {
          System.arraycopy(buffer, from, buffer, 0, filled);
        }
        if (!batch.isEmpty() && System.nanoTime() - batchNanos > LONGEST_WAIT_NANOS) {
          flush();
        }
      }
      if (overlong) {
        tooLong();
      } else if (filled > 0) {
        line(buffer, 0, filled);
      }
    } catch (ZipException e) {
      // Damage shows some way behind where it is, and what was unpacked between may look like
      // ticks.
      batch.clear();
      complete = false;
      broken("is damaged before here: " + reason(e) + "; the last piece read is not stored");
    } catch (IOException e) {
      complete = false;
      broken("breaks off here: " + reason(e) + "; the ticks before are stored");
    }
    flush();
    return new TickReport(accepted, duplicates, rejected, complete, firstErrors);
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null || message.isBlank() ? "it ends in the middle" : message;
  }

  private void line(byte[] buffer, int start, int end)
      throws UnknownColumnsException, NotStoredException {
    line++;
    int from = start;
    int to = end;
    if (to > from && buffer[to - 1] == '\r') {
      to--;
    }
    if (line == 1
        && to - from >= 3
        && buffer[from] == (byte) 0xEF
        && buffer[from + 1] == (byte) 0xBB
        && buffer[from + 2] == (byte) 0xBF) {
      from += 3;
    }
    if (to - from > LONGEST_LINE) {
      line--;
      tooLong();
      return;
    }
    if (lines.needsHeader()) {
      String wrong = lines.header(buffer, from, to);
      if (wrong != null) {
        throw new UnknownColumnsException(wrong);
      }
      return;
    }
    if (from == to) {
      return;
    }
    if (!lines.read(buffer, from, to, batch)) {
      reject(lines.wrongField(), lines.wrong());
    } else if (batch.size() == 1) {
      batchNanos = System.nanoTime();
    } else if (batch.isFull()) {
      flush();
    }
  }

  private void tooLong() throws UnknownColumnsException {
    line++;
    if (lines.needsHeader()) {
      throw new UnknownColumnsException("the line is too long");
    }
    reject("line", "is longer than " + LONGEST_LINE + " bytes");
  }

  private void reject(String field, String message) {
    rejected++;
    if (firstErrors.size() < MOST_ERRORS) {
      firstErrors.add(new TickReport.Rejected(line, field, message));
    }
  }

  /** Said before all other reasons, of which there may be many. */
  private void broken(String message) {
    line++;
    rejected++;
    if (firstErrors.size() == MOST_ERRORS) {
      firstErrors.remove(MOST_ERRORS - 1);
    }
    firstErrors.add(0, new TickReport.Rejected(line, "body", message));
  }

  private void flush() throws NotStoredException {
    if (!batch.isEmpty()) {
      try {
        long added = store.store(batch);
        accepted += batch.size();
        duplicates += batch.size() - added;
      } catch (SQLException e) {
        throw new NotStoredException(line, accepted, e);
      }
      batch.clear();
    }
    lines.latest(micros(clock.instant().plus(ahead)));
  }
}
