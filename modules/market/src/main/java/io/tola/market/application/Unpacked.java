package io.tola.market.application;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.zip.GZIPInputStream;

/**
 * A body as it was before it was packed. Whether it is packed, its first bytes say: a header may be
 * missing, or left over when somebody on the way has unpacked it. Closing it leaves the body open.
 *
 * <p>Refuses to go on when a packed body grows out of all proportion: nothing that is worth sending
 * packs so well, and unpacking costs the server more than sending costs the client.
 */
final class Unpacked implements AutoCloseable {

  static final int BUFFER = 65_536;

  private static final long FREE = 1 << 24;
  private static final long MOST_TIMES = 100;

  /** Counts what is read; doesn't close what it reads from. */
  private static final class Counted extends FilterInputStream {
    private long bytes;

    private Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      bytes += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      int got = super.read(buffer, from, length);
      bytes += Math.max(0, got);
      return got;
    }

    @Override
    public void close() {
      // Not ours. A body that broke may fail again when it is closed, with the same exception.
    }
  }

  private final Counted body;
  private final InputStream in;
  private long bytes;

  private Unpacked(Counted body, InputStream in) {
    this.body = body;
    this.in = in;
  }

  static Unpacked of(InputStream body) throws IOException {
    Counted counted = new Counted(body);
    // Not a buffered stream: one that fails while it fills its buffer loses what it had read
    // before.
    PushbackInputStream raw = new PushbackInputStream(counted, 2);
    byte[] start = raw.readNBytes(2);
    raw.unread(start);
    boolean packed = start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
    return new Unpacked(counted, packed ? new GZIPInputStream(raw, BUFFER) : raw);
  }

  int read(byte[] buffer, int from, int length) throws IOException {
    int got = in.read(buffer, from, length);
    bytes += Math.max(0, got);
    if (bytes > FREE && bytes / MOST_TIMES > body.bytes) {
      throw new IOException("it unpacks to more than " + MOST_TIMES + " times its size");
    }
    return got;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
