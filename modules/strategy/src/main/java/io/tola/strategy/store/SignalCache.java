package io.tola.strategy.store;

import io.tola.kernel.Page;
import io.tola.strategy.api.Signal;
import io.tola.strategy.api.SignalFilter;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.cache.Cache;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.Duration;
import javax.cache.spi.CachingProvider;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * First pages of signals for all nodes: JCache over Hazelcast, a minute at most. Copies only; what isn't
 * here is read from the database.
 *
 * <p>Pages belong to a generation of their strategy; {@link #forget} begins a new one, so that a page
 * read before and stored after a run is never found again. Uses the Hazelcast member that the market has
 * started from the same file; without a configured file there is no cache. Opened when first asked, so
 * that a start doesn't wait for it. May fail or die: then nothing is found and nothing kept. Thread-safe.
 */
@ApplicationScoped
public class SignalCache {

  static final long SECONDS = 60;
  static final String PROVIDER = "com.hazelcast.cache.HazelcastMemberCachingProvider";

  private static final String NAME = "tola.signals";
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Path file;
  private final long retryNanos;
  private volatile Cache<String, String> cache;
  private Cache<String, String> givenUp;
  private long triedNanos;
  private boolean tried;

  /** For the container: with Hazelcast's configuration file as {@code hazelcast.config} names it. */
  public SignalCache() {
    this(
        ConfigProvider.getConfig()
            .getOptionalValue("hazelcast.config", String.class)
            .filter(text -> !text.isBlank())
            .map(text -> Path.of(text).toAbsolutePath())
            .orElse(null));
  }

  /**
   * @param file Hazelcast's configuration, or null for no cache
   */
  public SignalCache(Path file) {
    this(file, RETRY_NANOS);
  }

  /**
   * @param retryNanos how long to do without after a failure
   */
  SignalCache(Path file, long retryNanos) {
    this.file = file;
    this.retryNanos = retryNanos;
  }

  /** A place in the cache: which page, of which generation. */
  public record Place(String key) {}

  /** Where the filter's first page is kept now; empty for later pages and without a cache. */
  public Optional<Place> place(SignalFilter filter) {
    Cache<String, String> open = open();
    if (open == null || filter.cursor() != null) {
      return Optional.empty();
    }
    try {
      String generation = open.get(generationKey(filter.strategy()));
      if (generation == null) {
        String made = UUID.randomUUID().toString();
        generation =
            open.putIfAbsent(generationKey(filter.strategy()), made)
                ? made
                : open.get(generationKey(filter.strategy()));
      }
      return generation == null
          ? Optional.empty()
          : Optional.of(
              new Place(
                  String.join(
                      "|",
                      "page",
                      filter.strategy(),
                      generation,
                      filter.symbol() == null ? "" : filter.symbol().value(),
                      filter.direction() == null ? "" : filter.direction().name(),
                      Integer.toString(filter.limit()))));
    } catch (RuntimeException e) {
      fail();
      return Optional.empty();
    }
  }

  /** The page kept there. */
  public Optional<Page<Signal>> find(Place place) {
    Cache<String, String> open = cache;
    if (open == null) {
      return Optional.empty();
    }
    try {
      String text = open.get(place.key());
      return text == null ? Optional.empty() : SignalCodec.decode(text);
    } catch (RuntimeException e) {
      fail();
      return Optional.empty();
    }
  }

  /** Keeps a page for a minute. */
  public void keep(Place place, Page<Signal> page) {
    Cache<String, String> open = cache;
    if (open != null) {
      try {
        open.put(place.key(), SignalCodec.encode(page));
      } catch (RuntimeException e) {
        fail();
      }
    }
  }

  /** Forgets every page of a strategy, on all nodes. Call it when what was written is committed. */
  public void forget(String strategy) {
    Cache<String, String> open = open();
    if (open != null) {
      try {
        open.put(generationKey(strategy), UUID.randomUUID().toString());
      } catch (RuntimeException e) {
        fail();
      }
    }
  }

  private static String generationKey(String strategy) {
    return "generation|" + strategy;
  }

  private Cache<String, String> open() {
    Cache<String, String> open = cache;
    return open != null || file == null ? open : tryToOpen();
  }

  private synchronized Cache<String, String> tryToOpen() {
    if (cache != null || (tried && System.nanoTime() - triedNanos < retryNanos)) {
      return cache;
    }
    tried = true;
    triedNanos = System.nanoTime();
    try {
      ClassLoader own = new ClassLoader(SignalCache.class.getClassLoader()) {};
      CachingProvider provider = Caching.getCachingProvider(PROVIDER, own);
      Properties properties = new Properties();
      // The provider names a member after its file, and finds the market's by that name.
      properties.setProperty("hazelcast.config.location", file.toUri().toString());
      // URI and loader are the provider's defaults: it writes any others into the names of caches.
      CacheManager manager =
          provider.getCacheManager(
              provider.getDefaultURI(), provider.getDefaultClassLoader(), properties);
      cache = cache(manager);
    } catch (RuntimeException | LinkageError e) {
      if (givenUp != null && !givenUp.isClosed()) {
        // The member is still there and lets nobody else have its cache: use that one again.
        cache = givenUp;
        return cache;
      }
      System.getLogger(SignalCache.class.getName())
          .log(System.Logger.Level.WARNING, "Signals are not cached: {0}", e.toString());
    }
    return cache;
  }

  private static Cache<String, String> cache(CacheManager manager) {
    Cache<String, String> there = manager.getCache(NAME, String.class, String.class);
    return there != null
        ? there
        : manager.createCache(
            NAME,
            new MutableConfiguration<String, String>()
                .setTypes(String.class, String.class)
                .setExpiryPolicyFactory(
                    CreatedExpiryPolicy.factoryOf(new Duration(TimeUnit.SECONDS, SECONDS))));
  }

  /** Does without a cache for a while, then opens it anew: a member that died may be back. */
  private synchronized void fail() {
    if (cache != null) {
      givenUp = cache;
      cache = null;
    }
    tried = true;
    triedNanos = System.nanoTime();
  }
}
