package io.tola.strategy.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Money;
import io.tola.kernel.Price;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import io.tola.strategy.Samples;
import io.tola.strategy.api.BacktestResult.Point;
import io.tola.strategy.api.BacktestResult.Trade;
import io.tola.strategy.api.Direction;
import io.tola.strategy.api.ParameterSpec;
import io.tola.strategy.api.spi.Decision;
import io.tola.strategy.api.spi.Features;
import io.tola.strategy.api.spi.Settings;
import io.tola.strategy.api.spi.TradingStrategy;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {

  /** Says at the n-th bar what the script says. */
  private record Scripted(Direction... script) implements TradingStrategy {

    @Override
    public String name() {
      return "scripted";
    }

    @Override
    public String title() {
      return "Scripted";
    }

    @Override
    public String description() {
      return "For tests.";
    }

    @Override
    public List<ParameterSpec> parameters() {
      return List.of();
    }

    @Override
    public int barsNeeded(Settings settings) {
      return 1;
    }

    @Override
    public Watch watch(Settings settings) {
      int[] next = {0};
      return bar -> Optional.of(new Features(Map.of("n", BigDecimal.valueOf(next[0]++))));
    }

    @Override
    public Decision decide(Features features, Settings settings) {
      return new Decision(script[features.get("n").intValueExact()], BigDecimal.ONE, "script");
    }
  }

  private static final Settings NONE = new Settings(Map.of());

  private static Simulation run(
      String cash, String costsBps, long lot, List<Bar> bars, Direction... script) {
    Simulation simulation =
        new Simulation(new Scripted(script), NONE, Money.of(cash), new BigDecimal(costsBps), lot);
    bars.forEach(simulation::next);
    return simulation;
  }

  /**
   * Worked by hand, 1,000 rupees at 10 basis points (open / close, what is said):
   *
   * <pre>
   * 1  100/100 BUY   cash 1,000.00                                             equity 1,000.00
   * 2  100/110       buys 9 (1,000 / 100.10): 900 + 0.90; cash 99.10           equity 1,089.10
   * 3  120/ 99 SELL                                                            equity   990.10
   * 4   90/ 95 BUY   sells 9: 810 - 0.81; cash 908.29; lost 91.71              equity   908.29
   * 5   95/100 SELL  buys 9 (908.29 / 95.095): 855 + 0.86; cash 52.43          equity   952.43
   * 6  110/110       sells 9: 990 - 0.99; cash 1,041.44; earned 133.15         equity 1,041.44
   * </pre>
   *
   * Largest fall: (1,089.10 − 908.29) / 1,089.10. Sharpe: returns 0.0891, −0.0909007, −0.0826280,
   * 0.0485968, 0.0934557; mean 0.01152475, sample deviation 0.09146128; times the root of 252.
   */
  private static Simulation worked() {
    return run(
        "1000",
        "10",
        1,
        List.of(
            Samples.daily(0, "100", "100"),
            Samples.daily(1, "100", "110"),
            Samples.daily(2, "120", "99"),
            Samples.daily(3, "90", "95"),
            Samples.daily(4, "95", "100"),
            Samples.daily(5, "110", "110")),
        Direction.BUY,
        Direction.HOLD,
        Direction.SELL,
        Direction.BUY,
        Direction.SELL,
        Direction.HOLD);
  }

  @Test
  void theEquityCurveIsTheOneWorkedByHand() {
    assertThat(worked().curve())
        .extracting(Point::equity)
        .containsExactly(
            Money.of("1000"),
            Money.of("1089.10"),
            Money.of("990.10"),
            Money.of("908.29"),
            Money.of("952.43"),
            Money.of("1041.44"));
    assertThat(worked().curve())
        .extracting(Point::drawdown)
        .usingComparatorForType(BigDecimal::compareTo, BigDecimal.class)
        .containsExactly(
            new BigDecimal("0"),
            new BigDecimal("0"),
            new BigDecimal("0.09090074"),
            new BigDecimal("0.16601781"),
            new BigDecimal("0.12548894"),
            new BigDecimal("0.0437609"));
  }

  @Test
  void theFiguresAreTheOnesWorkedByHand() {
    Simulation worked = worked();
    assertThat(worked.equity()).isEqualTo(Money.of("1041.44"));
    assertThat(worked.cash()).isEqualTo(Money.of("1041.44"));
    assertThat(worked.costs()).isEqualTo(Money.of("3.56"));
    assertThat(worked.totalReturn()).isEqualByComparingTo("0.04144");
    assertThat(worked.maxDrawdown()).isEqualByComparingTo("0.16601781");
    assertThat(worked.sharpe(Interval.ONE_DAY)).isEqualByComparingTo("2.000297");
    assertThat(worked.winRate()).isEqualByComparingTo("0.5");
    assertThat(worked.closedTrades()).isEqualTo(2);
    assertThat(worked.winningTrades()).isEqualTo(1);
    assertThat(worked.signals()).isEqualTo(4);
    assertThat(worked.bars()).isEqualTo(6);
  }

  @Test
  void theTradesAreTheOnesWorkedByHand() {
    assertThat(worked().trades())
        .containsExactly(
            new Trade(
                Samples.daily(1, "1", "1").start(),
                Price.of("100"),
                9,
                Samples.daily(3, "1", "1").start(),
                Price.of("90"),
                Money.of("1.71"),
                Money.of("-91.71")),
            new Trade(
                Samples.daily(4, "1", "1").start(),
                Price.of("95"),
                9,
                Samples.daily(5, "1", "1").start(),
                Price.of("110"),
                Money.of("1.85"),
                Money.of("133.15")));
  }

  @Test
  void aSignalAtTheLastCloseTradesNoMore() {
    Simulation none =
        run("1000", "0", 1, Samples.closes("100", "101"), Direction.HOLD, Direction.BUY);
    assertThat(none.trades()).isEmpty();
    assertThat(none.winRate()).isNull();
    assertThat(none.sharpe(Interval.ONE_DAY)).isNull();
    assertThat(none.maxDrawdown()).isZero();
  }

  @Test
  void anOpenPositionCountsAtTheLastCloseAndIsNoClosedTrade() {
    Simulation open =
        run(
            "1000",
            "0",
            1,
            List.of(Samples.daily(0, "100", "100"), Samples.daily(1, "100", "120")),
            Direction.BUY,
            Direction.HOLD);
    assertThat(open.equity()).isEqualTo(Money.of("1200"));
    assertThat(open.shares()).isEqualTo(10);
    assertThat(open.closedTrades()).isZero();
    assertThat(open.trades())
        .singleElement()
        .satisfies(
            trade -> {
              assertThat(trade.closedAt()).isNull();
              assertThat(trade.sellPrice()).isNull();
              assertThat(trade.profit()).isEqualTo(Money.of("200"));
            });
  }

  @Test
  void onlyWholeLotsAreBoughtAndNothingWhenNoneIsAffordable() {
    List<Bar> bars = Samples.closes("100", "100");
    assertThat(run("1000", "0", 4, bars, Direction.BUY, Direction.HOLD).shares()).isEqualTo(8);
    assertThat(run("1000", "0", 11, bars, Direction.BUY, Direction.HOLD).shares()).isZero();
    // Ten would cost 1,000 and a paisa.
    assertThat(run("1000", "0.01", 1, bars, Direction.BUY, Direction.HOLD).shares()).isEqualTo(9);
  }

  @Test
  void aSecondBuyAndASellWithoutSharesDoNothing() {
    Simulation same =
        run(
            "1000",
            "0",
            1,
            Samples.closes("100", "100", "50", "100"),
            Direction.SELL,
            Direction.BUY,
            Direction.BUY,
            Direction.HOLD);
    assertThat(same.shares()).isEqualTo(20);
    assertThat(same.trades()).hasSize(1);
    assertThat(same.cash()).isEqualTo(Money.ZERO);
  }

  @Test
  void aLongCurveIsThinnedToAThousandPointsWithItsEnds() {
    List<Bar> bars = Samples.walk(1, 3_333);
    Momentum momentum = new Momentum();
    Simulation simulation =
        new Simulation(
            momentum, SettingsForm.defaults(momentum), Money.of("1000000"), BigDecimal.ONE, 1);
    bars.forEach(simulation::next);
    List<Point> curve = simulation.curve();
    assertThat(curve).hasSize(Simulation.MOST_POINTS);
    assertThat(curve.get(0).at()).isEqualTo(bars.get(0).start());
    assertThat(curve.get(999).at()).isEqualTo(bars.get(3_332).start());
    assertThat(curve.get(999).equity()).isEqualTo(simulation.equity());
  }

  /** The naive account in paise: everything again from the trades' list alone. */
  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24})
  void moneyIsNeitherMadeNorLost(long seed) {
    Breakout breakout = new Breakout();
    Settings settings = Samples.settings(breakout, "entry", 5, "exit", 3);
    Simulation simulation =
        new Simulation(breakout, settings, Money.of("500000"), new BigDecimal("12.5"), 3);
    BigDecimal cash = new BigDecimal("500000");
    for (Bar bar : Samples.walk(seed, 700)) {
      simulation.next(bar);
      assertThat(simulation.cash().isNegative()).isFalse();
      assertThat(simulation.shares() % 3).isZero();
    }
    BigDecimal costs = BigDecimal.ZERO;
    assertThat(simulation.closedTrades()).isGreaterThan(10);
    for (Trade trade : simulation.trades()) {
      BigDecimal quantity = BigDecimal.valueOf(trade.quantity());
      cash = cash.subtract(trade.buyPrice().value().multiply(quantity));
      if (trade.sellPrice() != null) {
        cash = cash.add(trade.sellPrice().value().multiply(quantity));
      }
      cash = cash.subtract(trade.costs().value());
      costs = costs.add(trade.costs().value());
    }
    assertThat(simulation.cash().value()).isEqualByComparingTo(cash);
    assertThat(simulation.costs().value()).isEqualByComparingTo(costs);
  }

  @Test
  void whatComesLaterChangesNothingBefore() {
    List<Bar> bars = Samples.walk(31, 400);
    Momentum momentum = new Momentum();
    Settings settings = Samples.settings(momentum, "fast", 3, "slow", 9);
    Simulation whole = new Simulation(momentum, settings, Money.of("100000"), BigDecimal.ONE, 1);
    Simulation part = new Simulation(momentum, settings, Money.of("100000"), BigDecimal.ONE, 1);
    bars.forEach(whole::next);
    bars.subList(0, 250).forEach(part::next);
    assertThat(whole.curve().subList(0, 250)).isEqualTo(part.curve());
  }
}
