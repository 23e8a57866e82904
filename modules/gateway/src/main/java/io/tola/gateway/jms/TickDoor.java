package io.tola.gateway.jms;

import io.tola.kernel.ComponentStatus;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Opens the ticks' queue's door with the application. Thread-safe. */
@ApplicationScoped
public class TickDoor {

  // They reach the ticks' store, and so the database: see web.xml for why they aren't the default.
  @Resource(lookup = "java:module/concurrent/tola-threads")
  private ManagedThreadFactory threads;

  @Inject private TickListener listener;

  @Inject
  @ConfigProperty(name = "tola.jms.ticks.listeners", defaultValue = "2")
  private int listeners;

  private volatile Listening listening;

  void started(@Observes @Initialized(ApplicationScoped.class) Object event) {
    listening = new Listening(TickListener.TICKS, listener, () -> true);
    listening.start(threads, listeners, "tola-jms-ticks");
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
        ? new ComponentStatus("jms-ticks", false, java.util.Map.of("listeners", 0))
        : now.status("jms-ticks");
  }
}
