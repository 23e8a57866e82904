package io.tola.strategy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Page;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.schema.TestDatabase;
import io.tola.strategy.SampleSignals;
import io.tola.strategy.Samples;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.Signal;
import io.tola.strategy.api.SignalFilter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals on real PostgreSQL, with the application's rights. */
class SignalStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final SignalStore store = new SignalStore(DATABASE.appDataSource());

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  private static SignalFilter all(String strategy) {
    return new SignalFilter(strategy, null, null, 500, null);
  }

  @Test
  void aSignalIsReadBackAsItWasWritten() {
    Signal signal = SampleSignals.signal("rsi", Samples.TCS, 0, Direction.BUY);
    assertThat(store.add(List.of(signal))).containsExactly(signal);
    assertThat(store.page(all("rsi")).items()).containsExactly(signal);
    assertThat(store.page(all("momentum")).items()).isEmpty();
  }

  @Test
  void whatWasSaidOnceStaysAsItWasSaidFirst() {
    Signal first = SampleSignals.signal("rsi", Samples.TCS, 0, Direction.BUY);
    Signal again = SampleSignals.signal("rsi", Samples.TCS, 0, Direction.SELL);
    Signal other = SampleSignals.signal("rsi", Samples.INFY, 0, Direction.HOLD);
    store.add(List.of(first));

    assertThat(store.add(List.of(other, again))).containsExactly(other, first);
    assertThat(store.page(all("rsi")).items()).containsExactlyInAnyOrder(first, other);
  }

  @Test
  void otherSettingsSayAnew() {
    Signal first = SampleSignals.signal("rsi", Samples.TCS, 0, Direction.BUY, 1);
    Signal second = SampleSignals.signal("rsi", Samples.TCS, 0, Direction.SELL, 2);
    store.add(List.of(first));
    assertThat(store.add(List.of(second))).containsExactly(second);
  }

  @Test
  void pagesGoThroughAllNewestBarFirstAndFilter() {
    List<Signal> signals = new ArrayList<>();
    for (int day = 0; day < 11; day++) {
      Direction direction = Direction.values()[day % 3];
      signals.add(SampleSignals.signal("rsi", Samples.TCS, day, direction));
      signals.add(SampleSignals.signal("rsi", Samples.INFY, day, direction));
    }
    store.add(signals);
    signals.sort(
        java.util.Comparator.comparing(Signal::barStart)
            .thenComparing(Signal::id, SignalStoreTest::asPostgresDoes)
            .reversed());

    List<Signal> paged = new ArrayList<>();
    String cursor = null;
    do {
      Page<Signal> page = store.page(new SignalFilter("rsi", null, null, 5, cursor));
      assertThat(page.items()).hasSizeLessThanOrEqualTo(5);
      paged.addAll(page.items());
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(paged).isEqualTo(signals);

    assertThat(store.page(new SignalFilter("rsi", Samples.TCS, Direction.BUY, 500, null)).items())
        .isEqualTo(
            signals.stream()
                .filter(s -> s.symbol().equals(Samples.TCS) && s.direction() == Direction.BUY)
                .toList());
  }

  private static int asPostgresDoes(java.util.UUID a, java.util.UUID b) {
    return a.toString().compareTo(b.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "AAAA", "c2lnbmFs", "%%%"})
  void aCursorOfAnotherListIsRefused(String cursor) {
    assertThatThrownBy(() -> store.page(new SignalFilter("rsi", null, null, 5, cursor)))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_PARAMETER));
  }

  @Test
  void ofManyThatSayTheSameOneIsStored() throws Exception {
    Set<java.util.UUID> answered = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> tries = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tries.add(
            threads.submit(
                () -> {
                  List<Signal> same = new ArrayList<>();
                  for (int day = 0; day < 20; day++) {
                    same.add(SampleSignals.signal("rsi", Samples.TCS, day, Direction.BUY));
                  }
                  java.util.Collections.shuffle(same);
                  store.add(same).forEach(signal -> answered.add(signal.id()));
                }));
      }
      for (Future<?> one : tries) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(answered).hasSize(20);
    assertThat(store.page(all("rsi")).items())
        .extracting(Signal::id)
        .containsExactlyInAnyOrderElementsOf(answered);
  }

  @Test
  void whatWasSaidCantBeUnsaidByTheApplication() {
    store.add(List.of(SampleSignals.signal("rsi", Samples.TCS, 0, Direction.BUY)));
    for (String sql :
        List.of(
            "UPDATE signals SET direction = 'SELL'", "DELETE FROM signals", "TRUNCATE signals")) {
      assertThatThrownBy(
              () -> {
                try (var connection = DATABASE.appDataSource().getConnection();
                    var statement = connection.createStatement()) {
                  statement.execute(sql);
                }
              })
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
    }
  }
}
