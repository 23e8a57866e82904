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

  /** Closed by JUnit with the root context. */
  private record Holder(TestPlatform platform) implements ExtensionContext.Store.CloseableResource {
    @Override
    public void close() {
      platform.close();
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
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            "platform", key -> new Holder(TestPlatform.start("shared", 1, Map.of())), Holder.class)
        .platform();
  }
}
