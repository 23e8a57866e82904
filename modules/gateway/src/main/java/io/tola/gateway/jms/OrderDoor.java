package io.tola.gateway.jms;

import io.tola.kernel.ComponentStatus;
import io.tola.kernel.port.Component;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Opens the orders' queue's door with the application. Thread-safe. */
@ApplicationScoped
public class OrderDoor {

  // They reach the desk's reads, and so the database: see web.xml for why they aren't the default.
  @Resource(lookup = "java:module/concurrent/tola-threads")
  private ManagedThreadFactory threads;

  @Inject private OrderListener listener;
  @Inject @Any private Instance<Component> parts;

  @Inject
  @ConfigProperty(name = "tola.jms.orders.listeners", defaultValue = "4")
  private int listeners;

  private volatile Listening listening;

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    listening = new Listening(OrderListener.ORDERS, listener, this::isReady);
    listening.start(threads, listeners, "tola-jms-orders");
  }

  private boolean isReady() {
    for (Component part : parts) {
      if (!part.status().ready()) {
        return false;
      }
    }
    return true;
  }

  @PreDestroy
  void stop() {
    if (listening != null) {
      listening.stop();
    }
  }

  /** How the door is; a part that is down leaves the node ready, REST goes on. */
  public ComponentStatus status() {
    Listening now = listening;
    return now == null
        ? new ComponentStatus("jms-orders", false, java.util.Map.of("listeners", 0))
        : now.status("jms-orders");
  }
}
