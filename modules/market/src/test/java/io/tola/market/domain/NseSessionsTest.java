package io.tola.market.domain;

import static io.tola.market.api.SessionPhase.BREAK;
import static io.tola.market.api.SessionPhase.CLOSED;
import static io.tola.market.api.SessionPhase.CLOSING_AUCTION;
import static io.tola.market.api.SessionPhase.OPEN;
import static io.tola.market.api.SessionPhase.POST_CLOSE;
import static io.tola.market.api.SessionPhase.PRE_OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.market.api.SessionPhase;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NseSessionsTest {

  private static final TradingCalendar CALENDAR =
      new TradingCalendar(List.of(LocalDate.of(2026, 11, 10)), List.of(LocalDate.of(2026, 2, 1)));
  private static final NseSessions NSE = NseSessions.parse(NseSessions.HOURS, CALENDAR);

  private static SessionPhase at(String india) {
    return NSE.phaseAt(LocalDateTime.parse(india).atZone(MarketTime.INDIA).toInstant());
  }

  @ParameterizedTest
  @CsvSource({
    "08:59:59, CLOSED",
    "09:00:00, PRE_OPEN",
    "09:07:59, PRE_OPEN",
    "09:08:00, BREAK",
    "09:14:59, BREAK",
    "09:15:00, OPEN",
    "15:15:00, OPEN",
    "15:29:59, OPEN",
    "15:30:00, BREAK",
    "15:40:00, POST_CLOSE",
    "15:59:59, POST_CLOSE",
    "16:00:00, CLOSED"
  })
  void untilJuly2026TheMarketTradesUntilHalfPastThree(String time, SessionPhase phase) {
    // Friday, the last trading day before the change.
    assertThat(at("2026-07-31T" + time)).isEqualTo(phase);
    assertThat(at("2021-04-28T" + time)).isEqualTo(phase);
  }

  @ParameterizedTest
  @CsvSource({
    "08:59:59, CLOSED", "09:00:00, PRE_OPEN", "09:08:00, BREAK", "09:15:00, OPEN",
    "15:14:59, OPEN", "15:15:00, BREAK", "15:19:59, BREAK", "15:20:00, CLOSING_AUCTION",
    "15:29:59, CLOSING_AUCTION", "15:30:00, BREAK", "15:40:00, BREAK", "15:50:00, POST_CLOSE",
    "15:59:59, POST_CLOSE", "16:00:00, CLOSED"
  })
  void fromThe3rdOfAugust2026AnAuctionMakesTheClose(String time, SessionPhase phase) {
    assertThat(at("2026-08-03T" + time)).isEqualTo(phase);
    assertThat(at("2026-11-20T" + time)).isEqualTo(phase);
  }

  @Test
  void weekendsAndHolidaysAreClosed() {
    assertThat(at("2026-11-21T11:00:00")).isEqualTo(CLOSED);
    assertThat(at("2026-11-22T11:00:00")).isEqualTo(CLOSED);
    assertThat(at("2026-11-10T11:00:00")).isEqualTo(CLOSED);
    assertThat(at("2026-11-11T11:00:00")).isEqualTo(OPEN);
  }

  @Test
  void aSpecialSundayIsATradingDay() {
    assertThat(at("2026-02-01T11:00:00")).isEqualTo(OPEN);
  }

  @Test
  void whatIsTakenInEachPhase() {
    assertThat(List.of(PRE_OPEN, OPEN, CLOSING_AUCTION)).allMatch(SessionPhase::acceptsOrders);
    assertThat(List.of(BREAK, CLOSED, POST_CLOSE)).noneMatch(SessionPhase::acceptsOrders);
    assertThat(List.of(SessionPhase.values()))
        .filteredOn(SessionPhase::continuous)
        .containsExactly(OPEN);
  }

  @Test
  void hoursAreConfiguration() {
    NseSessions short_ = NseSessions.parse("2020-01-01 OPEN 10:00-11:00", CALENDAR);
    assertThat(short_.phaseAt(Instant.parse("2026-11-20T05:00:00Z"))).isEqualTo(OPEN);
    assertThat(short_.phaseAt(Instant.parse("2026-11-20T06:00:00Z"))).isEqualTo(CLOSED);
    assertThat(short_.phaseAt(Instant.parse("2019-11-20T05:00:00Z"))).isEqualTo(OPEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2020-01-01",
        "2020-13-01 OPEN 10:00-11:00",
        "2020-01-01 SIESTA 10:00-11:00",
        "2020-01-01 OPEN 11:00-10:00",
        "2020-01-01 OPEN 10:00",
        "2020-01-01 OPEN 10:00-11:00, POST_CLOSE 10:30-12:00"
      })
  void hoursThatMakeNoSenseAreRefused(String hours) {
    assertThatThrownBy(() -> NseSessions.parse(hours, CALENDAR))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tradingDaysBeforeSkipWeekendsAndHolidays() {
    assertThat(CALENDAR.daysBefore(LocalDate.of(2026, 11, 12), 4))
        .containsExactly(
            LocalDate.of(2026, 11, 5),
            LocalDate.of(2026, 11, 6),
            LocalDate.of(2026, 11, 9),
            LocalDate.of(2026, 11, 11));
    assertThat(CALENDAR.knows(2026)).isTrue();
    assertThat(CALENDAR.knows(2027)).isFalse();
  }
}
