package io.tola.gateway.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tola.audit.api.AuditLog;
import io.tola.gateway.json.Json;
import io.tola.gateway.json.Shape;
import io.tola.gateway.rest.body.ProgressShape;
import io.tola.gateway.rest.body.VerificationShape;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;

/**
 * A verification that shows its progress: a line of JSON at once and then every second, the result as
 * the last one. A client that goes away ends it. Used once.
 */
final class VerificationStream implements StreamingOutput {

  private static final long EVERY = Duration.ofSeconds(1).toNanos();

  private final AuditLog audit;
  private final Instant from;
  private final Semaphore turn;
  private long last;

  VerificationStream(AuditLog audit, Instant from, Semaphore turn) {
    this.audit = audit;
    this.from = from;
    this.turn = turn;
  }

  @Override
  public void write(OutputStream out) throws IOException {
    // Taken here and not before: an answer without a body, to HEAD, never comes here.
    turn.acquireUninterruptibly();
    try {
      line(out, ProgressShape.of(0, 0));
      last = System.nanoTime();
      VerificationShape found =
          VerificationShape.of(
              audit.verify(
                  from,
                  (entries, total) -> {
                    if (System.nanoTime() - last >= EVERY) {
                      last = System.nanoTime();
                      line(out, ProgressShape.of(entries, total));
                    }
                  }));
      line(out, new VerificationShape.Line(found));
    } finally {
      turn.release();
    }
  }

  private static void line(OutputStream out, Shape shape) {
    try {
      out.write(bytes(shape));
      out.write('\n');
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(Shape shape) throws JsonProcessingException {
    return Json.mapper().writeValueAsBytes(shape);
  }
}
