package io.tola.risk.domain.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tola.portfolio.api.CorporateAction;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Prices lined up by session. */
class ReturnTableTest {

  private static final int DAY = 15_000;

  private static PriceSeries series(int[] days, double... closes) {
    return new PriceSeries(days, closes.clone(), closes);
  }

  @Test
  void returnsAreCloseByCloseOfTheSessionBefore() {
    ReturnTable table =
        ReturnTable.of(
            List.of(
                series(new int[] {1, 2, 3}, 100, 110, 99), series(new int[] {1, 2, 3}, 50, 50, 51)),
            List.of(),
            10);
    assertThat(table.sessions()).containsExactly(2, 3);
    assertThat(table.returns().at(0, 0)).isCloseTo(0.10, within(1e-12));
    assertThat(table.returns().at(0, 1)).isCloseTo(-0.10, within(1e-12));
    assertThat(table.returns().at(1, 1)).isCloseTo(0.02, within(1e-12));
    assertThat(table.leftOut()).isZero();
    assertThat(table.jumps()).isEmpty();
  }

  @Test
  void aSessionThatOneSymbolMissesIsLeftOutForAllAndSoIsTheOneAfter() {
    ReturnTable table =
        ReturnTable.of(
            List.of(
                series(new int[] {1, 2, 3, 4, 5}, 100, 101, 102, 103, 104),
                series(new int[] {1, 2, 4, 5}, 50, 51, 52, 53)),
            List.of(),
            10);
    assertThat(table.sessions()).containsExactly(2, 5);
    assertThat(table.leftOut()).isEqualTo(2);
    assertThat(table.missing()[0]).isEmpty();
    assertThat(table.missing()[1]).containsExactly(3);
  }

  @Test
  void otherSymbolsTellThatThereWasASession() {
    ReturnTable table =
        ReturnTable.of(
            List.of(series(new int[] {1, 2, 4}, 100, 101, 102)),
            List.of(series(new int[] {1, 2, 3, 4}, 7, 7, 7, 7)),
            10);
    assertThat(table.sessions()).containsExactly(2);
    assertThat(table.missing()[0]).containsExactly(3);
  }

  @Test
  void onlyTheLastSessionsCount() {
    ReturnTable table =
        ReturnTable.of(
            List.of(series(new int[] {1, 2, 3, 4, 5, 6}, 1, 2, 100, 101, 102, 103)), List.of(), 3);
    assertThat(table.sessions()).containsExactly(4, 5, 6);
    assertThat(table.jumps()).isEmpty();
  }

  private static ReturnTable twoDays(
      double open, double close, double opened, double closed, CorporateAction... actions) {
    PriceSeries traded =
        new PriceSeries(
            new int[] {DAY, DAY + 1}, new double[] {open, opened}, new double[] {close, closed});
    return ReturnTable.of(
        List.of(Adjustment.of(traded, List.of(actions), LocalDate.ofEpochDay(DAY + 5))),
        List.of(),
        10);
  }

  @Test
  void aRecordedSplitIsNoReturnAndIsReported() {
    // ADANIPORTS, 2010-09-23: closed at 837.00, opened at 170.55 and closed at 165.60, one into
    // five.
    ReturnTable table =
        twoDays(830, 837, 170.55, 165.6, AdjustmentTest.split(LocalDate.ofEpochDay(DAY + 1), 1, 5));
    assertThat(table.returns().at(0, 0)).isCloseTo(165.6 / (837 / 5.0) - 1, within(1e-12));
    assertThat(table.jumps()).hasSize(1);
    assertThat(table.jumps().get(0).ratio()).isCloseTo(5, within(1e-12));
    assertThat(table.jumps().get(0).large()).isFalse();
    assertThat(table.jumps().get(0).change()).isCloseTo(-0.80215, within(1e-5));
  }

  @Test
  void aCrashOvernightIsKeptThoughItsOpenFitsASplit() {
    // 100 by 72 is near 4:3, and nobody recorded anything.
    ReturnTable table = twoDays(100, 100, 72, 70);
    assertThat(table.returns().at(0, 0)).isCloseTo(-0.30, within(1e-12));
    assertThat(table.jumps().get(0).ratio()).isNaN();
    assertThat(table.jumps().get(0).large()).isTrue();
  }

  @Test
  void whatARecordedActionDoesNotExplainIsKept() {
    ReturnTable table =
        twoDays(100, 100, 30, 28, AdjustmentTest.split(LocalDate.ofEpochDay(DAY + 1), 1, 2));
    assertThat(table.returns().at(0, 0)).isCloseTo(-0.44, within(1e-12));
    assertThat(table.jumps().get(0).ratio()).isCloseTo(2, within(1e-12));
    assertThat(table.jumps().get(0).large()).isTrue();
  }

  @Test
  void aDividendIsReturnOfItsExDate() {
    ReturnTable table =
        twoDays(100, 100, 97, 98, AdjustmentTest.dividend(LocalDate.ofEpochDay(DAY + 1), "3.50"));
    assertThat(table.returns().at(0, 0)).isCloseTo(0.015, within(1e-12));
    assertThat(table.jumps()).isEmpty();
  }

  @Test
  void aCrashWithoutAGapIsKeptAndReported() {
    ReturnTable table = twoDays(100, 100, 98, 65);
    assertThat(table.returns().at(0, 0)).isCloseTo(-0.35, within(1e-12));
    assertThat(table.jumps().get(0).ratio()).isNaN();
  }

  @Test
  void withoutPricesThereAreNoReturns() {
    ReturnTable none = ReturnTable.of(List.of(series(new int[0])), List.of(), 10);
    assertThat(none.returns().sessions()).isZero();
    assertThat(none.leftOut()).isZero();
    ReturnTable one = ReturnTable.of(List.of(series(new int[] {4}, 5)), List.of(), 10);
    assertThat(one.returns().sessions()).isZero();
  }
}
