package io.tola.performance.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.cache.CacheSpec;
import io.tola.kernel.cache.CacheStatistics;
import io.tola.kernel.cache.QueryCache;
import io.tola.kernel.cache.QueryCaches;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.problem.InvalidValueException;
import io.tola.performance.api.CacheReport;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CacheDeskTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-21T04:00:00Z"), ZoneOffset.UTC);

  private final List<Object> happened = new ArrayList<>();
  private final QueryCaches caches =
      new QueryCaches() {
        @Override
        public QueryCache cache(CacheSpec spec) {
          throw new UnsupportedOperationException();
        }

        @Override
        public void invalidate(String name, String scope) {
          throw new UnsupportedOperationException();
        }

        @Override
        public List<String> flush(String prefix) {
          happened.add(prefix);
          return List.of("bars");
        }

        @Override
        public List<String> names(String prefix) {
          return Stream.of("bars", "books", "elsewhere")
              .filter(name -> name.startsWith(prefix))
              .toList();
        }

        @Override
        public List<CacheStatistics> statistics() {
          return List.of(
              new CacheStatistics(
                  "bars", 60, 3, 10L, 6, 1, 2, 1, 1, 0, new BigDecimal("2.500"), 4, 5, 0, true),
              new CacheStatistics("books", 10, 2, 20L, 1, 0, 0, 1, 1, 0, null, 0, 0, 7, true));
        }

        @Override
        public String trouble() {
          return null;
        }
      };
  private final CacheFigures figures = new CacheFigures(caches, CLOCK);

  private CacheDesk desk(CacheJournal journal) {
    return new CacheDesk(caches, figures, journal, CLOCK);
  }

  @Test
  void theReportAddsUp() {
    CacheReport report = figures.report();
    assertThat(report.cache().size()).isEqualTo(5);
    assertThat(report.cache().maxSize()).isEqualTo(30);
    assertThat(report.cache().hits()).isEqualTo(7);
    assertThat(report.cache().misses()).isEqualTo(2);
    assertThat(report.cache().hitRatePct()).isEqualByComparingTo("77.78");
    assertThat(report.cache().defaultTtlSeconds()).isEqualTo(60);
    assertThat(report.shared()).isTrue();
    assertThat(report.caches().get(0).hitRatePct()).isEqualByComparingTo("85.71");
    assertThat(report.caches().get(0).meanLoadMs()).isEqualByComparingTo("2.5");
    assertThat(new CacheFigures(QueryCaches.none(), CLOCK).together().hitRatePct()).isNull();
  }

  @Test
  void aFlushIsRecordedBeforeItHappens() {
    assertThat(desk(new CacheJournal(happened::addAll, CLOCK)).flush("ba", "ops").flushed())
        .containsExactly("bars");
    assertThat(happened).hasSize(2);
    assertThat(((AuditEntry) happened.get(0)).action()).isEqualTo("caches_flushed");
    assertThat(happened.get(1)).isEqualTo("ba");
  }

  @Test
  void whatOnlyOtherNodesUseIsFlushedAndWhatCantBeFlushedIsRefused() {
    CacheDesk desk = desk(new CacheJournal(happened::addAll, CLOCK));
    desk.flush("elsew", "ops");
    assertThat(happened).last().isEqualTo("elsew");
    assertThatThrownBy(() -> desk.flush("quotes", "ops"))
        .isInstanceOf(InvalidValueException.class)
        .hasMessageContaining("[bars, books, elsewhere]");
  }

  @Test
  void whatCantBeRecordedIsNotDone() {
    CacheJournal broken =
        new CacheJournal(
            entries -> {
              throw new IllegalStateException("away");
            },
            CLOCK);
    assertThatThrownBy(() -> desk(broken).flush("", "ops"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(happened).isEmpty();
    assertThatThrownBy(() -> desk(new CacheJournal(happened::addAll, CLOCK)).flush("x", "ops"))
        .isInstanceOf(InvalidValueException.class);
    assertThat(happened).isEmpty();
  }
}
