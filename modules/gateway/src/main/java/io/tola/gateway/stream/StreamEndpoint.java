package io.tola.gateway.stream;

import jakarta.enterprise.inject.spi.CDI;
import jakarta.websocket.CloseReason;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** One WebSocket connection, as the container sees it: brings what it hears to {@link Streams}. */
@ServerEndpoint("/ws/v1/stream")
public class StreamEndpoint {

  private static final Logger LOG = System.getLogger(StreamEndpoint.class.getName());

  /** The longest message that is heard, in bytes; Liberty looks at it only sometimes, so we do, too. */
  static final int MAX_MESSAGE = 16 * 1024;

  /** RFC 6455: a control frame has 125 bytes, two of them the code. */
  private static final int MAX_REASON = 123;

  private volatile StreamHub hub;
  private volatile Wire wire;

  @OnOpen
  public void opened(Session session) {
    // Not injected: Liberty can't inject into an endpoint that is no bean, and makes none of one.
    hub = CDI.current().select(StreamHub.class).get();
    // Who is silent is heard by the heartbeat, which can't be written any more.
    session.setMaxIdleTimeout(0);
    session.setMaxBinaryMessageBufferSize(MAX_MESSAGE);
    session.setMaxTextMessageBufferSize(MAX_MESSAGE);
    wire = new SessionWire(session, hub.closers());
    hub.streams().opened(wire, System.nanoTime());
  }

  @OnMessage(maxMessageSize = MAX_MESSAGE)
  public void text(String message) {
    hub.streams().received(wire, message, System.nanoTime());
    hub.ring();
  }

  @OnMessage(maxMessageSize = MAX_MESSAGE)
  public void binary(ByteBuffer message) {
    hub.streams().dismiss(wire, Goodbye.NOT_TEXT, "send text");
  }

  @OnClose
  public void closed() {
    if (wire != null) {
      hub.streams().closed(wire);
    }
  }

  @OnError
  public void failed(Throwable thrown) {
    LOG.log(Level.DEBUG, "a stream broke", thrown);
    if (wire != null) {
      hub.streams().closed(wire);
    }
  }

  /** The container's session. */
  private record SessionWire(Session session, Executor closers) implements Wire {

    @Override
    public void send(String text, Consumer<Boolean> done) {
      try {
        session.getAsyncRemote().sendText(text, result -> done.accept(result.isOK()));
      } catch (RuntimeException e) {
        LOG.log(Level.DEBUG, "can't write to a stream", e);
        done.accept(false);
      }
    }

    @Override
    public void close(int code, String reason) {
      try {
        closers.execute(() -> closeNow(code, reason));
      } catch (RejectedExecutionException e) {
        closeNow(code, reason);
      }
    }

    private void closeNow(int code, String reason) {
      try {
        session.close(
            new CloseReason(CloseReason.CloseCodes.getCloseCode(code), shortened(reason)));
      } catch (IOException | RuntimeException e) {
        LOG.log(Level.DEBUG, "can't close a stream", e);
      }
    }

    private static String shortened(String reason) {
      String text = reason;
      while (text.getBytes(StandardCharsets.UTF_8).length > MAX_REASON) {
        text = text.substring(0, text.length() - 1);
      }
      return text;
    }
  }
}
