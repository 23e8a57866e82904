package io.tola.performance.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.performance.api.QueryType;
import io.tola.performance.api.Recommendation;
import io.tola.performance.domain.CacheAdvice.CacheFacts;
import io.tola.performance.domain.SchemaFacts.Column;
import io.tola.performance.domain.SchemaFacts.Table;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheAdviceTest {

  private static CacheFacts cache(
      long size, Long max, long hits, long misses, long evictions, long invalidations) {
    return new CacheFacts(
        "quotes", size, max, hits, misses, misses, evictions, invalidations, 5, BigDecimal.TEN);
  }

  private static List<String> codes(CacheFacts facts) {
    return CacheAdvice.ofCaches(List.of(facts)).stream().map(Recommendation::code).toList();
  }

  @Test
  void aCacheThatAnswersMostOrWasHardlyAskedIsLeftAlone() {
    assertThat(codes(cache(100, 100L, 9_000, 1_000, 900, 0))).isEmpty();
    assertThat(codes(cache(100, 100L, 0, 999, 900, 0))).isEmpty();
  }

  @Test
  void whatKeepsItFromAnsweringIsNamed() {
    assertThat(codes(cache(95, 100L, 5_000, 5_000, 4_000, 0))).containsExactly("cache_too_small");
    assertThat(codes(cache(50, 100L, 5_000, 5_000, 0, 4_000))).containsExactly("cache_invalidated");
    assertThat(codes(cache(50, 100L, 5_000, 5_000, 0, 0))).containsExactly("cache_ttl_short");
    assertThat(codes(cache(900, 1_000L, 100, 1_000, 0, 0))).containsExactly("cache_without_use");
    assertThat(codes(cache(900, null, 600, 1_000, 0, 0))).isEmpty();
  }

  private static final SchemaFacts SCHEMA =
      new SchemaFacts(
          Map.of(
              "instruments",
              new Table(
                  "market.instruments",
                  50,
                  Map.of("symbol", new Column("text", true)),
                  List.of())));

  private static List<Recommendation> ofStatement(String sql, int reads, long written) {
    long[] micros = new long[reads];
    Arrays.fill(micros, 300);
    return CacheAdvice.ofStatements(
        List.of(FiguresTest.stats("s", QueryType.SELECT, 0, micros)),
        Map.of("s", sql),
        Map.of("market.instruments", written),
        SCHEMA);
  }

  @Test
  void aReadThatIsAskedOftenOfWhatIsHardlyWrittenWouldPay() {
    String read = "SELECT symbol FROM instruments WHERE symbol = ?";
    assertThat(ofStatement(read, 20_000, 50))
        .singleElement()
        .satisfies(r -> assertThat(r.reason()).contains("20000 reads").contains("Orders.insert"));
    assertThat(ofStatement(read, 20_000, 5_000)).isEmpty();
    assertThat(ofStatement(read, 9_999, 0)).isEmpty();
    assertThat(ofStatement(read + " FOR UPDATE", 20_000, 0)).isEmpty();
    assertThat(ofStatement("SELECT now() FROM instruments", 20_000, 0)).isEmpty();
    assertThat(ofStatement("SELECT symbol FROM elsewhere", 20_000, 0)).isEmpty();
    assertThat(ofStatement("UPDATE instruments SET symbol = ?", 20_000, 0)).isEmpty();
  }
}
