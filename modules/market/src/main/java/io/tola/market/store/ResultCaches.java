package io.tola.market.store;

import io.tola.kernel.cache.CacheSpec;
import io.tola.kernel.cache.CacheStatistics;
import io.tola.kernel.cache.QueryCache;
import io.tola.kernel.cache.QueryCaches;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.lang.reflect.Type;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * All caches of answers on this node: a shelf of objects for each, bounded, over texts that all nodes
 * share. A look at the shelf asks the shared tier for the generation first, so that an invalidation on
 * any node holds on all; while the tier doesn't answer, calls go to the database (but for versioned
 * caches, see {@link CacheSpec#versioned()}). Thread-safe.
 */
@ApplicationScoped
public class ResultCaches implements QueryCaches {

  private static final String CONFIG = "tola.cache.";

  private final ConcurrentHashMap<String, ResultCache> caches = new ConcurrentHashMap<>();
  private final List<Supplier<CacheStatistics>> others = new CopyOnWriteArrayList<>();

  private SharedTexts tier;
  private Clock clock;
  private Function<String, Optional<String>> config;
  private Generations generations;
  private boolean enabled;
  private long maxLength;

  @Resource(lookup = "java:comp/TransactionSynchronizationRegistry")
  private TransactionSynchronizationRegistry transactions;

  /** For the container. */
  protected ResultCaches() {}

  @Inject
  ResultCaches(SharedTier tier, Clock clock) {
    this(
        tier, clock, name -> ConfigProvider.getConfig().getOptionalValue(name, String.class), null);
  }

  /**
   * @param config {@code tola.cache…}
   * @param transactions null where there are none
   * @throws IllegalArgumentException naming a setting that can't be used
   */
  public ResultCaches(
      SharedTexts tier,
      Clock clock,
      Function<String, Optional<String>> config,
      TransactionSynchronizationRegistry transactions) {
    this.tier = tier;
    this.clock = clock;
    this.config = config;
    this.transactions = transactions;
    this.generations = new Generations(tier);
    this.enabled = !"false".equals(config.apply(CONFIG + "enabled").orElse("true").trim());
    this.maxLength = 1_048_576L * number("max-megabytes", 16, 1, 4_096);
  }

  private long number(String name, long otherwise, long least, long most) {
    String text = config.apply(CONFIG + name).map(String::trim).orElse("");
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw new IllegalArgumentException(
        CONFIG + name + "=" + text + " can't be used: it must be from " + least + " to " + most);
  }

  /**
   * Refuses a parameter that can't be part of a key.
   *
   * @throws IllegalStateException naming the type
   */
  public static void requireKey(Type parameter) {
    CacheKey.require(parameter);
  }

  boolean enabled() {
    return enabled;
  }

  boolean inTransaction() {
    return transactions != null
        && transactions.getTransactionStatus() != Status.STATUS_NO_TRANSACTION;
  }

  @Override
  public QueryCache cache(CacheSpec asked) {
    ResultCache cache = caches.get(asked.name());
    if (cache == null) {
      cache = caches.computeIfAbsent(asked.name(), name -> make(asked));
    }
    if (!cache.asked().equals(asked)) {
      throw new IllegalStateException(
          "two caches are called " + asked.name() + ": " + cache.asked() + " and " + asked);
    }
    return cache;
  }

  private ResultCache make(CacheSpec asked) {
    String name = asked.name();
    CacheSpec spec =
        new CacheSpec(
            name,
            Duration.ofSeconds(
                number(
                    name + ".ttl-seconds",
                    asked.ttl().toSeconds(),
                    1,
                    CacheSpec.LONGEST.toSeconds())),
            (int) number(name + ".max-size", asked.maxSize(), 1, 1_000_000),
            asked.versioned());
    return new ResultCache(asked, spec, maxLength, tier, clock, generations, this);
  }

  @Override
  public void invalidate(String name, String scope) {
    ResultCache cache = caches.get(name);
    if (cache != null) {
      cache.countInvalidation();
    }
    String namespace = scope.isEmpty() ? name : name + '/' + scope;
    if (!inTransaction() || transactions.getTransactionStatus() != Status.STATUS_ACTIVE) {
      generations.invalidate(namespace);
    } else {
      transactions.registerInterposedSynchronization(
          new Synchronization() {
            @Override
            public void beforeCompletion() {}

            /** Also after a rollback: what isn't known to have failed may have happened. */
            @Override
            public void afterCompletion(int status) {
              generations.invalidate(namespace);
            }
          });
    }
  }

  @Override
  public List<String> names(String prefix) {
    TreeSet<String> names = new TreeSet<>(caches.keySet());
    try {
      for (String namespace : tier.keys(SharedTexts.Space.GENERATIONS)) {
        names.add(namespace.split("/", 2)[0]);
      }
    } catch (SharedTexts.Away e) {
      // Those of this node, then.
    }
    names.removeIf(name -> !name.startsWith(prefix));
    return List.copyOf(names);
  }

  @Override
  public List<String> flush(String prefix) {
    List<String> names = names(prefix);
    for (String name : names) {
      generations.invalidate(name);
      ResultCache cache = caches.get(name);
      if (cache != null) {
        cache.countInvalidation();
        cache.clear();
      }
    }
    Pattern texts = Pattern.compile(Pattern.quote(prefix) + "[^|]*\\|.*", Pattern.DOTALL);
    ResultCache.removeTexts(tier, texts::matcher);
    return names;
  }

  /** Shows a cache of another kind beside these. */
  public void show(Supplier<CacheStatistics> other) {
    others.add(other);
  }

  @Override
  public List<CacheStatistics> statistics() {
    List<CacheStatistics> all = new ArrayList<>();
    caches.values().forEach(cache -> all.add(cache.statistics()));
    others.forEach(other -> all.add(other.get()));
    all.sort(Comparator.comparing(CacheStatistics::name));
    return all;
  }

  @Override
  public String trouble() {
    return enabled ? tier.trouble() : "switched off";
  }

  /** Catches up with invalidations that couldn't be shared; called every second. */
  public void settle() {
    generations.settle();
  }
}
