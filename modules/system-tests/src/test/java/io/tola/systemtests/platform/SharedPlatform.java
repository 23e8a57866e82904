package io.tola.systemtests.platform;

import java.util.Map;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Starts one single-node platform for all test classes of the JVM, and stops it after the last.
 * Whatever a class breaks it must see repaired before it ends. Tests take {@link TestPlatform} or
 * {@link Api} as a parameter.
 */
public final class SharedPlatform implements BeforeAllCallback, ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(SharedPlatform.class);

  /** Closed by JUnit with the root context; holds the failure, too, so that it is met only once. */
  private record Holder(TestPlatform platform, RuntimeException failure)
      implements ExtensionContext.Store.CloseableResource {

    static Holder start() {
      try {
        return new Holder(TestPlatform.start("shared", 1, Map.of()), null);
      } catch (RuntimeException e) {
        return new Holder(null, e);
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

  private static TestPlatform platform(ExtensionContext context) {
    Holder holder =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent("platform", key -> Holder.start(), Holder.class);
    if (holder.failure != null) {
      throw new IllegalStateException("the shared platform didn't start", holder.failure);
    }
    return holder.platform;
  }
}
