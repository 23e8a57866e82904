package io.tola.gateway.health;

import io.tola.gateway.jms.OrderDoor;
import io.tola.gateway.jms.TickDoor;
import io.tola.gateway.security.DemoSeed;
import io.tola.kernel.ComponentStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * The MicroProfile Health checks.
 *
 * <p>Live: the process, and nothing outside of it, because restarting a node brings no database
 * back. Ready: each part by name. A broker that is away leaves the node ready and says {@code
 * state: down}: orders go on and the outbox catches up, while draining every node for it would stop
 * trading.
 */
@ApplicationScoped
public class HealthChecks {

  @Inject private Components components;
  @Inject private DemoSeed seed;
  @Inject private OrderDoor orders;
  @Inject private TickDoor ticks;

  @Produces
  @Liveness
  HealthCheck live() {
    return () -> HealthCheckResponse.up("process");
  }

  @Produces
  @Startup
  HealthCheck started() {
    return () ->
        HealthCheckResponse.named("application")
            .status(seed.isDone())
            .withData("users", seed.state())
            .build();
  }

  @Produces
  @Readiness
  HealthCheck users() {
    return () ->
        HealthCheckResponse.named("users")
            .status(seed.isDone())
            .withData("state", seed.state())
            .build();
  }

  @Produces
  @Readiness
  HealthCheck database() {
    return part("database");
  }

  @Produces
  @Readiness
  HealthCheck pipeline() {
    return part("pipeline");
  }

  @Produces
  @Readiness
  HealthCheck cache() {
    return part("cache");
  }

  @Produces
  @Readiness
  HealthCheck marketFeed() {
    return part("market-feed");
  }

  @Produces
  @Readiness
  HealthCheck broker() {
    return () -> {
      ComponentStatus status = components.named("broker");
      HealthCheckResponseBuilder answer = HealthCheckResponse.named("broker").up();
      data(answer, status.detail());
      queue(answer, "orders_queue", orders.status());
      queue(answer, "ticks_queue", ticks.status());
      return answer.withData("state", status.ready() ? "up" : "down").build();
    };
  }

  private static void queue(
      HealthCheckResponseBuilder answer, String name, ComponentStatus status) {
    answer
        .withData(name, status.ready() ? "listening" : "not listening")
        .withData(name + "_detail", String.valueOf(status.detail()));
  }

  private HealthCheck part(String name) {
    return () -> {
      ComponentStatus status = components.named(name);
      HealthCheckResponseBuilder answer = HealthCheckResponse.named(name).status(status.ready());
      data(answer, status.detail());
      return answer.build();
    };
  }

  private static void data(HealthCheckResponseBuilder answer, Map<String, Object> detail) {
    for (Map.Entry<String, Object> entry : detail.entrySet()) {
      if (entry.getValue() instanceof Boolean truth) {
        answer.withData(entry.getKey(), truth);
      } else if (entry.getValue() instanceof Integer || entry.getValue() instanceof Long) {
        answer.withData(entry.getKey(), ((Number) entry.getValue()).longValue());
      } else {
        answer.withData(entry.getKey(), String.valueOf(entry.getValue()));
      }
    }
  }
}
