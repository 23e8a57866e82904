package io.tola.market.application;

import io.tola.kernel.cache.CacheScope;
import io.tola.kernel.cache.CacheSpec;
import io.tola.kernel.cache.Cached;
import io.tola.kernel.cache.QueryCaches;
import io.tola.market.store.ResultCaches;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.io.Serial;
import java.io.Serializable;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** What {@link Cached} means: the method is a cache's load. Thread-safe. */
@Cached
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
public class CachedReads implements Serializable {

  @Serial private static final long serialVersionUID = 1L;

  private static final ConcurrentHashMap<Method, Plan> PLANS = new ConcurrentHashMap<>();

  @Inject private QueryCaches caches;

  /**
   * How one method is cached.
   *
   * @param scope index of the parameter that says the scope, or -1
   */
  record Plan(CacheSpec spec, String method, Type type, int scope) {}

  /** For the container. */
  public CachedReads() {}

  CachedReads(QueryCaches caches) {
    this.caches = caches;
  }

  /** Answers from the cache, or by the method. */
  @AroundInvoke
  public Object answer(InvocationContext call) throws Exception {
    Plan plan = PLANS.computeIfAbsent(call.getMethod(), CachedReads::plan);
    List<Object> parameters = new ArrayList<>();
    parameters.add(plan.method);
    String scope = "";
    Object[] given = call.getParameters();
    for (int i = 0; i < given.length; i++) {
      parameters.add(given[i]);
      if (i == plan.scope) {
        scope = String.valueOf(given[i]);
      }
    }
    return caches.cache(plan.spec).get(scope, parameters, plan.type, call::proceed);
  }

  static Plan plan(Method method) {
    Cached cached = method.getAnnotation(Cached.class);
    if (cached == null) {
      cached = method.getDeclaringClass().getAnnotation(Cached.class);
    }
    if (cached == null || method.getReturnType() == void.class) {
      throw new IllegalStateException(method + " can't be cached: it answers nothing");
    }
    int scope = -1;
    Parameter[] parameters = method.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      ResultCaches.requireKey(parameters[i].getParameterizedType());
      if (parameters[i].isAnnotationPresent(CacheScope.class)) {
        scope = i;
      }
    }
    return new Plan(
        new CacheSpec(
            cached.prefix(),
            Duration.ofSeconds(cached.ttl()),
            cached.maxSize(),
            cached.versioned()),
        method.toGenericString(),
        method.getGenericReturnType(),
        scope);
  }
}
