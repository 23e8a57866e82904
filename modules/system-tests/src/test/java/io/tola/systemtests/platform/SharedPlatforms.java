package io.tola.systemtests.platform;

import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts one platform of a kind for all test classes of the JVM that ask for it. There is one at a
 * time: a class that asks for another kind ends the one before, so classes of a kind must follow each
 * other, as they do in the order of their packages.
 */
abstract class SharedPlatforms implements BeforeAllCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(SharedPlatforms.class);
  private static final String RUNNING = "running";

  private final String name;
  private final int nodes;

  SharedPlatforms(String name, int nodes) {
    this.name = name;
    this.nodes = nodes;
  }

  /** Closed by JUnit with the root context; holds the failure, too, so that it is met only once. */
  private record Holder(String name, TestPlatform platform, RuntimeException failure)
      implements Store.CloseableResource {

    static Holder start(String name, int nodes) {
      try {
        return new Holder(name, TestPlatform.start(name, nodes, Map.of()), null);
      } catch (RuntimeException e) {
        return new Holder(name, null, e);
      }
    }

    @Override
    public void close() {
      if (platform != null) {
        platform.close();
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    platform(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestPlatform.class || type == Api.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestPlatform platform = platform(context);
    return parameter.getParameter().getType() == Api.class ? platform.api() : platform;
  }

  private TestPlatform platform(ExtensionContext context) {
    Store store = context.getRoot().getStore(NAMESPACE);
    Holder running = store.get(RUNNING, Holder.class);
    if (running == null || !running.name.equals(name)) {
      if (running != null) {
        store.remove(RUNNING);
        running.close();
      }
      running = Holder.start(name, nodes);
      store.put(RUNNING, running);
    }
    if (running.failure != null) {
      throw new IllegalStateException("the platform " + name + " didn't start", running.failure);
    }
    return running.platform;
  }
}
