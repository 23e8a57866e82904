package io.tola.portfolio.application;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Passes a body on as it is read, and keeps it, packed. Used by one thread. */
final class KeptBody extends FilterInputStream {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
  private final GZIPOutputStream packed;

  KeptBody(InputStream in) throws IOException {
    super(in);
    packed =
        new GZIPOutputStream(bytes, 1 << 16) {
          {
            def.setLevel(Deflater.BEST_SPEED);
          }
        };
  }

  @Override
  public int read() throws IOException {
    int b = super.read();
    if (b >= 0) {
      packed.write(b);
    }
    return b;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = super.read(buffer, offset, length);
    if (count > 0) {
      packed.write(buffer, offset, count);
    }
    return count;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** What was read so far, gzip; nothing more can be read then. */
  byte[] gzip() {
    try {
      packed.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
