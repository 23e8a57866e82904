package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.cache.CacheScope;
import io.tola.kernel.cache.CacheSpec;
import io.tola.kernel.cache.CacheStatistics;
import io.tola.kernel.cache.Cached;
import io.tola.kernel.cache.QueryCache;
import io.tola.kernel.cache.QueryCaches;
import jakarta.interceptor.InvocationContext;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the annotation asks of a cache. */
class CachedReadsTest {

  /** Methods to be cached, and some that can't. */
  public static class Reads {
    @Cached(prefix = "things", ttl = Cached.PORTFOLIO, maxSize = 7, versioned = true)
    public List<String> things(int limit, @CacheScope String account) throws IOException {
      if (limit < 0) {
        throw new IOException("no");
      }
      return List.of(account + limit);
    }

    @Cached(prefix = "things")
    public String by(Object anything) {
      return "" + anything;
    }

    @Cached(prefix = "things")
    public void nothing() {}

    @Cached(prefix = "Not A Name")
    public String named() {
      return "";
    }

    @Cached(prefix = "long", ttl = 301)
    public String tooLong() {
      return "";
    }
  }

  private final List<Object> asked = new ArrayList<>();

  private final CachedReads interceptor =
      new CachedReads(
          new QueryCaches() {
            @Override
            public QueryCache cache(CacheSpec spec) {
              asked.add(spec);
              return recording();
            }

            @Override
            public void invalidate(String name, String scope) {
              throw new UnsupportedOperationException();
            }

            @Override
            public List<String> flush(String prefix) {
              throw new UnsupportedOperationException();
            }

            @Override
            public List<String> names(String prefix) {
              throw new UnsupportedOperationException();
            }

            @Override
            public List<CacheStatistics> statistics() {
              throw new UnsupportedOperationException();
            }

            @Override
            public String trouble() {
              return null;
            }
          });

  private QueryCache recording() {
    return (QueryCache)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {QueryCache.class},
            (proxy, method, arguments) -> {
              asked.addAll(Arrays.asList(arguments).subList(0, 3));
              return ((QueryCache.Load<?, ?>) arguments[3]).load();
            });
  }

  private static Method method(String name) {
    return Arrays.stream(Reads.class.getMethods())
        .filter(m -> m.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Object call(String name, Object... parameters) throws Exception {
    return interceptor.answer(
        (InvocationContext)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {InvocationContext.class},
                (proxy, asks, arguments) ->
                    switch (asks.getName()) {
                      case "getMethod" -> method(name);
                      case "getParameters" -> parameters;
                      case "proceed" -> {
                        try {
                          yield method(name).invoke(new Reads(), parameters);
                        } catch (java.lang.reflect.InvocationTargetException e) {
                          throw e.getCause();
                        }
                      }
                      default -> throw new UnsupportedOperationException(asks.getName());
                    }));
  }

  @Test
  void theKeyIsTheMethodWithAllItsParameters() throws Exception {
    assertThat(call("things", 3, "acc")).isEqualTo(List.of("acc3"));
    Type answer = method("things").getGenericReturnType();
    assertThat(asked)
        .containsExactly(
            new CacheSpec("things", Duration.ofSeconds(10), 7, true),
            "acc",
            List.of(method("things").toGenericString(), 3, "acc"),
            answer);
    assertThatThrownBy(() -> call("things", -1, "acc")).isInstanceOf(IOException.class);
  }

  @Test
  void whatCantBeCachedIsRefusedAtTheFirstCall() {
    assertThatThrownBy(() -> call("by", "x")).hasMessageContaining("java.lang.Object");
    assertThatThrownBy(() -> call("nothing")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> call("named")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> call("tooLong")).isInstanceOf(IllegalArgumentException.class);
    assertThat(asked).isEmpty();
  }
}
