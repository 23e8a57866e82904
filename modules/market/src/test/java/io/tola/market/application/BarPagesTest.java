package io.tola.market.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Symbol;
import io.tola.kernel.cache.QueryCaches;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.market.store.BarStore;
import jakarta.enterprise.inject.Instance;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which pages of bars go by the cache. */
class BarPagesTest {

  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  private final List<String> asked = new ArrayList<>();
  private final BarStore bars =
      new BarStore() {
        @Override
        public List<Bar> history(
            Symbol symbol, Interval interval, Instant from, Instant to, Instant after, int limit) {
          asked.add("store " + limit);
          return List.of();
        }
      };
  private final BarPages cached =
      new BarPages(bars, QueryCaches.none(), CLOCK, null) {
        @Override
        public List<Bar> recent(
            Symbol symbol, Interval interval, Instant from, Instant to, Instant after, int limit) {
          asked.add("recent " + limit);
          return List.of();
        }

        @Override
        public List<Bar> past(
            Symbol symbol, Interval interval, Instant from, Instant to, Instant after, int limit) {
          asked.add("past " + limit);
          return List.of();
        }
      };

  @SuppressWarnings("unchecked")
  private final BarPages pages =
      new BarPages(
          bars,
          QueryCaches.none(),
          CLOCK,
          (Instance<BarPages>)
              Proxy.newProxyInstance(
                  getClass().getClassLoader(),
                  new Class<?>[] {Instance.class},
                  (proxy, method, arguments) -> cached));

  private void read(String to, int limit) throws SQLException {
    pages.history(
        new Symbol("ITC"),
        Interval.values()[0],
        Instant.parse("2026-01-01T00:00:00Z"),
        Instant.parse(to),
        null,
        limit);
  }

  @Test
  void longPagesGoPastTheCacheThatWouldNotKeepThem() throws SQLException {
    read("2026-11-20T09:00:00Z", 501);
    read("2026-11-18T00:00:00Z", 1_001);
    read("2026-11-20T09:00:00Z", 1_002);
    read("2026-11-18T00:00:00Z", 5_001);
    assertThat(asked).containsExactly("recent 501", "past 1001", "store 1002", "store 5001");
  }
}
