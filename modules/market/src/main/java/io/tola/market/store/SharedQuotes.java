package io.tola.market.store;

import io.tola.kernel.Symbol;
import io.tola.kernel.cache.CacheSpec;
import io.tola.market.api.Quote;
import io.tola.market.api.SessionPhase;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.CacheManager;
import javax.cache.Caching;
import javax.cache.configuration.Factory;
import javax.cache.configuration.MutableConfiguration;
import javax.cache.expiry.CreatedExpiryPolicy;
import javax.cache.expiry.ExpiryPolicy;
import javax.cache.expiry.ModifiedExpiryPolicy;
import javax.cache.expiry.TouchedExpiryPolicy;
import javax.cache.spi.CachingProvider;

/**
 * The quotes all nodes see: JCache over Hazelcast, entries live for {@link #TTL}. Copies only; what
 * is lost here is read from the database again.
 *
 * <p>The cache may be missing or die: then every read answers nothing, every write does nothing,
 * and {@link #health} says why. {@link #reopen} tries again. Never throws for it.
 *
 * <p>Only {@code javax.cache} is used; the provider is named by its class, because a server may hold
 * other providers. Thread-safe.
 */
@ApplicationScoped
public class SharedQuotes implements AutoCloseable {

  /** How long an entry lives after it was last written. */
  public static final Duration TTL = Duration.ofSeconds(5);

  static final String PROVIDER = "com.hazelcast.cache.HazelcastMemberCachingProvider";

  private static final String QUOTES = "tola.quotes";
  private static final String STATE = "tola.feed";
  private static final String NODES = "tola.nodes";
  private static final String STATE_KEY = "state";

  private volatile Tier tier;
  private volatile String trouble = "not opened yet";
  private ClusterSettings settings;

  /** The open caches of one connection to the cluster. */
  private record Tier(
      CacheManager manager,
      Cache<String, String> quotes,
      Cache<String, String> state,
      Cache<String, String> nodes,
      Map<SharedTexts.Space, Cache<String, String>> texts) {}

  /** Opens the cache; when that fails, says so in {@link #health} instead of throwing. */
  public synchronized void open(ClusterSettings settings) {
    this.settings = settings;
    Path made = null;
    try {
      Path file = settings.file();
      if (file == null) {
        made = Files.createTempFile("tola-hazelcast-", ".xml");
        file = Files.writeString(made, settings.toHazelcastXml(), StandardCharsets.UTF_8);
      }
      // A loader of its own gives a provider of its own, so that two nodes may live in one JVM.
      ClassLoader own = new ClassLoader(SharedQuotes.class.getClassLoader()) {};
      CachingProvider provider = Caching.getCachingProvider(PROVIDER, own);
      Properties properties = new Properties();
      properties.setProperty("hazelcast.config.location", file.toUri().toString());
      // URI and loader are the provider's defaults: Hazelcast writes any others into the names of
      // the caches, and nodes with different ones would not see each other's.
      CacheManager manager =
          provider.getCacheManager(
              provider.getDefaultURI(), provider.getDefaultClassLoader(), properties);
      tier =
          new Tier(
              manager,
              cache(manager, QUOTES, TTL),
              cache(manager, STATE, TTL),
              cache(manager, NODES, TTL),
              texts(manager));
      trouble = null;
    } catch (IOException | RuntimeException | LinkageError e) {
      trouble = "can't be opened: " + reason(e);
      tier = null;
    } finally {
      delete(made);
    }
  }

  private static void delete(Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        file.toFile().deleteOnExit();
      }
    }
  }

  private static Map<SharedTexts.Space, Cache<String, String>> texts(CacheManager manager) {
    Map<SharedTexts.Space, Cache<String, String>> texts = new EnumMap<>(SharedTexts.Space.class);
    for (SharedTexts.Space space : SharedTexts.Space.values()) {
      texts.put(
          space,
          cache(
              manager,
              space.cache(),
              space == SharedTexts.Space.GENERATIONS
                  ? TouchedExpiryPolicy.factoryOf(lasting(SharedTexts.UNASKED))
                  : CreatedExpiryPolicy.factoryOf(lasting(CacheSpec.LONGEST))));
    }
    return texts;
  }

  private static Cache<String, String> cache(CacheManager manager, String name, Duration ttl) {
    return cache(manager, name, ModifiedExpiryPolicy.factoryOf(lasting(ttl)));
  }

  /** The cache as the configuration file has it, and otherwise one with the provider's bounds. */
  private static Cache<String, String> cache(
      CacheManager manager, String name, Factory<ExpiryPolicy> expiry) {
    Cache<String, String> there = manager.getCache(name, String.class, String.class);
    if (there != null) {
      return there;
    }
    MutableConfiguration<String, String> configuration =
        new MutableConfiguration<String, String>()
            .setTypes(String.class, String.class)
            .setStatisticsEnabled(true)
            .setExpiryPolicyFactory(expiry);
    try {
      return manager.createCache(name, configuration);
    } catch (CacheException e) {
      there = manager.getCache(name, String.class, String.class);
      if (there == null) {
        throw e;
      }
      return there;
    }
  }

  private static javax.cache.expiry.Duration lasting(Duration time) {
    return new javax.cache.expiry.Duration(java.util.concurrent.TimeUnit.SECONDS, time.toSeconds());
  }

  /** Tries to open again after trouble; does nothing while the cache works. */
  public synchronized void reopen() {
    if (tier == null && settings != null) {
      open(settings);
    }
  }

  /** Null while the cache works, otherwise why not. */
  public String health() {
    return trouble;
  }

  /** Shares quotes. */
  public void publish(Collection<Quote> quotes) {
    if (quotes.isEmpty()) {
      return;
    }
    Map<String, String> entries = new HashMap<>();
    for (Quote quote : quotes) {
      entries.put(quote.symbol().value(), QuoteCodec.encode(quote));
    }
    Tier open = tier;
    if (open != null) {
      try {
        open.quotes.putAll(entries);
      } catch (RuntimeException e) {
        fail(open, e);
      }
    }
  }

  /** The shared quotes of those symbols that have one. */
  public List<Quote> quotes(Collection<Symbol> symbols) {
    Tier open = tier;
    if (open == null) {
      return List.of();
    }
    Set<String> keys = new HashSet<>();
    for (Symbol symbol : symbols) {
      keys.add(symbol.value());
    }
    List<Quote> quotes = new ArrayList<>();
    try {
      for (String text : open.quotes.getAll(keys).values()) {
        QuoteCodec.decode(text).ifPresent(quotes::add);
      }
    } catch (RuntimeException e) {
      fail(open, e);
    }
    return quotes;
  }

  /** The shared quote of one symbol. */
  public Optional<Quote> quote(Symbol symbol) {
    return quotes(List.of(symbol)).stream().findFirst();
  }

  /**
   * What the driving node says of the feed.
   *
   * @param feed its name
   * @param phase the market's phase
   * @param leader the node
   */
  public record State(String feed, SessionPhase phase, String leader, Instant saidAt) {}

  public void publishState(State state) {
    put(
        t -> t.state,
        STATE_KEY,
        state.feed + '|' + state.phase + '|' + state.saidAt + '|' + state.leader);
  }

  public Optional<State> state() {
    Tier open = tier;
    if (open == null) {
      return Optional.empty();
    }
    try {
      String text = open.state.get(STATE_KEY);
      if (text == null) {
        return Optional.empty();
      }
      String[] f = text.split("\\|", 4);
      return Optional.of(new State(f[0], SessionPhase.valueOf(f[1]), f[3], Instant.parse(f[2])));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      return Optional.empty();
    } catch (java.time.DateTimeException e) {
      return Optional.empty();
    } catch (RuntimeException e) {
      fail(open, e);
      return Optional.empty();
    }
  }

  /** Says that this node lives; forgotten {@link #TTL} after the last time. */
  public void announce(String node) {
    put(t -> t.nodes, node, node);
  }

  /** The nodes that announced themselves lately, in order of name. */
  public Set<String> nodes() {
    Set<String> names = new TreeSet<>();
    Tier open = tier;
    if (open != null) {
      try {
        for (Cache.Entry<String, String> entry : open.nodes) {
          names.add(entry.getKey());
        }
      } catch (RuntimeException e) {
        fail(open, e);
      }
    }
    return names;
  }

  /** One of the caches for texts, while it is open. */
  record Reached(SharedQuotes of, Tier tier, Cache<String, String> cache) {

    /** Says that the cache failed. */
    void failed(RuntimeException e) {
      of.fail(tier, e);
    }
  }

  /** Null while the tier is away. */
  Reached reach(SharedTexts.Space space) {
    Tier open = tier;
    return open == null ? null : new Reached(this, open, open.texts.get(space));
  }

  private void put(
      java.util.function.Function<Tier, Cache<String, String>> which, String key, String value) {
    Tier open = tier;
    if (open != null) {
      try {
        which.apply(open).put(key, value);
      } catch (RuntimeException e) {
        fail(open, e);
      }
    }
  }

  /**
   * A closed cache is given up until {@link #reopen}; anything else, such as a timeout while the
   * cluster reforms, may be over at the next call.
   */
  @SuppressWarnings(
      "ReferenceEquality") // whether it is this very cache that failed, not one like it
  private synchronized void fail(Tier failed, RuntimeException e) {
    if (tier != failed) {
      return;
    }
    trouble = reason(e);
    if (failed.quotes.isClosed() || failed.manager.isClosed() || isInactive(e)) {
      tier = null;
      close(failed);
    }
  }

  /** Clears the note of trouble once an operation has worked again. */
  public void probe() {
    Tier open = tier;
    if (open != null) {
      try {
        open.state.containsKey(STATE_KEY);
        trouble = null;
      } catch (RuntimeException e) {
        fail(open, e);
      }
    }
  }

  private static boolean isInactive(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t.getClass().getSimpleName().equals("HazelcastInstanceNotActiveException")) {
        return true;
      }
    }
    return false;
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName()
        + (root.getMessage() == null ? "" : ": " + root.getMessage());
  }

  @Override
  public synchronized void close() {
    Tier open = tier;
    tier = null;
    settings = null;
    trouble = "closed";
    if (open != null) {
      close(open);
    }
  }

  private static void close(Tier open) {
    try {
      open.manager.close();
      open.manager.getCachingProvider().close();
    } catch (RuntimeException e) {
      // The member was gone before us.
    }
  }
}
