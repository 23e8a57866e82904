package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.tola.kernel.cache.CacheSpec;
import io.tola.market.store.SharedTexts.Away;
import io.tola.market.store.SharedTexts.Space;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.cache.Cache;
import javax.cache.CacheException;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.expiry.ExpiryPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Caches over real Hazelcast members, one of which dies. */
class SharedTierTest {

  private static final CacheSpec SPEC = new CacheSpec("things", Duration.ofSeconds(60), 100, false);

  private final HandClock clock = new HandClock();
  private final AtomicInteger loads = new AtomicInteger();
  private SharedQuotes a;
  private SharedQuotes b;

  @AfterEach
  void close() {
    if (a != null) {
      a.close();
    }
    if (b != null) {
      b.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static SharedQuotes node(String name, int port, List<String> members) {
    SharedQuotes node = new SharedQuotes();
    node.open(
        new ClusterSettings(
            null, "tier-" + ProcessHandle.current().pid(), name, "127.0.0.1", port, members));
    assertThat(node.health()).isNull();
    return node;
  }

  private void pair() throws IOException {
    int portA = freePort();
    int portB = freePort();
    List<String> members = List.of("127.0.0.1:" + portA, "127.0.0.1:" + portB);
    a = node("tier-a", portA, members);
    b = node("tier-b", portB, members);
  }

  private static HazelcastInstance member(String name) {
    return Hazelcast.getHazelcastInstanceByName(name);
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean() && System.nanoTime() < end) {
      LockSupport.parkNanos(50_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private String read(ResultCaches caches, String now) {
    return caches
        .cache(SPEC)
        .get(
            "",
            List.of(1),
            String.class,
            () -> {
              loads.incrementAndGet();
              return now;
            });
  }

  private ResultCaches caches(SharedQuotes node) {
    return new ResultCaches(new SharedTier(node), clock, name -> Optional.empty(), null);
  }

  @Test
  void everyOperationOfTheTierDoesWhatItSays() throws IOException {
    pair();
    SharedTier onA = new SharedTier(a);
    SharedTier onB = new SharedTier(b);
    onA.put(Space.TEXTS, "k", "1");
    assertThat(onB.get(Space.TEXTS, "k")).isEqualTo("1");
    assertThat(onB.get(Space.ANSWERS, "k")).isNull();
    assertThat(onB.getAndPut(Space.TEXTS, "k", "2")).isEqualTo("1");
    assertThat(onA.putIfAbsent(Space.TEXTS, "k", "3")).isFalse();
    assertThat(onA.replace(Space.TEXTS, "k", "1", "3")).isFalse();
    assertThat(onA.replace(Space.TEXTS, "k", "2", "3")).isTrue();
    assertThat(onB.keys(Space.TEXTS)).containsExactly("k");
    onB.removeAll(Space.TEXTS, Set.of("k", "other"));
    assertThat(onA.get(Space.TEXTS, "k")).isNull();
    assertThat(onA.putIfAbsent(Space.TEXTS, "k", "3")).isTrue();
    assertThat(onA.trouble()).isNull();
  }

  @Test
  void whatTheTierKeepsIsBoundedInTimeAndNumber() throws IOException {
    a = node("tier-bounds", freePort(), List.of());
    for (Space space : List.of(Space.ANSWERS, Space.TEXTS)) {
      @SuppressWarnings("unchecked")
      CompleteConfiguration<Object, Object> configuration =
          member("tier-bounds")
              .getCacheManager()
              .getCache(space.cache())
              .getConfiguration(CompleteConfiguration.class);
      ExpiryPolicy expiry = configuration.getExpiryPolicyFactory().create();
      assertThat(expiry.getExpiryForCreation().getDurationAmount()).isEqualTo(300);
      assertThat(expiry.getExpiryForAccess()).as("reading doesn't prolong it").isNull();
    }
    SharedTier tier = new SharedTier(a);
    for (int i = 0; i < 8_000; i++) {
      tier.put(Space.ANSWERS, "k" + i, "x");
    }
    // The member shares the thousand out among its partitions and adds a margin for each.
    assertThat(tier.keys(Space.ANSWERS)).hasSizeLessThan(4_000);
  }

  /** A node whose answers the test makes. */
  private static final class Slow extends SharedQuotes {

    private volatile Callable<String> answer;
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    @SuppressWarnings("unchecked")
    Reached reach(Space space) {
      Reached real = super.reach(space);
      Cache<String, String> cache =
          (Cache<String, String>)
              Proxy.newProxyInstance(
                  SharedTierTest.class.getClassLoader(),
                  new Class<?>[] {Cache.class},
                  (proxy, method, arguments) -> {
                    asked.incrementAndGet();
                    return answer.call();
                  });
      return new Reached(real.of(), real.tier(), cache);
    }
  }

  private static void refused(SharedTier tier) {
    assertThatThrownBy(() -> tier.get(Space.TEXTS, "k")).isInstanceOf(Away.class);
  }

  @Test
  void aTierThatHangsIsTriedByOneCallerForAll() throws Exception {
    Slow slow = new Slow();
    a = slow;
    slow.open(
        new ClusterSettings(null, "tier-slow", "tier-slow", "127.0.0.1", freePort(), List.of()));
    AtomicLong nanos = new AtomicLong();
    SharedTier tier = new SharedTier(slow, nanos::get);
    Callable<String> failing =
        () -> {
          throw new CacheException("hung");
        };
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try {
      slow.answer = failing;
      refused(tier);
      refused(tier);
      assertThat(slow.asked).as("nobody while it pauses").hasValue(1);

      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      CountDownLatch there = new CountDownLatch(1);
      CountDownLatch go = new CountDownLatch(1);
      slow.answer =
          () -> {
            there.countDown();
            go.await();
            throw new CacheException("hung");
          };
      Future<String> trying = threads.submit(() -> tier.get(Space.TEXTS, "k"));
      there.await();
      refused(tier);
      refused(tier);
      assertThat(slow.asked).as("one tries").hasValue(2);
      assertThat(tier.trouble()).isNotNull();
      go.countDown();
      assertThatThrownBy(trying::get).hasCauseInstanceOf(Away.class);
      refused(tier);
      assertThat(slow.asked).hasValue(2);

      nanos.addAndGet(Duration.ofSeconds(2).toNanos());
      slow.answer = () -> "x";
      assertThat(tier.get(Space.TEXTS, "k")).isEqualTo("x");
      assertThat(tier.get(Space.TEXTS, "k")).as("it is over").isEqualTo("x");

      CountDownLatch asking = new CountDownLatch(1);
      CountDownLatch on = new CountDownLatch(1);
      slow.answer =
          () -> {
            asking.countDown();
            on.await();
            return "late";
          };
      Future<String> late = threads.submit(() -> tier.get(Space.TEXTS, "k"));
      asking.await();
      slow.answer = failing;
      refused(tier);
      on.countDown();
      assertThat(late.get()).isEqualTo("late");
      int before = slow.asked.get();
      refused(tier);
      assertThat(slow.asked).as("another's pause is not ended").hasValue(before);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aMemberThatIsKilledTakesNoAnswerAndNoInvalidationWithIt() throws IOException {
    pair();
    ResultCaches onA = caches(a);
    ResultCaches onB = caches(b);
    assertThat(read(onA, "one")).isEqualTo("one");
    assertThat(read(onB, "two")).isEqualTo("one");
    onA.invalidate("things", "");
    assertThat(read(onA, "two")).isEqualTo("two");

    member("tier-a").getLifecycleService().terminate();

    // The other member may have to find out first; then it answers as before.
    eventually(() -> onB.trouble() == null && read(onB, "two").equals("two"));
    int made = loads.get();
    assertThat(read(onB, "three")).isEqualTo("two");
    assertThat(loads).hasValue(made);

    assertThat(read(onA, "four")).as("a's database").isEqualTo("four");
    assertThat(onA.trouble()).isNotNull();
    assertThat(onA.cache(SPEC).statistics().shared()).isFalse();
    assertThatThrownBy(() -> new SharedTier(a).get(Space.TEXTS, "k")).isInstanceOf(Away.class);
  }

  @Test
  void whatWasInvalidatedWhileTheMemberWasDeadIsNotFoundWhenItIsBack() throws IOException {
    a = node("tier-back", freePort(), List.of());
    ResultCaches caches = caches(a);
    read(caches, "one");
    member("tier-back").getLifecycleService().terminate();
    assertThat(read(caches, "two")).isEqualTo("two");
    caches.invalidate("things", "");
    a.reopen();
    eventually(() -> caches.trouble() == null);
    assertThat(read(caches, "three")).isEqualTo("three");
    assertThat(read(caches, "four")).isEqualTo("three");
  }
}
