package io.tola.gateway.rest;

import io.tola.gateway.metrics.HttpMetrics;
import io.tola.gateway.metrics.SecurityMetrics;
import io.tola.gateway.security.Allow;
import io.tola.gateway.security.Anonymous;
import io.tola.gateway.security.Authenticator;
import io.tola.gateway.security.Caller;
import io.tola.gateway.security.KeyedBuckets;
import io.tola.gateway.web.ClientAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;
import java.lang.reflect.Method;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts a {@link Door} before every resource method when the application starts. A method that names
 * neither {@link Allow} nor {@link Anonymous} gets a door that lets nobody through.
 */
@Provider
public class DoorFeature implements DynamicFeature {

  @Inject private Authenticator authenticator;
  @Inject private AddressLimits limits;
  @Inject private HttpMetrics httpMetrics;
  @Inject private SecurityMetrics securityMetrics;
  @Context private HttpServletRequest request;

  @Override
  public void configure(ResourceInfo resource, FeatureContext context) {
    Method method = resource.getResourceMethod();
    Door door =
        new Door(
            access(method),
            authenticator,
            limits,
            httpMetrics.route(verb(method), path(method)),
            securityMetrics,
            request);
    context.register(door, Priorities.AUTHENTICATION);
  }

  static Door.Access access(Method method) {
    if (method.isAnnotationPresent(Anonymous.class)) {
      return new Door.Access(true, false, 0);
    }
    Allow allow = method.getAnnotation(Allow.class);
    if (allow == null) {
      return new Door.Access(false, false, 0);
    }
    return new Door.Access(false, allow.value().length == 0, Caller.mask(List.of(allow.value())));
  }

  /**
   * The method's path template below {@code /api/v1}: a metric's label must not hold what strangers
   * write.
   */
  static String path(Method method) {
    Path onClass = method.getDeclaringClass().getAnnotation(Path.class);
    Path onMethod = method.getAnnotation(Path.class);
    String path =
        (onClass == null ? "" : onClass.value()) + "/" + (onMethod == null ? "" : onMethod.value());
    String clean = ("/" + path).replaceAll("/+", "/").replaceAll("\\{([a-z_]+):[^}]*}", "{$1}");
    return clean.length() > 1 && clean.endsWith("/")
        ? clean.substring(0, clean.length() - 1)
        : clean;
  }

  static String verb(Method method) {
    for (var annotation : method.getAnnotations()) {
      var http = annotation.annotationType().getAnnotation(jakarta.ws.rs.HttpMethod.class);
      if (http != null) {
        return http.value();
      }
    }
    return "";
  }

  /** Requests without a valid token, limited by where they come from. */
  @ApplicationScoped
  public static class AddressLimits {

    private static final int MAX_ADDRESSES = 100_000;
    private static final long SECOND = 1_000_000_000L;

    private ClientAddress addresses;
    private KeyedBuckets buckets;

    /** For the proxy. */
    protected AddressLimits() {}

    @Inject
    AddressLimits(
        ClientAddress addresses,
        @ConfigProperty(name = "tola.gateway.anonymous-requests-per-second", defaultValue = "200")
            int perSecond) {
      this.addresses = addresses;
      this.buckets = new KeyedBuckets(perSecond, SECOND, MAX_ADDRESSES, System.nanoTime());
    }

    /** Where the request comes from. */
    String address(HttpServletRequest request) {
      return addresses.of(request);
    }

    /**
     * @throws io.tola.kernel.problem.ProblemException RATE_LIMITED
     */
    void take(HttpServletRequest request) {
      long now = System.nanoTime();
      long wait = buckets.of(addresses.of(request), now).take(now);
      if (wait > 0) {
        throw Door.limited(wait);
      }
    }
  }
}
