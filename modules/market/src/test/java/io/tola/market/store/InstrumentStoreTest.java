package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.kernel.Price;
import io.tola.market.api.Instrument;
import io.tola.market.domain.Units;
import io.tola.schema.TestDatabase;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class InstrumentStoreTest {

  private static final TestDatabase DATABASE = TestDatabase.create();

  private final InstrumentStore store = new InstrumentStore(DATABASE.appDataSource());

  @AfterAll
  static void drop() {
    DATABASE.close();
  }

  @Test
  void theFiftySharesOfTheNiftyAreShipped() throws SQLException {
    List<Instrument> instruments = store.instruments();

    assertThat(instruments)
        .hasSize(50)
        .isSortedAccordingTo((a, b) -> a.symbol().compareTo(b.symbol()));
    assertThat(instruments)
        .allSatisfy(
            i -> {
              assertThat(i.isin()).matches("INE[A-Z0-9]{9}");
              assertThat(isinCheckDigitHolds(i.isin())).as(i.isin()).isTrue();
              assertThat(i.tickSize()).isEqualByComparingTo("0.05");
              assertThat(i.lotSize().value()).isEqualTo(1);
              assertThat(i.priceBandPct()).isEqualByComparingTo("10");
              assertThat(i.freezeQuantity().value()).isPositive();
              assertThat(i.tradable()).isTrue();
              assertThat(i.asOf()).isEqualTo(LocalDate.of(2024, 5, 31));
            });
    assertThat(instruments)
        .extracting(i -> i.symbol().value())
        .contains("RELIANCE", "M&M", "BAJAJ-AUTO", "LTIM");
  }

  @Test
  void freezeQuantityIsTenCroreRupeesWorthOfShares() throws SQLException {
    Map<String, Long> prices = store.basePrices();
    for (Instrument instrument : store.instruments()) {
      Price base = Units.price(prices.get(instrument.symbol().value()));
      double value = base.times(instrument.freezeQuantity()).value().doubleValue();
      assertThat(value).as(instrument.symbol().value()).isBetween(9.0e7, 1.0e8);
      assertThat(base.isOnGrid(instrument.tickSize())).isTrue();
    }
  }

  @Test
  void thisYearsHolidaysAreKnown() throws SQLException {
    assertThat(store.calendarDays("HOLIDAY"))
        .contains(LocalDate.of(2026, 1, 26), LocalDate.of(2026, 12, 25))
        .allMatch(day -> day.getDayOfWeek().getValue() <= 5);
    assertThat(store.calendarDays("SPECIAL")).isEmpty();
  }

  /** ISO 6166: letters as two digits, Luhn over all digits. */
  private static boolean isinCheckDigitHolds(String isin) {
    StringBuilder digits = new StringBuilder();
    isin.chars().forEach(c -> digits.append(Character.getNumericValue(c)));
    int sum = 0;
    for (int i = digits.length() - 1, place = 0; i >= 0; i--, place++) {
      int d = (digits.charAt(i) - '0') * (place % 2 == 1 ? 2 : 1);
      sum += d / 10 + d % 10;
    }
    return sum % 10 == 0;
  }
}
