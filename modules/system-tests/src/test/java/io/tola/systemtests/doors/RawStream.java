package io.tola.systemtests.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket client in bytes, which reads only when it is told to, and has a window so small that
 * the server soon notices.
 */
final class RawStream implements AutoCloseable {

  private static final int WINDOW = 4_096;
  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;

  private RawStream(Socket socket) {
    this.socket = socket;
  }

  static RawStream open(URI server) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(WINDOW);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()));
    socket.setSoTimeout(PATIENCE_MILLIS);
    OutputStream out = socket.getOutputStream();
    out.write(
        ("GET /ws/v1/stream HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("the end, after " + head).isNotNegative();
      head.append((char) next);
    }
    assertThat(head.toString()).startsWith("HTTP/1.1 101");
    return new RawStream(socket);
  }

  int localPort() {
    return socket.getLocalPort();
  }

  void say(JsonNode message) throws IOException {
    write(message.toString());
  }

  /** Says it, unless nobody listens any more. */
  void sayIfOpen(String message) {
    try {
      write(message);
    } catch (IOException closed) {
      // How it ended is what the test looks at.
      assertThat(closed).hasMessageNotContaining("refused");
    }
  }

  /** One masked text frame; the mask is zero, which is allowed and easy to read in a trace. */
  private void write(String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x81);
    if (body.length < 126) {
      frame.write(0x80 | body.length);
    } else {
      frame.write(0x80 | 126);
      frame.write(body.length >> 8);
      frame.write(body.length & 255);
    }
    frame.write(new byte[4]);
    frame.write(body);
    socket.getOutputStream().write(frame.toByteArray());
    socket.getOutputStream().flush();
  }

  /**
   * Reads all that was sent.
   *
   * @return the close frame's code; 0 when the connection ended without one
   */
  int readToTheEnd() throws IOException {
    InputStream in = socket.getInputStream();
    while (true) {
      int head = in.read();
      if (head < 0) {
        return 0;
      }
      int length = in.read();
      if (length == 126) {
        length = in.read() << 8 | in.read();
      }
      byte[] body = in.readNBytes(length);
      if (head == 0x88) {
        return (body[0] & 255) << 8 | (body[1] & 255);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
