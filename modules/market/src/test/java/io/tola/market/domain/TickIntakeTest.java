package io.tola.market.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.tola.market.Samples;
import io.tola.market.domain.TickCount.Kind;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TickIntakeTest {

  private final TickIntake intake = new TickIntake(Samples.instruments("SBIN", "INFY"));
  private final List<String> kept = new ArrayList<>();

  private void line(String line) {
    intake.line(
        line,
        (instrument, millis, price, volume) ->
            kept.add(
                intake.instruments().get(instrument).symbol()
                    + " "
                    + Instant.ofEpochMilli(millis)
                    + " "
                    + Units.price(price)
                    + " "
                    + volume));
  }

  private long count(Kind kind) {
    return intake.count().of(kind);
  }

  @Test
  void everyClassOfDirtIsCountedAndNoneStopsTheReplay() {
    line("symbol,timestamp,ltp,cum_volume");
    line("SBIN,2021-04-28 09:15:15,357.05,1000");
    line("SBIN,2021-04-28 09:15:15,357.05,1000"); // duplicate
    line("SBIN,2021-04-28 09:15:15,357.10,1200"); // same second, another trade
    line("SBIN,2021-04-28 09:15:14,356.00,900"); // late
    line("SBIN,2021-04-28 09:15:16,357.20,1100"); // the volume fell
    line("NIFTY 50,2021-04-28 09:15:15,14698.95,0");
    line("SBIN,2021-04-28 09:15:17,357.22,1300"); // between two ticks
    line("");
    line("SBIN,2021-04-28 09:15:18,-3,1300");
    line("SBIN,2021-04-28 09:15:18,NaN,1300");
    line("SBIN,2021-02-30 09:15:18,357.2,1300");
    line("SBIN,2021-04-28 09:15:18,357.2");
    line("INFY,2021-04-28T09:15:18.5,1300.00,20.0");

    assertThat(kept)
        .containsExactly(
            "SBIN 2021-04-28T03:45:15Z 357.05 1000",
            "SBIN 2021-04-28T03:45:15Z 357.10 1200",
            "SBIN 2021-04-28T03:45:16Z 357.20 1200",
            "SBIN 2021-04-28T03:45:17Z 357.22 1300",
            "INFY 2021-04-28T03:45:18.500Z 1300.00 20");
    assertThat(count(Kind.HEADER)).isEqualTo(1);
    assertThat(count(Kind.DUPLICATE)).isEqualTo(1);
    assertThat(count(Kind.SAME_TIME)).isEqualTo(1);
    assertThat(count(Kind.BACKWARD)).isEqualTo(1);
    assertThat(count(Kind.VOLUME_FELL)).isEqualTo(1);
    assertThat(count(Kind.NOT_AN_INSTRUMENT)).isEqualTo(1);
    assertThat(count(Kind.OFF_GRID)).isEqualTo(1);
    assertThat(count(Kind.BAD)).isEqualTo(5);
    assertThat(intake.count().lines()).isEqualTo(14);
    assertThat(intake.count().strangers()).containsExactly("NIFTY 50");
  }

  @Test
  void aNewDayStartsItsVolumeAnew() {
    line("SBIN,2021-04-28 15:29:59,357.05,5000");
    line("SBIN,2021-04-29 09:15:00,358.05,10");

    assertThat(kept.get(1)).endsWith(" 10");
    assertThat(count(Kind.VOLUME_FELL)).isZero();
  }

  @Test
  void aFileWithoutHeaderLosesNothing() {
    line("SBIN,2021-04-28 09:15:15,357.05,1000");

    assertThat(kept).hasSize(1);
  }

  @Property
  void anyLineIsExactlyOneThing(@ForAll("lines") List<String> lines) {
    TickIntake fresh = new TickIntake(Samples.instruments("SBIN", "INFY"));
    long[] played = {0};
    for (String line : lines) {
      fresh.line(line, (instrument, millis, price, volume) -> played[0]++);
    }

    assertThat(fresh.count().lines()).isEqualTo(lines.size());
    assertThat(fresh.count().of(Kind.KEPT)).isEqualTo(played[0]);
  }

  @Provide
  Arbitrary<List<String>> lines() {
    Arbitrary<String> field =
        Arbitraries.oneOf(
            Arbitraries.of(
                "SBIN",
                "INFY",
                "NIFTY 50",
                "2021-04-28 09:15:15",
                "2021-04-28 09:15:16",
                "357.05",
                "357.051",
                "0",
                "-1",
                "1e400",
                "999999999999999999999",
                "1000",
                "",
                "symbol"),
            Arbitraries.strings().ofMaxLength(12));
    Arbitrary<String> wellFormed =
        Arbitraries.of("SBIN", "INFY")
            .flatMap(
                symbol ->
                    Arbitraries.integers()
                        .between(10, 59)
                        .flatMap(
                            second ->
                                Arbitraries.integers()
                                    .between(0, 500)
                                    .map(
                                        v ->
                                            symbol
                                                + ",2021-04-28 09:15:"
                                                + second
                                                + ",357.05,"
                                                + v)));
    Arbitrary<String> odd = field.list().ofMinSize(1).ofMaxSize(6).map(f -> String.join(",", f));
    return Arbitraries.oneOf(wellFormed, odd).list().ofMaxSize(40);
  }

  @Property
  void timestampsReadLikeJavasOwn(@ForAll("times") LocalDateTime time) {
    String text = time.toString().length() == 16 ? time + ":00" : time.toString();
    assertThat(TickIntake.millis(text))
        .isEqualTo(time.atZone(MarketTime.INDIA).toInstant().toEpochMilli());
    assertThat(TickIntake.millis(text.replace('T', ' '))).isEqualTo(TickIntake.millis(text));
  }

  @Provide
  Arbitrary<LocalDateTime> times() {
    return Arbitraries.longs()
        .between(0, 4_000_000_000_000L)
        .map(ms -> LocalDateTime.ofInstant(Instant.ofEpochMilli(ms), MarketTime.INDIA));
  }

  @Property
  void pricesReadExactly(@ForAll("prices") java.math.BigDecimal price) {
    assertThat(TickIntake.price(price.toPlainString())).isEqualTo(Units.of(price));
  }

  @Provide
  Arbitrary<java.math.BigDecimal> prices() {
    return Arbitraries.bigDecimals()
        .between(new java.math.BigDecimal("0.0001"), new java.math.BigDecimal("999999999"))
        .ofScale(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "-1",
        "0",
        "0.00001",
        "1e3",
        "1,5",
        "१२",
        "1000000000",
        "1.2.3",
        "+1",
        " 1"
      })
  void whatIsNoPriceIsRefused(String text) {
    assertThat(TickIntake.price(text)).isEqualTo(-1);
  }
}
