package io.tola.risk.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ExposureTest {

  @Test
  void longAndShortAddUpToGrossAndNet() {
    Exposure exposure = of(Map.of("A", "300", "B", "-100", "C", "0"));
    assertThat(exposure.gross()).isEqualByComparingTo("400");
    assertThat(exposure.net()).isEqualByComparingTo("200");
    assertThat(exposure.longs()).isEqualByComparingTo("300");
    assertThat(exposure.shorts()).isEqualByComparingTo("100");
    assertThat(exposure.largest()).isEqualTo("A");
    assertThat(exposure.largestShare()).isEqualByComparingTo("0.75");
    assertThat(exposure.herfindahl()).isEqualByComparingTo("0.625");
    assertThat(exposure.effectiveSymbols()).isEqualByComparingTo("1.6");
  }

  @Test
  void equalSymbolsAreAsConcentratedAsThereAreOfThem() {
    Exposure exposure = of(Map.of("A", "5", "B", "-5", "C", "5", "D", "5"));
    assertThat(exposure.herfindahl()).isEqualByComparingTo("0.25");
    assertThat(exposure.effectiveSymbols()).isEqualByComparingTo("4");
    assertThat(exposure.largest()).as("the first of equal ones").isEqualTo("A");
  }

  @Test
  void nothingHasNoConcentration() {
    Exposure exposure = of(Map.of("A", "0"));
    assertThat(exposure.gross()).isZero();
    assertThat(exposure.largest()).isNull();
    assertThat(exposure.largestShare()).isNull();
    assertThat(exposure.herfindahl()).isNull();
    assertThat(exposure.effectiveSymbols()).isNull();
  }

  @Property
  void theIndexLiesBetweenEqualSharesAndOneSymbolAndMatchesThePlainSum(
      @ForAll @Size(min = 1, max = 40)
          List<@IntRange(min = -100_000, max = 100_000) Integer> values) {
    Map<String, BigDecimal> bySymbol = new HashMap<>();
    double gross = 0;
    for (int i = 0; i < values.size(); i++) {
      bySymbol.put("S" + i, BigDecimal.valueOf(values.get(i)));
      gross += Math.abs(values.get(i));
    }
    Exposure exposure = Exposure.of(bySymbol);
    assertThat(exposure.net().abs()).isLessThanOrEqualTo(exposure.gross());
    assertThat(exposure.longs().subtract(exposure.shorts())).isEqualByComparingTo(exposure.net());
    assertThat(exposure.longs().add(exposure.shorts())).isEqualByComparingTo(exposure.gross());
    if (gross == 0) {
      return;
    }
    double plain = 0;
    long held = 0;
    for (int value : values) {
      plain += (value / gross) * (value / gross);
      held += value == 0 ? 0 : 1;
    }
    assertThat(exposure.herfindahl().doubleValue())
        .isBetween(plain - 1e-6, plain + 1e-6)
        .isBetween(1.0 / held - 1e-6, 1.0);
    assertThat(exposure.largestShare().doubleValue()).isBetween(1.0 / held - 1e-6, 1.0);
  }

  private static Exposure of(Map<String, String> values) {
    Map<String, BigDecimal> bySymbol = new HashMap<>();
    values.forEach((symbol, value) -> bySymbol.put(symbol, new BigDecimal(value)));
    return Exposure.of(bySymbol);
  }
}
