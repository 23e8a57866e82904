package io.tola.market.store;

import io.tola.market.api.Instrument;
import io.tola.market.api.Interval;
import io.tola.market.domain.BarIntake;
import io.tola.market.domain.Intake;
import io.tola.market.domain.TickCount;
import io.tola.market.domain.TickIntake;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A recorded session, played in the market's time order whatever the order of the file: recorders
 * write symbol after symbol as well as tick after tick. A file whose header is that of bars plays as
 * the ticks that {@link BarIntake} makes of them.
 *
 * <p>Opening reads the file once, sorts {@value #CHUNK} ticks at a time and lays sorted runs aside
 * in a temporary file; playing merges the runs. Memory is bounded by one chunk and 16 kB a run, so
 * 500 million ticks need about 30 MB; a file that fits in one chunk never touches the disk. Ticks of
 * the same time keep the file's order.
 *
 * <p>Not thread-safe. Close it to remove the temporary file.
 */
public final class TickFile implements AutoCloseable {

  /** Ticks sorted in memory at a time, 28 bytes each. */
  static final int CHUNK = 262_144;

  private static final int RECORD = Long.BYTES * 3 + Integer.BYTES;
  private static final int RUN_BUFFER = 16_384 / RECORD * RECORD;
  private static final int LONGEST_LINE = 512;
  private static final int GZIP_MAGIC = 0x1f8b;

  private Intake intake;
  private boolean begun;
  private final int chunk;
  private final List<Run> runs = new ArrayList<>();
  private final PriorityQueue<Run> heads =
      new PriorityQueue<>(
          Comparator.comparingLong(Run::millis).thenComparingInt(run -> run.number));
  private FileChannel spill;
  private long spilled;

  private long[] millis;
  private long[] prices;
  private long[] volumes;
  private int[] indexes;
  private int filled;
  private long earliest = Long.MAX_VALUE;
  private long latest = Long.MIN_VALUE;

  private TickFile(List<Instrument> instruments, int chunk) {
    this.intake = new TickIntake(instruments);
    this.chunk = chunk;
    this.millis = new long[chunk];
    this.prices = new long[chunk];
    this.volumes = new long[chunk];
    this.indexes = new int[chunk];
  }

  /**
   * Reads and sorts the file. Gzip is recognised by its first bytes. A file that ends in the middle,
   * as a broken gzip does, is played up to there.
   *
   * @throws IOException when it can't be read, or holds no tick of any instrument; the message says
   *     which and needs no stack trace
   */
  public static TickFile open(Path path, List<Instrument> instruments) throws IOException {
    return open(path, instruments, CHUNK);
  }

  static TickFile open(Path path, List<Instrument> instruments, int chunk) throws IOException {
    if (Files.isDirectory(path)) {
      throw new IOException(path + " is a directory, not a tick file");
    }
    TickFile file = new TickFile(instruments, chunk);
    try (InputStream raw = new BufferedInputStream(Files.newInputStream(path), 65_536)) {
      file.read(raw);
      file.intake.end(file::collect);
      file.finish();
    } catch (UncheckedIOException e) {
      file.close();
      throw e.getCause();
    } catch (NoSuchFileException e) {
      throw new IOException("there is no file " + path, e);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    if (file.count().of(TickCount.Kind.KEPT) == 0) {
      file.close();
      throw new IOException(
          path
              + " holds no "
              + (file.interval() == null ? "tick" : "bar")
              + " of a known instrument: "
              + file.count());
    }
    return file;
  }

  public TickCount count() {
    return intake.count();
  }

  /** The instruments by the index {@link Tick} uses. */
  public List<Instrument> instruments() {
    return intake.instruments();
  }

  /** The length of the recorded bars; null when ticks were recorded. */
  public Interval interval() {
    return intake.interval();
  }

  /** Time of the first tick, in milliseconds since the epoch. */
  public long earliest() {
    return earliest;
  }

  /** Time of the last tick, in milliseconds since the epoch. */
  public long latest() {
    return latest;
  }

  /** Time of the next tick, or {@link Long#MAX_VALUE} at the end. */
  public long nextMillis() {
    return heads.isEmpty() ? Long.MAX_VALUE : heads.peek().millis();
  }

  /**
   * One recorded tick.
   *
   * @param instrument index into {@link #instruments()}
   * @param millis since the epoch
   * @param price in {@link io.tola.market.domain.Units}
   * @param volume the day's shares so far
   */
  public record Tick(int instrument, long millis, long price, long volume) {}

  /**
   * The next tick in time order, or null at the end.
   *
   * @throws IOException when the temporary file fails
   */
  public Tick next() throws IOException {
    Run run = heads.poll();
    if (run == null) {
      return null;
    }
    Tick tick = run.take();
    if (run.hasNext()) {
      heads.add(run);
    }
    return tick;
  }

  @Override
  public void close() throws IOException {
    heads.clear();
    runs.clear();
    if (spill != null) {
      spill.close();
      spill = null;
    }
  }

  private void read(InputStream raw) throws IOException {
    raw.mark(2);
    int magic = (raw.read() << 8) | raw.read();
    raw.reset();
    InputStream in = raw;
    if (magic == GZIP_MAGIC) {
      in = new BufferedInputStream(new GZIPInputStream(raw, 65_536), 65_536);
    }
    byte[] line = new byte[LONGEST_LINE];
    int length = 0;
    boolean overlong = false;
    boolean any = false;
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        any = true;
        if (b == '\n') {
          line(line, length, overlong);
          length = 0;
          overlong = false;
          any = false;
        } else if (length < LONGEST_LINE) {
          line[length++] = (byte) b;
        } else {
          overlong = true;
        }
      }
      if (any) {
        line(line, length, overlong);
      }
    } catch (EOFException | ZipException e) {
      // The last line may be half of one; what came before it is whole.
      intake.count().markCutShort();
    }
  }

  private void line(byte[] line, int length, boolean overlong) throws IOException {
    boolean first = !begun;
    begun = true;
    if (overlong) {
      intake.overlong();
      return;
    }
    int from = 0;
    int end = length;
    if (end > 0 && line[end - 1] == '\r') {
      end--;
    }
    if (end >= 3 && line[0] == (byte) 0xEF && line[1] == (byte) 0xBB && line[2] == (byte) 0xBF) {
      from = 3;
    }
    String text = new String(line, from, end - from, StandardCharsets.UTF_8);
    if (first && BarIntake.isHeader(text)) {
      try {
        intake = new BarIntake(intake.instruments(), text);
      } catch (IllegalArgumentException e) {
        throw new IOException(e.getMessage(), e);
      }
      return;
    }
    intake.line(text, this::collect);
  }

  private void collect(int instrument, long time, long price, long volume) {
    millis[filled] = time;
    prices[filled] = price;
    volumes[filled] = volume;
    indexes[filled] = instrument;
    filled++;
    earliest = Math.min(earliest, time);
    latest = Math.max(latest, time);
    if (filled == chunk) {
      try {
        spill();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private Integer[] order() {
    Integer[] order = new Integer[filled];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingLong(i -> millis[i]));
    return order;
  }

  private ByteBuffer sorted() {
    ByteBuffer buffer = ByteBuffer.allocate(filled * RECORD);
    for (int i : order()) {
      buffer.putLong(millis[i]).putLong(prices[i]).putLong(volumes[i]).putInt(indexes[i]);
    }
    filled = 0;
    return buffer.flip();
  }

  private void spill() throws IOException {
    if (spill == null) {
      Path file = Files.createTempFile("tola-replay-", ".ticks");
      spill =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }
    ByteBuffer buffer = sorted();
    long from = spilled;
    while (buffer.hasRemaining()) {
      spilled += spill.write(buffer, spilled);
    }
    runs.add(new Run(runs.size(), from, spilled));
  }

  private void finish() throws IOException {
    if (spill == null) {
      runs.add(new Run(0, sorted()));
    } else if (filled > 0) {
      spill();
    }
    millis = null;
    prices = null;
    volumes = null;
    indexes = null;
    for (Run run : runs) {
      if (run.hasNext()) {
        heads.add(run);
      }
    }
  }

  /** A sorted stretch of ticks: in memory, or read from the temporary file piece by piece. */
  private final class Run {
    private final int number;
    private ByteBuffer buffer;
    private long position;
    private final long end;

    private Run(int number, ByteBuffer whole) {
      this.number = number;
      this.buffer = whole;
      this.position = 0;
      this.end = 0;
    }

    private Run(int number, long from, long end) {
      this.number = number;
      this.position = from;
      this.end = end;
    }

    private boolean hasNext() throws IOException {
      if (buffer != null && buffer.hasRemaining()) {
        return true;
      }
      if (position >= end) {
        buffer = null;
        return false;
      }
      if (buffer == null) {
        buffer = ByteBuffer.allocate(RUN_BUFFER);
      }
      buffer.clear();
      buffer.limit((int) Math.min(RUN_BUFFER, end - position));
      while (buffer.hasRemaining()) {
        int read = spill.read(buffer, position);
        if (read < 0) {
          throw new EOFException("the replay's temporary file is shorter than written");
        }
        position += read;
      }
      buffer.flip();
      return true;
    }

    private long millis() {
      return buffer.getLong(buffer.position());
    }

    private Tick take() {
      long time = buffer.getLong();
      long price = buffer.getLong();
      long volume = buffer.getLong();
      return new Tick(buffer.getInt(), time, price, volume);
    }
  }
}
