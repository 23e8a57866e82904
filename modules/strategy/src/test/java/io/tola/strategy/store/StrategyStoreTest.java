package io.tola.strategy.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Ids;
import io.tola.kernel.Money;
import io.tola.kernel.Symbol;
import io.tola.market.api.Interval;
import io.tola.schema.TestDatabase;
import io.tola.strategy.SampleSignals;
import io.tola.strategy.Samples;
import io.tola.strategy.api.BacktestResult;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.StrategyPerformance;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Settings and backtests on real PostgreSQL, with the application's rights. */
class StrategyStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Instant NOW = Instant.parse("2026-11-20T04:00:00.123456Z");

  private final StrategyStore store = new StrategyStore(DATABASE.appDataSource());

  @BeforeEach
  void emptyTables() {
    DATABASE.truncate();
  }

  private static StoredSettings settings(
      String name, boolean enabled, Integer schedule, long version) {
    return new StoredSettings(
        name,
        Map.of(),
        Interval.FIVE_MINUTES,
        List.of(Samples.TCS, new Symbol("M&M")),
        enabled,
        schedule,
        null,
        version,
        "risk",
        NOW);
  }

  private boolean set(String name, boolean enabled, Integer schedule, long version) {
    return store.replace(
        settings(name, enabled, schedule, version), "{\"period\":14,\"oversold\":27.5}");
  }

  @Test
  void settingsAreReadBackAsTheyWereWritten() {
    assertThat(store.find("rsi")).isEmpty();
    assertThat(set("rsi", true, 60, 0)).isTrue();
    StoredSettings wanted =
        new StoredSettings(
            "rsi",
            Map.of("period", "14", "oversold", "27.5"),
            Interval.FIVE_MINUTES,
            List.of(Samples.TCS, new Symbol("M&M")),
            true,
            60,
            null,
            1,
            "risk",
            NOW);
    assertThat(store.find("rsi")).contains(wanted);
    assertThat(store.all()).containsExactly(Map.entry("rsi", wanted));
  }

  @Test
  void settingsOfAnotherVersionAreNotOverwritten() {
    assertThat(set("rsi", true, null, 7)).isFalse();
    assertThat(set("rsi", true, null, 0)).isTrue();
    assertThat(set("rsi", false, null, 0)).isFalse();
    assertThat(set("rsi", false, null, 2)).isFalse();
    assertThat(store.find("rsi").orElseThrow().enabled()).isTrue();
    assertThat(set("rsi", false, null, 1)).isTrue();
    assertThat(store.find("rsi").orElseThrow().version()).isEqualTo(2);
  }

  @Test
  void dueIsWhatIsEnabledScheduledAndLongEnoughAgo() {
    set("breakout", true, 60, 0);
    set("mean_reversion", false, 60, 0);
    set("momentum", true, null, 0);
    set("rsi", true, 60, 0);
    assertThat(store.due(NOW)).containsExactly("breakout", "rsi");

    assertThat(store.claim("rsi", NOW).orElseThrow().lastRunAt()).isEqualTo(NOW);
    assertThat(store.due(NOW.plusSeconds(59))).containsExactly("breakout");
    assertThat(store.due(NOW.plusSeconds(60))).containsExactly("breakout", "rsi");
    assertThat(store.claim("rsi", NOW.plusSeconds(59))).isEmpty();
    assertThat(store.claim("momentum", NOW)).isEmpty();
    assertThat(store.claim("nosuch", NOW)).isEmpty();
  }

  @Test
  void ofTwoNodesThatClaimOneGetsIt() throws SQLException {
    set("rsi", true, 60, 0);
    try (OneTransaction a = new OneTransaction(DATABASE.appDataSource());
        OneTransaction b = new OneTransaction(DATABASE.appDataSource())) {
      assertThat(new StrategyStore(a.dataSource()).claim("rsi", NOW)).isPresent();
      // While the first is at work, and after it has committed.
      assertThat(new StrategyStore(b.dataSource()).claim("rsi", NOW)).isEmpty();
      b.commit();
      a.commit();
      assertThat(new StrategyStore(b.dataSource()).claim("rsi", NOW)).isEmpty();
    }
  }

  @Test
  void aClaimThatIsRolledBackIsDueAgain() throws SQLException {
    set("rsi", true, 60, 0);
    try (OneTransaction a = new OneTransaction(DATABASE.appDataSource())) {
      assertThat(new StrategyStore(a.dataSource()).claim("rsi", NOW)).isPresent();
    }
    assertThat(store.claim("rsi", NOW)).isPresent();
  }

  private static BacktestResult backtest(
      Symbol symbol, Interval interval, String finalEquity, BigDecimal sharpe, Instant at) {
    return new BacktestResult(
        Ids.next(),
        "rsi",
        symbol,
        interval,
        Samples.FIRST_DAY,
        NOW,
        3,
        Map.of("period", new BigDecimal("14"), "average", "SMA"),
        6,
        Money.of("1000"),
        Money.of(finalEquity),
        new BigDecimal("10"),
        Money.of("3.56"),
        new BigDecimal("0.04144000"),
        new BigDecimal("0.16601781"),
        sharpe,
        252,
        sharpe == null ? null : new BigDecimal("0.50000000"),
        sharpe == null ? 0 : 2,
        sharpe == null ? 0 : 1,
        List.of(),
        List.of(),
        at);
  }

  @Test
  void performanceIsTheNewestBacktestOfEachSymbolAndIntervalWithWhatWasSaid() {
    UUID newest;
    store.add(backtest(Samples.TCS, Interval.ONE_DAY, "900", null, NOW), "trader1");
    BacktestResult second =
        backtest(
            Samples.TCS,
            Interval.ONE_DAY,
            "1041.44",
            new BigDecimal("2.000297"),
            NOW.plusSeconds(1));
    newest = second.id();
    store.add(second, "trader1");
    store.add(backtest(Samples.TCS, Interval.ONE_MINUTE, "1000", null, NOW), "trader1");
    store.add(backtest(Samples.INFY, Interval.ONE_DAY, "1000", null, NOW), "trader1");
    new SignalStore(DATABASE.appDataSource())
        .add(
            List.of(
                SampleSignals.signal("rsi", Samples.TCS, 0, Direction.BUY),
                SampleSignals.signal("rsi", Samples.TCS, 1, Direction.HOLD),
                SampleSignals.signal("rsi", Samples.TCS, 2, Direction.SELL),
                SampleSignals.signal("momentum", Samples.TCS, 3, Direction.SELL)));

    List<StrategyPerformance> rows = store.performance("rsi");

    assertThat(rows)
        .extracting(row -> row.symbol() + " " + row.interval().code())
        .containsExactly("INFY 1d", "TCS 1d", "TCS 1m");
    StrategyPerformance tcs = rows.get(1);
    assertThat(tcs.backtestId()).isEqualTo(newest);
    assertThat(tcs.from()).isEqualTo(Samples.FIRST_DAY);
    assertThat(tcs.to()).isEqualTo(NOW);
    assertThat(tcs.version()).isEqualTo(3);
    assertThat(tcs.finalEquity()).isEqualTo(Money.of("1041.44"));
    assertThat(tcs.totalReturn()).isEqualByComparingTo("0.04144");
    assertThat(tcs.maxDrawdown()).isEqualByComparingTo("0.16601781");
    assertThat(tcs.sharpe()).isEqualByComparingTo("2.000297");
    assertThat(tcs.winRate()).isEqualByComparingTo("0.5");
    assertThat(tcs.closedTrades()).isEqualTo(2);
    assertThat(tcs.winningTrades()).isEqualTo(1);
    assertThat(tcs.signals()).isEqualTo(2);
    assertThat(tcs.lastSignalAt())
        .isEqualTo(Samples.FIRST_DAY.plus(Interval.ONE_DAY.length().multipliedBy(2)));
    assertThat(rows.get(2).sharpe()).isNull();
    assertThat(rows.get(2).winRate()).isNull();
    assertThat(rows.get(0).signals()).isZero();
    assertThat(rows.get(0).lastSignalAt()).isNull();
    assertThat(store.performance("momentum")).isEmpty();
  }

  @Test
  void faultsOfTheDatabaseAreFaults() {
    assertThatThrownBy(() -> store.claim("rsi", Instant.MAX)).isInstanceOf(RuntimeException.class);
    StoredSettings tooSoon = settings("rsi", true, 5, 0);
    assertThatThrownBy(() -> store.replace(tooSoon, "{}")).isInstanceOf(StoreFault.class);
  }
}
