package io.tola.jmeter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTest {

  @Test
  void aLineMayHoldQuotesCommasAndLineEnds() throws IOException {
    String csv =
        "timeStamp,elapsed,label,responseCode,threadName,success,failureMessage,allThreads,\"username\",\"coid\"\n"
            + "1000,7,GET /status,200,Trading 1-1,true,,3,trader1,null\n"
            + "1010,9,\"POST /orders/place\",201,Trading 1-2,false,\"said \"\"no\"\",\nand why\",4,trader2,c-1\n"
            + "1020,9,\"POST /ord";
    List<Sample> samples = new ArrayList<>();
    Jtl.read(new StringReader(csv), samples::add);
    assertThat(samples).hasSize(2);
    assertThat(samples.get(0).variables()).containsOnlyKeys("username");
    assertThat(samples.get(1).failure()).isEqualTo("said \"no\",\nand why");
    assertThat(samples.get(1).variables()).containsEntry("coid", "c-1");
    assertThat(samples.get(1).users()).isEqualTo(4);
  }

  @Test
  void theRampCountsForErrorsAndNotForPercentiles() {
    Figures f = new Figures(0, 20_000, 10_000);
    for (int i = 0; i < 100; i++) {
      f.add(sample(i * 100, 900, false));
    }
    for (int i = 0; i < 100; i++) {
      f.add(sample(10_000 + i * 100, 10, true));
    }
    assertThat(f.percentile(99)).isEqualTo(10);
    assertThat(f.errorPct()).isEqualTo(50);
    assertThat(f.requestsPerSecond()).isCloseTo(10, within(0.2));
  }

  @Test
  void withoutARequestEverythingIsAnError() {
    assertThat(new Figures(0, 20_000, 0).errorPct()).isEqualTo(100);
  }

  @Test
  void recoveryIsTheTimeFromTheEndOfTheWaveUntilItIsAsBefore() {
    Figures f = new Figures(0, 60_000, 0);
    for (int second = 0; second < 60; second++) {
      int latency = second >= 20 && second < 47 ? 800 : 20;
      for (int i = 0; i < 10; i++) {
        f.add(sample(second * 1000L + i * 10, latency, true));
      }
    }
    assertThat(f.recovery(2, 20, 40).orElseThrow()).isCloseTo(7, within(1.0));
  }

  @Test
  void whatDoesNotComeBackHasNoRecovery() {
    Figures f = new Figures(0, 60_000, 0);
    for (int second = 0; second < 60; second++) {
      f.add(sample(second * 1000L, second < 20 ? 20 : 800, true));
    }
    assertThat(f.recovery(2, 20, 40)).isEmpty();
  }

  @Test
  void aRequestThatWasSentLateHasWaitedThatLong() {
    Figures f = new Figures(0, 10_000, 0);
    for (int i = 0; i < 60; i++) {
      // Everything due between 2 and 3 seconds is sent at 3.
      long due = 100L * i;
      long start = due >= 2000 && due < 3000 ? 3000 : due;
      Sample s =
          new Sample(start, 5, "GET /x", "200", true, "", "quote 1-1", 1, Map.of("due", "" + due));
      assertThat(s.late()).isEqualTo(start - due);
      f.add(s);
    }
    assertThat(f.max()).isCloseTo(1005, within(10.0));
  }

  @Test
  void theServersTextIsReadByNameAndLabel() {
    ServerMetrics m =
        ServerMetrics.parse(
            """
            # HELP x y
            tola_cache_hits_total{cache="quotes",mp_scope="application"} 90.0
            tola_cache_hits_total{cache="bars",mp_scope="application"} 10.0
            memory_usedHeap_bytes{mp_scope="base"} 1.048576E7
            odd NaN
            up 1
            """);
    assertThat(m.sum("tola_cache_hits_total")).hasValue(100);
    assertThat(m.sum("tola_cache_hits_total", "bars")).hasValue(10);
    assertThat(m.sum("up")).hasValue(1);
    assertThat(m.sum("odd")).isEmpty();
    assertThat(m.sum("nothing")).isEmpty();
  }

  @Test
  void tooFewFilesOrTooLittleMemoryIsSaidBeforeTheLoad() {
    String limits =
        "Limit  Soft  Hard  Units\nMax open files            1024                 1024                 files\n";
    Prerequisites.check(500, limits, "MemAvailable:   8000000 kB");
    assertThat(refusal(600, limits, "")).contains("ulimit -n");
    assertThat(refusal(500, limits, "MemAvailable:   500000 kB")).contains("MB are free");
  }

  private static String refusal(int threads, String limits, String memory) {
    try {
      Prerequisites.check(threads, limits, memory);
      return "";
    } catch (Refused e) {
      return e.getMessage();
    }
  }

  private static Sample sample(long start, long elapsed, boolean success) {
    return new Sample(
        start, elapsed, "GET /x", success ? "200" : "500", success, "", "T 1-1", 1, Map.of());
  }
}
