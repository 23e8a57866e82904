package io.tola.gateway.health;

import io.tola.gateway.jms.Broker;
import io.tola.kernel.ComponentStatus;
import io.tola.kernel.port.Component;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every part of the platform with its state, the modules' own and the gateway's. Thread-safe. */
@ApplicationScoped
public class Components {

  private static final Logger LOG = System.getLogger(Components.class.getName());

  @Inject @Any private Instance<Component> components;
  @Inject private DatabaseProbe database;
  @Inject private Broker broker;

  /** All parts; two that go by one name are one part that is ready when both are. */
  public List<ComponentStatus> all() {
    Map<String, ComponentStatus> byName = new LinkedHashMap<>();
    add(byName, database.status());
    for (Component component : components) {
      try {
        add(byName, component.status());
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "a part can''t say how it is: {0}", e.getMessage());
        add(
            byName,
            new ComponentStatus("unknown", false, Map.of("reason", "a part can't say how it is")));
      }
    }
    add(byName, broker.status());
    return List.copyOf(byName.values());
  }

  /** The part of that name; not ready when there is none. */
  public ComponentStatus named(String name) {
    for (ComponentStatus status : all()) {
      if (status.name().equals(name)) {
        return status;
      }
    }
    return new ComponentStatus(name, false, Map.of("reason", "not there"));
  }

  private static void add(Map<String, ComponentStatus> byName, ComponentStatus status) {
    byName.merge(
        status.name(),
        status,
        (one, other) -> {
          Map<String, Object> detail = new LinkedHashMap<>(one.detail());
          detail.putAll(other.detail());
          return new ComponentStatus(one.name(), one.ready() && other.ready(), detail);
        });
  }
}
