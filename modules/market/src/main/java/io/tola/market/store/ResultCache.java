package io.tola.market.store;

import io.tola.kernel.cache.CacheSpec;
import io.tola.kernel.cache.CacheStatistics;
import io.tola.kernel.cache.QueryCache;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.store.SharedTexts.Away;
import io.tola.market.store.SharedTexts.Space;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One cache of {@link ResultCaches}. Thread-safe. */
final class ResultCache implements QueryCache {

  /** How long a call waits for another one's load. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Longer texts are not shared: the tier counts what it holds, and doesn't weigh it. */
  static final int MAX_TEXT = 65_536;

  /** Answers with longer texts are not kept. */
  static final int MAX_ANSWER = 131_072;

  private static final int TRIES = 100;

  private final CacheSpec asked;
  private final CacheSpec spec;
  private final SharedTexts tier;
  private final Clock clock;
  private final Generations generations;
  private final ResultCaches caches;
  private final Shelf shelf;
  private final ConcurrentHashMap<Type, ValueCodec> codecs = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, CompletableFuture<Object>> flights =
      new ConcurrentHashMap<>();
  private final LongAdder hits = new LongAdder();
  private final LongAdder sharedHits = new LongAdder();
  private final LongAdder joinedHits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder loadNanos = new LongAdder();
  private final LongAdder loadFailures = new LongAdder();
  private final LongAdder invalidations = new LongAdder();
  private final LongAdder bypassed = new LongAdder();

  /**
   * @param asked as the module wants it
   * @param spec with the installation's settings
   */
  ResultCache(
      CacheSpec asked,
      CacheSpec spec,
      long maxLength,
      SharedTexts tier,
      Clock clock,
      Generations generations,
      ResultCaches caches) {
    this.asked = asked;
    this.spec = spec;
    this.tier = tier;
    this.clock = clock;
    this.generations = generations;
    this.caches = caches;
    this.shelf = new Shelf(spec.maxSize(), maxLength);
  }

  CacheSpec asked() {
    return asked;
  }

  // Answers.

  @Override
  public <T, X extends Exception> T get(
      String scope, List<?> parameters, Type type, Load<T, X> load) throws X {
    return get(scope, parameters, type, answer -> true, true, load);
  }

  @Override
  public <T, X extends Exception> T get(
      String scope,
      List<?> parameters,
      Type type,
      Predicate<? super T> holds,
      Load<? extends T, X> load)
      throws X {
    requireVersioned();
    return get(scope, parameters, type, holds, false, load);
  }

  /**
   * @param keeps whether the load leaves it to this to keep what it made
   */
  @SuppressWarnings("unchecked") // the type was the caller's word when the answer was kept
  private <T, X extends Exception> T get(
      String scope,
      List<?> parameters,
      Type type,
      Predicate<? super T> holds,
      boolean keeps,
      Load<? extends T, X> load)
      throws X {
    if (!caches.enabled()) {
      return load.load();
    }
    if (caches.inTransaction()) {
      bypassed.increment();
      return load.load();
    }
    Predicate<Object> good = answer -> holds.test((T) answer);
    ValueCodec codec = codecs.computeIfAbsent(type, ValueCodec::new);
    String key = key(scope, parameters);
    Generations.Now now = generations.now(spec.name(), scope);
    Object there = onShelf(key, now, good);
    if (there != null) {
      hits.increment();
      return (T) there;
    }
    // Another generation is another answer, whoever is loading it.
    String flight = key + '|' + now.shared() + '|' + now.local();
    CompletableFuture<Object> mine = new CompletableFuture<>();
    long ends = System.nanoTime() + PATIENCE.toNanos();
    CompletableFuture<Object> first;
    while ((first = flights.putIfAbsent(flight, mine)) != null) {
      Object joined = join(first, ends);
      if (joined == null || good.test(joined)) {
        hits.increment();
        joinedHits.increment();
        return (T) joined;
      }
      flights.remove(flight, first);
    }
    try {
      Object found = onShelf(key, now, good);
      if (found == null) {
        found = inTier(key, now, codec, good);
        if (found != null) {
          sharedHits.increment();
        }
      }
      if (found != null) {
        hits.increment();
      } else {
        misses.increment();
        found = load(load);
        if (keeps) {
          keep(key, now, codec, found);
        }
      }
      mine.complete(found);
      return (T) found;
    } catch (Throwable e) {
      mine.completeExceptionally(e);
      throw (X) e;
    } finally {
      flights.remove(flight, mine);
    }
  }

  private String key(String scope, List<?> parameters) {
    return spec.name() + '|' + CacheKey.of(scope, parameters);
  }

  private void requireVersioned() {
    if (!spec.versioned()) {
      throw new IllegalStateException(spec.name() + " is not versioned");
    }
  }

  @Override
  @SuppressWarnings("unchecked") // the type was the caller's word when the answer was kept
  public <T> Optional<T> look(
      String scope, List<?> parameters, Type type, Predicate<? super T> holds) {
    if (!caches.enabled()) {
      return Optional.empty();
    }
    Predicate<Object> good = answer -> holds.test((T) answer);
    ValueCodec codec = codecs.computeIfAbsent(type, ValueCodec::new);
    String key = key(scope, parameters);
    Generations.Now now = generations.now(spec.name(), scope);
    Object there = onShelf(key, now, good);
    return Optional.ofNullable((T) (there == null ? inTier(key, now, codec, good) : there));
  }

  @Override
  public void keep(String scope, List<?> parameters, Type type, Object answer) {
    requireVersioned();
    if (caches.enabled()) {
      keep(
          key(scope, parameters),
          generations.now(spec.name(), scope),
          codecs.computeIfAbsent(type, ValueCodec::new),
          answer);
    }
  }

  private <T, X extends Exception> T load(Load<? extends T, X> load) throws X {
    long began = System.nanoTime();
    boolean done = false;
    try {
      T loaded = load.load();
      done = true;
      return loaded;
    } finally {
      if (done) {
        loads.increment();
        loadNanos.add(System.nanoTime() - began);
      } else {
        loadFailures.increment();
      }
    }
  }

  private Object onShelf(String key, Generations.Now now, Predicate<Object> good) {
    if (now.shared() == null && !spec.versioned()) {
      return null;
    }
    Shelf.Kept kept = shelf.get(key);
    if (kept == null) {
      return null;
    }
    boolean same =
        now.shared() == null || kept.generation() == null || kept.generation().equals(now.shared());
    if (same && isYoung(kept.madeAt())) {
      return good.test(kept.answer()) ? kept.answer() : null;
    }
    shelf.drop(key, kept);
    return null;
  }

  /** In either direction: a clock that was set back must not keep an answer for the difference. */
  private boolean isYoung(long madeAt) {
    return Math.abs(clock.millis() - madeAt) < spec.ttl().toMillis();
  }

  /** Texts there begin with their generation and when they were made. */
  private Object inTier(String key, Generations.Now now, ValueCodec codec, Predicate<Object> good) {
    if (now.shared() == null) {
      return null;
    }
    try {
      String text = tier.get(Space.ANSWERS, key);
      String head = now.shared() + '|';
      if (text == null || !text.startsWith(head)) {
        return null;
      }
      int end = text.indexOf('|', head.length());
      long madeAt = Long.parseLong(text.substring(head.length(), end));
      if (!isYoung(madeAt)) {
        return null;
      }
      Object answer = codec.decode(text.substring(end + 1)).orElse(null);
      if (answer == null || !good.test(answer)) {
        return null;
      }
      shelf.put(key, new Shelf.Kept(now.shared(), madeAt, answer, text.length()));
      return answer;
    } catch (Away | IndexOutOfBoundsException | NumberFormatException e) {
      return null;
    }
  }

  private void keep(String key, Generations.Now now, ValueCodec codec, Object answer) {
    if (answer == null || (now.shared() == null && !spec.versioned())) {
      return;
    }
    String text = codec.encode(answer);
    if (text.length() > MAX_ANSWER) {
      return;
    }
    long madeAt = clock.millis();
    shelf.put(key, new Shelf.Kept(now.shared(), madeAt, answer, text.length()));
    if (now.shared() != null && text.length() <= MAX_TEXT) {
      try {
        tier.put(Space.ANSWERS, key, now.shared() + '|' + madeAt + '|' + text);
      } catch (Away e) {
        // The next node loads it itself.
      }
    }
  }

  @SuppressWarnings("unchecked") // loads of the same key throw the same exceptions
  private <X extends Exception> Object join(CompletableFuture<Object> flight, long endsNanos)
      throws X {
    try {
      return flight.get(Math.max(0, endsNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      misses.increment();
      throw (X) e.getCause();
    } catch (TimeoutException e) {
      misses.increment();
      throw notNow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notNow();
    }
  }

  private static ProblemException notNow() {
    return new ProblemException(
        ProblemCode.UNAVAILABLE,
        "The answer takes too long; ask again.",
        List.of(),
        Duration.ofSeconds(2));
  }

  @Override
  public void invalidate(String scope) {
    caches.invalidate(spec.name(), scope);
  }

  void countInvalidation() {
    invalidations.increment();
  }

  /** This node's answers go at once; those of others are too old already. */
  void clear() {
    shelf.clear();
  }

  // Texts.

  private String textKey(String key) {
    return spec.name() + '|' + key;
  }

  /** A text with when it was made. */
  private record Text(long madeAt, String text) {

    static Text parse(String stored) {
      int end = stored == null ? -1 : stored.indexOf('|');
      return end < 0
          ? null
          : new Text(Long.parseLong(stored, 0, end, 10), stored.substring(end + 1));
    }

    String stored() {
      return madeAt + "|" + text;
    }
  }

  private Text young(String stored) {
    Text text = Text.parse(stored);
    return text != null && isYoung(text.madeAt) ? text : null;
  }

  @Override
  public Optional<String> find(String key) {
    try {
      Text text = young(tier.get(Space.TEXTS, textKey(key)));
      (text == null ? misses : hits).increment();
      return Optional.ofNullable(text).map(Text::text);
    } catch (Away e) {
      misses.increment();
      return Optional.empty();
    }
  }

  @Override
  public void put(String key, String text) {
    if (text.length() <= MAX_TEXT) {
      try {
        // Removed first: where it is there already its time would go on.
        tier.removeAll(Space.TEXTS, Set.of(textKey(key)));
        tier.put(Space.TEXTS, textKey(key), new Text(clock.millis(), text).stored());
      } catch (Away e) {
        // Not kept.
      }
    }
  }

  @Override
  public void remove(String key) {
    try {
      tier.removeAll(Space.TEXTS, Set.of(textKey(key)));
    } catch (Away e) {
      // It is forgotten in a while.
    }
  }

  @Override
  public int removeMatching(String pattern) {
    StringBuilder regex = new StringBuilder(Pattern.quote(spec.name() + '|'));
    String joint = "";
    for (String part : pattern.split("\\*", -1)) {
      regex.append(joint).append(Pattern.quote(part));
      joint = ".*";
    }
    return removeTexts(tier, Pattern.compile(regex.toString(), Pattern.DOTALL)::matcher);
  }

  /** How many texts went. */
  static int removeTexts(SharedTexts tier, Function<String, Matcher> wanted) {
    try {
      Set<String> found = new HashSet<>();
      for (String key : tier.keys(Space.TEXTS)) {
        if (wanted.apply(key).matches()) {
          found.add(key);
        }
      }
      tier.removeAll(Space.TEXTS, found);
      return found.size();
    } catch (Away e) {
      return 0;
    }
  }

  @Override
  public Optional<Duration> ttlLeft(String key) {
    try {
      return Optional.ofNullable(young(tier.get(Space.TEXTS, textKey(key))))
          .map(t -> spec.ttl().minusMillis(clock.millis() - t.madeAt));
    } catch (Away e) {
      return Optional.empty();
    }
  }

  @Override
  public OptionalLong increment(String key, long by) {
    String at = textKey(key);
    try {
      for (int i = 0; i < TRIES; i++) {
        String stored = tier.get(Space.TEXTS, at);
        Text there = young(stored);
        long sum = (there == null ? 0 : Long.parseLong(there.text)) + by;
        String next =
            new Text(there == null ? clock.millis() : there.madeAt, Long.toString(sum)).stored();
        if (stored == null
            ? tier.putIfAbsent(Space.TEXTS, at, next)
            : tier.replace(Space.TEXTS, at, stored, next)) {
          return OptionalLong.of(sum);
        }
      }
      return OptionalLong.empty();
    } catch (Away | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public CacheStatistics statistics() {
    long loaded = loads.sum();
    return new CacheStatistics(
        spec.name(),
        spec.ttl().toSeconds(),
        shelf.size(),
        (long) spec.maxSize(),
        hits.sum(),
        sharedHits.sum(),
        joinedHits.sum(),
        misses.sum(),
        loaded,
        loadFailures.sum(),
        loaded == 0 ? null : mean(loadNanos.sum(), loaded),
        shelf.evictions(),
        invalidations.sum(),
        bypassed.sum(),
        tier.trouble() == null);
  }

  private static BigDecimal mean(long nanos, long count) {
    return BigDecimal.valueOf(nanos)
        .divide(
            BigDecimal.valueOf(count).multiply(BigDecimal.valueOf(1_000_000)),
            3,
            RoundingMode.HALF_EVEN);
  }
}
