package io.tola.kernel.cache;

import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** All caches of answers. Implemented by the market, used by every module. Thread-safe. */
public interface QueryCaches {

  /**
   * The cache of that name; made when it is first asked for, with settings of {@code tola.cache} over
   * what the spec says.
   *
   * @throws IllegalStateException when there is one of that name with another spec
   */
  QueryCache cache(CacheSpec spec);

  /** As {@link QueryCache#invalidate}; also when this node has not used the cache yet. */
  void invalidate(String name, String scope);

  /**
   * Empties the caches whose names begin with the prefix, on all nodes: their answers, as {@link
   * #invalidate} does, and their texts.
   *
   * @param prefix empty for all
   * @return their names, in their order
   */
  List<String> flush(String prefix);

  /**
   * What {@link #flush} would empty: caches that this node uses, and those of other nodes as far as the
   * shared tier knows of them.
   *
   * @param prefix empty for all
   * @return names, in their order
   */
  List<String> names(String prefix);

  /** Every cache that this node uses, by name. */
  List<CacheStatistics> statistics();

  /** Null while the tier that nodes share works, otherwise why not. */
  String trouble();

  /** No caches: everything is loaded every time, nothing is kept. */
  static QueryCaches none() {
    return NONE;
  }

  /** See {@link #none}. */
  QueryCaches NONE =
      new QueryCaches() {
        @Override
        public QueryCache cache(CacheSpec spec) {
          return new Nothing(spec);
        }

        @Override
        public void invalidate(String name, String scope) {}

        @Override
        public List<String> flush(String prefix) {
          return List.of();
        }

        @Override
        public List<String> names(String prefix) {
          return List.of();
        }

        @Override
        public List<CacheStatistics> statistics() {
          return List.of();
        }

        @Override
        public String trouble() {
          return "there are no caches here";
        }
      };

  /** A cache that keeps nothing. */
  record Nothing(CacheSpec spec) implements QueryCache {

    @Override
    public <T, X extends Exception> T get(
        String scope, List<?> parameters, Type type, Load<T, X> load) throws X {
      return load.load();
    }

    @Override
    public <T, X extends Exception> T get(
        String scope,
        List<?> parameters,
        Type type,
        Predicate<? super T> holds,
        Load<? extends T, X> load)
        throws X {
      return load.load();
    }

    @Override
    public <T> Optional<T> look(
        String scope, List<?> parameters, Type type, Predicate<? super T> holds) {
      return Optional.empty();
    }

    @Override
    public void keep(String scope, List<?> parameters, Type type, Object answer) {}

    @Override
    public void invalidate(String scope) {}

    @Override
    public Optional<String> find(String key) {
      return Optional.empty();
    }

    @Override
    public void put(String key, String text) {}

    @Override
    public void remove(String key) {}

    @Override
    public int removeMatching(String pattern) {
      return 0;
    }

    @Override
    public Optional<Duration> ttlLeft(String key) {
      return Optional.empty();
    }

    @Override
    public OptionalLong increment(String key, long by) {
      return OptionalLong.empty();
    }

    @Override
    public CacheStatistics statistics() {
      return new CacheStatistics(
          spec.name(),
          spec.ttl().toSeconds(),
          0,
          (long) spec.maxSize(),
          0,
          0,
          0,
          0,
          0,
          0,
          null,
          0,
          0,
          0,
          false);
    }
  }
}
