package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.tola.kernel.cache.CacheSpec;
import io.tola.market.store.SharedTexts.Away;
import io.tola.market.store.SharedTexts.Space;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
