package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.cache.CacheSpec;
import io.tola.kernel.cache.CacheStatistics;
import io.tola.kernel.cache.QueryCache;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Two nodes' caches over one shared tier. */
class ResultCacheTest {

  private static final CacheSpec BARS = new CacheSpec("bars", Duration.ofSeconds(60), 3, false);
  private static final CacheSpec BOOKS = new CacheSpec("books", Duration.ofSeconds(10), 100, true);

  private final HandClock clock = new HandClock();
  private final MapTexts tier = new MapTexts();
  private final MapTexts.Door doorA = tier.door();
  private final MapTexts.Door doorB = tier.door();
  private final ResultCaches a = caches(doorA, Map.of(), null);
  private final ResultCaches b = caches(doorB, Map.of(), null);
  private final AtomicInteger loads = new AtomicInteger();
  private String stored = "one";

  private ResultCaches caches(
      SharedTexts texts,
      Map<String, String> config,
      TransactionSynchronizationRegistry transactions) {
    return new ResultCaches(
        texts, clock, name -> Optional.ofNullable(config.get(name)), transactions);
  }

  private String read(ResultCaches node, CacheSpec spec, String scope, Object... parameters) {
    return node.cache(spec)
        .get(
            scope,
            List.of(parameters),
            String.class,
            () -> {
              loads.incrementAndGet();
              return stored;
            });
  }

  @Test
  void whatOneNodeLoadedTheOtherAnswersUntilItIsInvalidated() {
    assertThat(read(a, BARS, "", 1)).isEqualTo("one");
    stored = "two";
    assertThat(read(a, BARS, "", 1)).isEqualTo("one");
    assertThat(read(b, BARS, "", 1)).isEqualTo("one");
    assertThat(read(b, BARS, "", 2)).as("another question").isEqualTo("two");
    assertThat(loads).hasValue(2);

    b.invalidate("bars", "");
    assertThat(read(a, BARS, "", 1)).isEqualTo("two");
    assertThat(read(b, BARS, "", 1)).isEqualTo("two");
    assertThat(loads).hasValue(3);
    CacheStatistics statistics = b.cache(BARS).statistics();
    assertThat(statistics.sharedHits()).isEqualTo(2);
    assertThat(statistics.hits()).isEqualTo(2);
    assertThat(statistics.misses()).isEqualTo(1);
    assertThat(statistics.invalidations()).isEqualTo(1);
  }

  @Test
  void aScopeIsInvalidatedAloneAndWithTheWhole() {
    read(a, BARS, "rsi", 1);
    read(a, BARS, "macd", 1);
    stored = "two";
    a.invalidate("bars", "rsi");
    assertThat(read(b, BARS, "rsi", 1)).isEqualTo("two");
    assertThat(read(b, BARS, "macd", 1)).isEqualTo("one");
    a.invalidate("bars", "");
    assertThat(read(b, BARS, "macd", 1)).isEqualTo("two");
  }

  @Test
  void whatWasLoadedBeforeAnInvalidationAndStoredAfterItIsNotFound() {
    String mine =
        a.cache(BARS)
            .get(
                "",
                List.of(1),
                String.class,
                () -> {
                  String before = stored;
                  stored = "two";
                  b.invalidate("bars", "");
                  return before;
                });
    assertThat(mine).isEqualTo("one");
    assertThat(read(a, BARS, "", 1)).isEqualTo("two");
    assertThat(read(b, BARS, "", 1)).isEqualTo("two");
  }

  @Test
  void anAnswerIsKeptForItsTimeAndNoLonger() {
    read(a, BARS, "", 1);
    clock.pass(Duration.ofMillis(59_999));
    stored = "two";
    assertThat(read(b, BARS, "", 1)).isEqualTo("one");
    clock.pass(Duration.ofMillis(1));
    assertThat(read(b, BARS, "", 1)).as("b's copy is as old as a's").isEqualTo("two");
    assertThat(read(a, BARS, "", 1)).isEqualTo("two");
  }

  @Test
  void aClockSetBackKeepsNothingForTheDifference() {
    read(a, BARS, "", 1);
    stored = "two";
    clock.pass(Duration.ofHours(-1));
    assertThat(read(a, BARS, "", 1)).isEqualTo("two");
  }

  @Test
  void theOneNotAskedForTheLongestGoesFirst() {
    for (int i = 1; i <= 3; i++) {
      read(a, BARS, "", i);
    }
    read(a, BARS, "", 1);
    read(a, BARS, "", 4);
    assertThat(a.cache(BARS).statistics().size()).isEqualTo(3);
    assertThat(a.cache(BARS).statistics().evictions()).isEqualTo(1);
    long shared = a.cache(BARS).statistics().sharedHits();
    read(a, BARS, "", 1);
    assertThat(a.cache(BARS).statistics().sharedHits()).isEqualTo(shared);
    read(a, BARS, "", 2);
    assertThat(a.cache(BARS).statistics().sharedHits()).as("2 had gone").isEqualTo(shared + 1);
  }

  @Test
  void theLengthOfTheTextsIsBoundedToo() {
    ResultCaches small = caches(doorA, Map.of("tola.cache.max-megabytes", "1"), null);
    CacheSpec wide = new CacheSpec("wide", Duration.ofSeconds(60), 100_000, false);
    stored = "x".repeat(90_000);
    for (int i = 0; i < 12; i++) {
      read(small, wide, "", i);
    }
    assertThat(small.cache(wide).statistics().size()).isBetween(5L, 11L);
    stored = "x".repeat(200_000);
    read(small, wide, "", "long");
    read(small, wide, "", "long");
    assertThat(loads).as("too long to be kept").hasValue(14);
  }

  @Test
  void aLongAnswerIsKeptOnTheNodeAlone() {
    stored = "x".repeat(50_000);
    read(a, BARS, "", "long");
    read(a, BARS, "", "long");
    assertThat(loads).hasValue(1);
    read(b, BARS, "", "long");
    assertThat(loads).hasValue(2);
    stored = "x".repeat(49_000);
    read(a, BARS, "", "short");
    read(b, BARS, "", "short");
    assertThat(loads).hasValue(3);
    assertThat(tier.spaces.get(SharedTexts.Space.ANSWERS)).hasSize(1);
  }

  /** An answer that is its version; the load keeps it. */
  private int atLeast(ResultCaches node, int wanted, int made) {
    QueryCache cache = node.cache(BOOKS);
    return cache.get(
        "",
        List.of("account"),
        Integer.class,
        (Integer there) -> there >= wanted,
        () -> {
          loads.incrementAndGet();
          cache.keep("", List.of("account"), Integer.class, made);
          return made;
        });
  }

  @Test
  void anAnswerIsGivenToWhomItIsNewEnoughFor() {
    assertThat(atLeast(a, 1, 1)).isEqualTo(1);
    assertThat(atLeast(b, 2, 3)).isEqualTo(3);
    assertThat(atLeast(a, 1, 4)).as("a's own is good enough").isEqualTo(1);
    assertThat(atLeast(a, 2, 4)).as("b's is newer").isEqualTo(3);
    assertThat(atLeast(a, 1, 4)).isEqualTo(3);
    assertThat(loads).hasValue(2);
    QueryCache onA = a.cache(BOOKS);
    List<?> key = List.of("account");
    assertThat(onA.<Integer>look("", key, Integer.class, there -> there >= 3)).contains(3);
    assertThat(onA.<Integer>look("", key, Integer.class, there -> there >= 4)).isEmpty();
    assertThat(tier.spaces.get(SharedTexts.Space.ANSWERS)).as("one for all versions").hasSize(1);
    assertThatThrownBy(
            () -> a.cache(BARS).get("", List.of(1), Integer.class, there -> true, () -> 1))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aLoadThatIsJoinedAndNotNewEnoughIsMadeAgain() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      Future<Integer> old =
          threads.submit(
              () ->
                  a.cache(BOOKS)
                      .get(
                          "",
                          List.of("account"),
                          Integer.class,
                          (Integer there) -> there >= 1,
                          () -> {
                            begun.countDown();
                            go.await();
                            return 1;
                          }));
      begun.await();
      List<Future<Integer>> newer = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        newer.add(threads.submit(() -> atLeast(a, 2, 2)));
      }
      go.countDown();
      assertThat(old.get()).isEqualTo(1);
      for (Future<Integer> one : newer) {
        assertThat(one.get()).isEqualTo(2);
      }
      assertThat(loads).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void settingsStandOverTheSpec() {
    ResultCaches set =
        caches(
            doorA,
            Map.of("tola.cache.bars.max-size", "1", "tola.cache.bars.ttl-seconds", "7"),
            null);
    assertThat(set.cache(BARS).statistics().maxSize()).isEqualTo(1);
    assertThat(set.cache(BARS).statistics().ttlSeconds()).isEqualTo(7);
    ResultCaches wrong = caches(doorA, Map.of("tola.cache.bars.max-size", "0"), null);
    assertThatThrownBy(() -> wrong.cache(BARS)).hasMessageContaining("tola.cache.bars.max-size=0");
    ResultCaches off = caches(doorA, Map.of("tola.cache.enabled", "false"), null);
    read(off, BARS, "", 1);
    read(off, BARS, "", 1);
    assertThat(loads).hasValue(2);
    assertThat(off.cache(BARS).statistics().bypassed()).as("in transactions").isZero();
    assertThat(off.trouble()).isEqualTo("switched off");
  }

  @Test
  void aThousandWhoMissTheSameMakeOneLoadANode() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(200);
    try {
      CountDownLatch go = new CountDownLatch(1);
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        ResultCaches node = i % 2 == 0 ? a : b;
        answers.add(
            threads.submit(
                () -> {
                  go.await();
                  return node.cache(BARS)
                      .get(
                          "",
                          List.of(1),
                          String.class,
                          () -> {
                            loads.incrementAndGet();
                            Thread.sleep(50);
                            return "one";
                          });
                }));
      }
      go.countDown();
      for (Future<String> answer : answers) {
        assertThat(answer.get()).isEqualTo("one");
      }
      assertThat(loads.get()).isBetween(1, 2);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aFailingLoadFailsAllWhoWaitForItAndIsNotKept() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CountDownLatch begun = new CountDownLatch(1);
      CountDownLatch fail = new CountDownLatch(1);
      QueryCache cache = a.cache(BARS);
      QueryCache.Load<String, Exception> failing =
          () -> {
            loads.incrementAndGet();
            begun.countDown();
            fail.await();
            throw new IOException("no");
          };
      List<Future<String>> answers = new ArrayList<>();
      answers.add(threads.submit(() -> cache.get("", List.of(1), String.class, failing)));
      begun.await();
      for (int i = 0; i < 7; i++) {
        answers.add(threads.submit(() -> cache.get("", List.of(1), String.class, failing)));
      }
      fail.countDown();
      for (Future<String> answer : answers) {
        assertThatThrownBy(answer::get).hasCauseInstanceOf(IOException.class);
      }
      assertThat(cache.statistics().loadFailures()).isEqualTo(loads.get());
      assertThat(read(a, BARS, "", 1)).isEqualTo("one");
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void withoutTheTierEveryReadIsTheDatabases() {
    read(a, BARS, "", 1);
    doorA.shut = true;
    stored = "two";
    assertThat(read(a, BARS, "", 1)).isEqualTo("two");
    stored = "three";
    assertThat(read(a, BARS, "", 1)).isEqualTo("three");
    assertThat(a.trouble()).isEqualTo("shut");
    assertThat(a.cache(BARS).statistics().shared()).isFalse();
  }

  @Test
  void whatIsVersionedIsKeptWithoutTheTierToo() {
    doorA.shut = true;
    assertThat(read(a, BOOKS, "", "account", 1)).isEqualTo("one");
    stored = "two";
    assertThat(read(a, BOOKS, "", "account", 1)).isEqualTo("one");
    assertThat(read(a, BOOKS, "", "account", 2)).isEqualTo("two");
    a.flush("books");
    assertThat(read(a, BOOKS, "", "account", 1)).isEqualTo("two");
  }

  @Test
  void anInvalidationThatCouldNotBeSharedIsMadeUpFor() {
    read(a, BARS, "", 1);
    stored = "two";
    doorA.shut = true;
    a.invalidate("bars", "");
    doorA.shut = false;
    assertThat(read(a, BARS, "", 1)).isEqualTo("two");

    stored = "three";
    doorA.shut = true;
    a.invalidate("bars", "");
    assertThat(read(b, BARS, "", 1)).as("b can't know").isEqualTo("two");
    doorA.shut = false;
    a.settle();
    assertThat(read(b, BARS, "", 1)).isEqualTo("three");
  }

  @Test
  void aGenerationThatTheTierBringsBackIsNotBelieved() {
    read(a, BARS, "", 1);
    Map<String, String> generations = tier.spaces.get(SharedTexts.Space.GENERATIONS);
    Map<String, String> answers = tier.spaces.get(SharedTexts.Space.ANSWERS);
    Map<String, String> oldGenerations = Map.copyOf(generations);
    Map<String, String> oldAnswers = Map.copyOf(answers);
    stored = "two";
    a.invalidate("bars", "");
    assertThat(read(b, BARS, "", 1)).isEqualTo("two");
    generations.putAll(oldGenerations);
    answers.putAll(oldAnswers);
    assertThat(read(a, BARS, "", 1)).isEqualTo("two");
    assertThat(read(b, BARS, "", 1)).isEqualTo("two");
  }

  @Test
  void aTransactionReadsTheDatabaseAndInvalidatesAtItsEnd() {
    List<Synchronization> ends = new ArrayList<>();
    int[] status = {Status.STATUS_ACTIVE};
    TransactionSynchronizationRegistry registry =
        (TransactionSynchronizationRegistry)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {TransactionSynchronizationRegistry.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "getTransactionStatus" -> status[0];
                      case "registerInterposedSynchronization" ->
                          ends.add((Synchronization) arguments[0]) ? null : null;
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
    ResultCaches inTransaction = caches(doorA, Map.of(), registry);
    read(b, BARS, "", 1);
    stored = "not committed";
    assertThat(read(inTransaction, BARS, "", 1)).isEqualTo("not committed");
    inTransaction.invalidate("bars", "");
    assertThat(read(b, BARS, "", 1)).isEqualTo("one");
    stored = "committed";
    ends.forEach(end -> end.afterCompletion(Status.STATUS_COMMITTED));
    assertThat(read(b, BARS, "", 1)).isEqualTo("committed");
    status[0] = Status.STATUS_NO_TRANSACTION;
    assertThat(read(inTransaction, BARS, "", 1)).isEqualTo("committed");
    assertThat(inTransaction.cache(BARS).statistics().bypassed()).isEqualTo(1);
  }

  @Test
  void nothingIsKeptOfNull() {
    stored = null;
    assertThat(read(a, BARS, "", 1)).isNull();
    stored = "two";
    assertThat(read(a, BARS, "", 1)).isEqualTo("two");
  }

  @Test
  void textsAreFoundOnEveryNodeUntilTheyAreOldOrRemoved() {
    QueryCache onA = a.cache(BARS);
    QueryCache onB = b.cache(BARS);
    onA.put("k1", "a|text");
    assertThat(onB.find("k1")).contains("a|text");
    clock.pass(Duration.ofSeconds(20));
    assertThat(onB.ttlLeft("k1")).contains(Duration.ofSeconds(40));
    assertThat(onB.ttlLeft("k2")).isEmpty();
    onA.put("k1", "again");
    assertThat(onB.ttlLeft("k1")).contains(Duration.ofSeconds(60));
    onB.remove("k1");
    assertThat(onA.find("k1")).isEmpty();
    onA.put("k3", "x");
    clock.pass(Duration.ofSeconds(60));
    assertThat(onB.find("k3")).isEmpty();
    onA.put("k4", "x".repeat(65_537));
    assertThat(onA.find("k4")).isEmpty();
  }

  @Test
  void textsGoByPattern() {
    QueryCache cache = a.cache(BARS);
    for (String key : List.of("user.1.a", "user.2.a", "user.2.b", "userX2Xb", "(")) {
      cache.put(key, "x");
    }
    a.cache(BOOKS).put("user.1.a", "x");
    assertThat(cache.removeMatching("user.*.a")).isEqualTo(2);
    assertThat(cache.removeMatching("(")).isEqualTo(1);
    assertThat(cache.removeMatching("user.2.b")).isEqualTo(1);
    assertThat(cache.removeMatching("*")).isEqualTo(1);
    assertThat(a.cache(BOOKS).find("user.1.a")).contains("x");
  }

  @Test
  void manyCountTogether() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        QueryCache cache = (t % 2 == 0 ? a : b).cache(BARS);
        all.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    while (cache.increment("count", 2).isEmpty()) {
                      Thread.onSpinWait();
                    }
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(a.cache(BARS).increment("count", 0)).isEqualTo(OptionalLong.of(4_000));
    clock.pass(Duration.ofSeconds(60));
    assertThat(a.cache(BARS).increment("count", 1)).isEqualTo(OptionalLong.of(1));
    a.cache(BARS).put("word", "x");
    assertThat(a.cache(BARS).increment("word", 1)).isEmpty();
    doorA.shut = true;
    assertThat(a.cache(BARS).increment("count", 1)).isEmpty();
    assertThat(a.cache(BARS).find("count")).isEmpty();
  }

  @Test
  void aFlushEmptiesTheCachesOfThatPrefixOnAllNodes() {
    read(a, BARS, "", 1);
    read(b, BOOKS, "", 1);
    assertThat(a.names("bo")).as("used by b alone").containsExactly("books");
    assertThat(b.names("")).containsExactly("bars", "books");
    assertThat(a.names("quotes")).isEmpty();
    a.cache(BARS).put("k", "x");
    b.cache(BOOKS).put("k", "x");
    stored = "two";
    assertThat(a.flush("bo")).containsExactly("books");
    assertThat(read(b, BOOKS, "", 1)).isEqualTo("two");
    assertThat(b.cache(BOOKS).find("k")).isEmpty();
    assertThat(read(b, BARS, "", 1)).isEqualTo("one");
    assertThat(b.cache(BARS).find("k")).contains("x");
    assertThat(a.flush("")).containsExactly("bars", "books");
    assertThat(read(b, BARS, "", 1)).isEqualTo("two");
  }

  @Test
  void twoCachesCantHaveOneName() {
    a.cache(BARS);
    assertThatThrownBy(() -> a.cache(new CacheSpec("bars", Duration.ofSeconds(5), 3, false)))
        .isInstanceOf(IllegalStateException.class);
  }
}
