package io.tola.gateway.stream;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.metrics.Metadata;
import org.eclipse.microprofile.metrics.MetricRegistry;
import org.eclipse.microprofile.metrics.Tag;

/** {@code tola_stream_…}. Thread-safe. */
@ApplicationScoped
public class StreamMetrics implements Streams.Meter {

  private static final Metadata CONNECTIONS =
      Metadata.builder()
          .withName("tola_stream_connections")
          .withDescription("WebSocket connections of this node")
          .build();
  private static final Metadata HELD =
      Metadata.builder()
          .withName("tola_stream_held_characters")
          .withDescription("What waits to be written to WebSocket clients of this node")
          .build();
  private static final Metadata MESSAGES =
      Metadata.builder()
          .withName("tola_stream_messages_total")
          .withDescription("Messages queued for WebSocket clients, by type")
          .build();
  private static final Metadata CLOSED =
      Metadata.builder()
          .withName("tola_stream_closed_total")
          .withDescription("WebSocket connections that the platform closed, by close code")
          .build();

  private MetricRegistry registry;

  /** For the proxy. */
  protected StreamMetrics() {}

  @Inject
  StreamMetrics(MetricRegistry registry) {
    this.registry = registry;
  }

  void watch(Streams streams) {
    registry.gauge(CONNECTIONS, streams, Streams::connections);
    registry.gauge(HELD, streams, Streams::held);
  }

  @Override
  public void sent(String type, int messages) {
    if (messages > 0) {
      registry.counter(MESSAGES, new Tag("type", type)).inc(messages);
    }
  }

  @Override
  public void closed(Goodbye why) {
    registry.counter(CLOSED, new Tag("code", Integer.toString(why.code()))).inc();
  }
}
