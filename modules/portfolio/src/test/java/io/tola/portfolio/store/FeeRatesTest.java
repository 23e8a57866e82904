package io.tola.portfolio.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Money;
import io.tola.portfolio.api.Charges;
import io.tola.portfolio.domain.FeeSchedule;
import io.tola.portfolio.domain.FeeSchedule.Segment;
import io.tola.schema.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

/** The stored rates against charges that were really made, and against the law's own numbers. */
class FeeRatesTest {

  private static final TestDatabase DATABASE = TestDatabase.create();
  private static final Money CRORE = Money.of("10000000");
  private static final LocalDate NOW = LocalDate.of(2026, 11, 20);

  private final FeeSchedule fees = new PnlStore(DATABASE.appDataSource()).fees();

  private Charges charges(Segment segment, boolean buy, String day, Money value) {
    return fees.of(segment, buy, LocalDate.parse(day), value, value);
  }

  /**
   * The virtual contract note in Kite Connect's documentation (kiteconnect-mocks,
   * virtual_contract_note.json, July 2023): SBIN, CNC, buy 1 at 560. Its exchange charge holds the
   * investor protection fund's, and it leaves out the stamp duty.
   */
  @Test
  void aRealContractNoteAgreesToTheLastDigit() {
    Charges c = charges(Segment.DELIVERY, true, "2023-07-07", Money.of("560"));

    assertThat(c.brokerage()).isEqualByComparingTo("0");
    assertThat(c.stt()).isEqualByComparingTo("0.56");
    assertThat(c.exchangeFee().add(c.ipft())).isEqualByComparingTo("0.01876");
    assertThat(c.sebiFee()).isEqualByComparingTo("0.00056");
    assertThat(c.gst()).isEqualByComparingTo("0.0033768");
    assertThat(c.stampDuty()).isEqualByComparingTo("0.084");
    assertThat(c.total().subtract(c.stampDuty())).isEqualByComparingTo("0.5826968");
  }

  @Test
  void aCroreBoughtForDeliveryTodayCosts() {
    Charges c = fees.of(Segment.DELIVERY, true, NOW, CRORE, CRORE);

    assertThat(c.brokerage()).isEqualByComparingTo("0");
    assertThat(c.stt()).isEqualByComparingTo("10000");
    assertThat(c.exchangeFee()).isEqualByComparingTo("297");
    assertThat(c.ipft()).isEqualByComparingTo("10");
    assertThat(c.sebiFee()).isEqualByComparingTo("10");
    assertThat(c.stampDuty()).isEqualByComparingTo("1500");
    assertThat(c.gst()).isEqualByComparingTo("55.26");
  }

  @Test
  void aCroreSoldWithinTheDayPaysNoStampDutyAndAQuarterOfTheTax() {
    Charges c = fees.of(Segment.INTRADAY, false, NOW, CRORE, CRORE);

    assertThat(c.brokerage()).isEqualByComparingTo("20");
    assertThat(c.stt()).isEqualByComparingTo("2500");
    assertThat(c.stampDuty()).isEqualByComparingTo("0");
    assertThat(fees.of(Segment.INTRADAY, true, NOW, CRORE, CRORE).stt()).isEqualByComparingTo("0");
    assertThat(fees.of(Segment.INTRADAY, true, NOW, CRORE, CRORE).stampDuty())
        .isEqualByComparingTo("300");
  }

  @Test
  void ratesChangeOnTheirDates() {
    Money lakh = Money.of("100000");
    assertThat(charges(Segment.DELIVERY, true, "2012-06-30", lakh).stt())
        .isEqualByComparingTo("125");
    assertThat(charges(Segment.DELIVERY, true, "2012-07-01", lakh).stt())
        .isEqualByComparingTo("100");
    assertThat(charges(Segment.DELIVERY, true, "2020-06-30", lakh).stampDuty())
        .isEqualByComparingTo("0");
    assertThat(charges(Segment.DELIVERY, true, "2020-07-01", lakh).stampDuty())
        .isEqualByComparingTo("15");
    assertThat(charges(Segment.DELIVERY, true, "2024-09-30", lakh).exchangeFee())
        .isEqualByComparingTo("3.22");
    assertThat(charges(Segment.DELIVERY, true, "2024-10-01", lakh).exchangeFee())
        .isEqualByComparingTo("2.97");
    assertThat(charges(Segment.DELIVERY, true, "2017-06-30", lakh).gst())
        .isEqualByComparingTo(BigDecimal.ZERO);
  }

  @Test
  void theApplicationCannotChangeARate() throws SQLException {
    try (Connection c = DATABASE.appDataSource().getConnection();
        var s = c.createStatement()) {
      assertThatThrownBy(() -> s.execute("UPDATE portfolio.fee_rates SET rate = 0"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied");
    }
  }
}
