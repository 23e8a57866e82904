package io.tola.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.tola.kernel.problem.InvalidValueException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTypesTest {

  @ParameterizedTest
  @ValueSource(strings = {"RELIANCE", "M&M", "BAJAJ-AUTO", "NIFTY 50", "A", "N.1_2"})
  void exchangeSpellingsAreSymbols(String text) {
    assertThat(new Symbol(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "reliance",
        " X",
        "X ",
        "A'B",
        "A;B",
        "A\u0000",
        "ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567"
      })
  void anythingElseIsNoSymbol(String text) {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> new Symbol(text))
        .satisfies(e -> assertThat(e.field()).isEqualTo("symbol"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "é", "a\n", "\u007f"})
  void clOrdIdTakesOnlyPrintableAscii(String text) {
    assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> new ClOrdID(text));
  }

  @Test
  void clOrdIdOf64CharactersIsTheLongest() {
    assertThat(new ClOrdID("x".repeat(64)).value()).hasSize(64);
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> new ClOrdID("x".repeat(65)));
  }

  @Test
  void priceIsEqualByValueWhateverItsScale() {
    assertThat(Price.of("10.5")).isEqualTo(Price.of("10.5000")).hasToString("10.50");
    assertThat(Price.of("1E+2")).isEqualTo(Price.of("100")).hasToString("100.00");
    assertThat(Price.of("0.0125")).hasToString("0.0125");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "1000000000", "1e400", "0.00001", "1e-400"})
  void priceOutsideItsRangeIsRefused(String text) {
    assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> Price.of(text));
  }

  @Test
  void onGridNeverFallsBelowOneTick() {
    BigDecimal tick = new BigDecimal("0.05");
    assertThat(Price.onGrid(new BigDecimal("0.01"), tick, RoundingMode.FLOOR))
        .isEqualTo(Price.of("0.05"));
    assertThat(Price.onGrid(new BigDecimal("10.07"), tick, RoundingMode.CEILING))
        .isEqualTo(Price.of("10.10"));
  }

  @Test
  void gridTestKnowsTicksThatHaveNoBinaryForm() {
    BigDecimal tick = new BigDecimal("0.05");
    assertThat(Price.of("0.15").isOnGrid(tick)).isTrue();
    assertThat(Price.of("0.16").isOnGrid(tick)).isFalse();
  }

  @Test
  void valueOfSharesIsExact() {
    assertThat(Price.of("2831.45").times(Quantity.of(3))).isEqualTo(Money.of("8494.35"));
  }

  @Test
  void moneyIsEqualByValueWhateverItsScale() {
    assertThat(Money.of("1.1")).isEqualTo(Money.of("1.1000"));
    assertThat(Money.of("0.0")).isEqualTo(Money.ZERO);
    assertThat(Money.of("-3").isNegative()).isTrue();
  }

  @Test
  void moneyFinerThanFourDecimalsIsRefusedInsteadOfRounded() {
    assertThatExceptionOfType(InvalidValueException.class).isThrownBy(() -> Money.of("0.00001"));
  }

  @Test
  void quantityNeverGoesBelowZero() {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> Quantity.of(1).minus(Quantity.of(2)));
  }

  @Test
  void quantityNeverOverflows() {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> Quantity.of(Quantity.MAX).plus(Quantity.of(1)));
  }

  @Test
  void idsAreVersion7AndRise() {
    var ids = Stream.generate(Ids::next).limit(1000).toList();
    assertThat(ids).allSatisfy(id -> assertThat(id.version()).isEqualTo(7));
    assertThat(ids.stream().map(AccountId::new).toList()).isSorted().doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1-1-1-1-1", "", "x", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"})
  void looseUuidSpellingsAreRefused(String text) {
    assertThatExceptionOfType(InvalidValueException.class)
        .isThrownBy(() -> Ids.parse("order_id", text));
  }

  @Test
  void accountIdsSortAsPostgresqlSortsUuids() {
    AccountId low = new AccountId(UUID.fromString("7fffffff-ffff-7fff-8fff-ffffffffffff"));
    AccountId high = new AccountId(UUID.fromString("80000000-0000-7000-8000-000000000000"));
    assertThat(low).isLessThan(high);
  }
}
