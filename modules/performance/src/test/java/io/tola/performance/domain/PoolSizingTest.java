package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.PoolSize;
import io.tola.performance.domain.PoolSizing.Demand;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class PoolSizingTest {

  private static PoolSize size(int current, long rate, String held, Integer allows, Integer cpus) {
    return PoolSizing.of(
        new Demand(current, rate, new BigDecimal(held), BigDecimal.ONE, allows, cpus));
  }

  @Test
  void littlesLawAndHeadroomMakeTheSizeAndEachNumberIsShown() {
    PoolSize size = size(4, 900, "10.000", 97, 8);
    assertThat(size.busy()).isEqualByComparingTo("9");
    assertThat(size.headroom()).isEqualByComparingTo("9");
    assertThat(size.wanted()).isEqualTo(18);
    assertThat(size.recommended()).isEqualTo(18);
    assertThat(size.verdict()).isEqualTo("larger");
    assertThat(size.arithmetic())
        .isEqualTo(
            "900 borrows/s x 10.000 ms = 9.000 lent at once on average; 18 leave one free in 99 % of"
                + " the moments; the database allows 97; 8 processors keep 2 x 8 + 1 = 17 busy");
  }

  @Test
  void aPoolThatCannotGrowIsToBeHeldShorter() {
    assertThat(size(10, 900, "10", 10, null).verdict()).isEqualTo("shorten");
    assertThat(size(10, 900, "10", 10, null).recommended()).isEqualTo(10);
    assertThat(size(5, 900, "10", 97, 2).verdict()).isEqualTo("shorten");
    assertThat(size(24, 900, "10", 97, 2).verdict()).isEqualTo("enough");
    assertThat(PoolSizing.of(new Demand(24, 0, null, null, 97, 2)).verdict()).isEqualTo("unknown");
  }

  /** The oracle: a queue with as many servers as are recommended, fed by arrivals at random. */
  @Property(tries = 30)
  void soManyConnectionsSufficeMostArrivals(
      @ForAll @IntRange(min = 20, max = 2_000) int rate,
      @ForAll @IntRange(min = 1, max = 50) int heldMs,
      @ForAll long seed) {
    int wanted = size(1, rate, Integer.toString(heldMs), null, null).wanted();
    java.util.Random random = new java.util.Random(seed);
    java.util.PriorityQueue<Double> ends = new java.util.PriorityQueue<>();
    int found = 0;
    int arrivals = 20_000;
    double now = 0;
    for (int i = 0; i < arrivals; i++) {
      now += -Math.log(1 - random.nextDouble()) / rate;
      while (!ends.isEmpty() && ends.peek() <= now) {
        ends.poll();
      }
      found += ends.size() < wanted ? 1 : 0;
      ends.add(now + heldMs / 1000.0);
    }
    assertThat(found / (double) arrivals).isGreaterThan(0.975);
  }

  @Test
  void everyValueIsInOneBucket() {
    Histogram micros = new Histogram(2);
    for (long ms : new long[] {0, 1, 3, 30, 70, 700, 40_000}) {
      micros.recordValue(ms * 1_000);
    }
    assertThat(PoolSizing.times(micros).histogram().stream().mapToLong(b -> b.count()).sum())
        .isEqualTo(7);
    assertThat(PoolSizing.times(new Histogram(2)).p95Ms()).isNull();
  }
}
