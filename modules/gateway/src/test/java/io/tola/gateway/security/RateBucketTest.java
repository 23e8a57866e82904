package io.tola.gateway.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RateBucketTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void theWholeBucketCanBeTakenAtOnceAndThenOneAtATime() {
    RateBucket bucket = new RateBucket(10, SECOND, 0);
    for (int i = 0; i < 10; i++) {
      assertThat(bucket.take(0)).isZero();
    }
    assertThat(bucket.take(0)).isEqualTo(SECOND / 10);
    assertThat(bucket.take(SECOND / 10)).isZero();
    assertThat(bucket.take(SECOND / 10)).isPositive();
  }

  @Test
  void aRefusedRequestTakesNothing() {
    RateBucket bucket = new RateBucket(1, SECOND, 0);
    assertThat(bucket.take(0)).isZero();
    for (int i = 0; i < 100; i++) {
      assertThat(bucket.take(1)).isPositive();
    }
    assertThat(bucket.take(SECOND)).isZero();
  }

  @Test
  void whatIsGivenBackCanBeTakenAgain() {
    RateBucket bucket = new RateBucket(1, SECOND, 0);
    assertThat(bucket.take(0)).isZero();
    bucket.giveBack();
    assertThat(bucket.isFull(0)).isTrue();
    assertThat(bucket.take(0)).isZero();
  }

  @Test
  void aClockThatBeganBelowZeroMakesNoDifference() {
    RateBucket bucket = new RateBucket(2, SECOND, Long.MAX_VALUE - 5);
    assertThat(bucket.take(Long.MAX_VALUE - 5)).isZero();
    assertThat(bucket.take(Long.MIN_VALUE + 5)).isZero();
    assertThat(bucket.take(Long.MIN_VALUE + 6)).isPositive();
  }

  @Test
  void manyThreadsTakeNoMoreThanThereIs() throws InterruptedException {
    RateBucket bucket = new RateBucket(1_000, SECOND, 0);
    AtomicInteger taken = new AtomicInteger();
    CountDownLatch go = new CountDownLatch(1);
    List<Thread> threads =
        java.util.stream.IntStream.range(0, 4)
            .mapToObj(
                t ->
                    new Thread(
                        () -> {
                          try {
                            go.await();
                          } catch (InterruptedException e) {
                            return;
                          }
                          for (int i = 0; i < 1_000; i++) {
                            if (bucket.take(0) == 0) {
                              taken.incrementAndGet();
                            }
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    go.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(taken).hasValue(1_000);
  }

  /** The oracle keeps every level as it was and refills by the clock. */
  @Property(tries = 200)
  void itDecidesAsABucketThatIsFilledDropByDrop(
      @ForAll @IntRange(min = 1, max = 20) int takes,
      @ForAll @Size(min = 1, max = 200) List<@IntRange(min = 0, max = 300) Integer> gaps) {
    long interval = 100;
    RateBucket bucket = new RateBucket(takes, interval * takes, 0);
    Deque<Long> outstanding = new ArrayDeque<>();
    long now = 0;
    for (int gap : gaps) {
      now += gap;
      while (!outstanding.isEmpty() && outstanding.peekFirst() <= now) {
        outstanding.removeFirst();
      }
      boolean free = outstanding.size() < takes;
      if (free) {
        long last = outstanding.isEmpty() ? now : outstanding.peekLast();
        outstanding.addLast(last + interval);
      }
      assertThat(bucket.take(now) == 0).isEqualTo(free);
    }
  }

  @Test
  void keysBeyondTheCapacityShareOneBucket() {
    KeyedBuckets buckets = new KeyedBuckets(1, SECOND, 2, 0);
    assertThat(buckets.of("a", 0).take(0)).isZero();
    assertThat(buckets.of("b", 0).take(0)).isZero();
    assertThat(buckets.of("c", 0).take(0)).isZero();
    assertThat(buckets.of("d", 0).take(0)).isPositive();
    assertThat(buckets.size()).isEqualTo(2);
    assertThat(buckets.of("e", 2 * SECOND).take(2 * SECOND)).isZero();
    assertThat(buckets.size()).isEqualTo(1);
  }
}
