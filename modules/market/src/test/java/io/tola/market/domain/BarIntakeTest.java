package io.tola.market.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.market.Samples;
import io.tola.market.api.Interval;
import io.tola.market.domain.TickCount.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BarIntakeTest {

  private static final String MINUTES = "symbol,minute,open,high,low,close,ticks,volume";

  private final List<String> ticks = new ArrayList<>();
  private BarIntake intake;

  private void read(String header, String... rows) {
    intake = new BarIntake(Samples.instruments("SBIN", "INFY"), header);
    for (String row : rows) {
      intake.line(row, this::tick);
    }
    intake.end(this::tick);
  }

  private void tick(int instrument, long millis, long price, long volume) {
    ticks.add(
        intake.instruments().get(instrument).symbol()
            + " "
            + Instant.ofEpochMilli(millis)
            + " "
            + Units.price(price)
            + " "
            + volume);
  }

  private long count(Kind kind) {
    return intake.count().of(kind);
  }

  @Test
  void aRisingBarGoesDownFirstAndAFallingOneUp() {
    read(
        MINUTES,
        "SBIN,2021-03-30T09:25:00+05:30,357.00,358.00,356.50,357.50,59,10",
        "SBIN,2021-03-30T09:26:00+05:30,357.50,357.80,356.00,356.10,60,4");

    assertThat(intake.interval()).isEqualTo(Interval.ONE_MINUTE);
    assertThat(ticks)
        .containsExactly(
            "SBIN 2021-03-30T03:55:00Z 357.00 2",
            "SBIN 2021-03-30T03:55:20Z 356.50 5",
            "SBIN 2021-03-30T03:55:40Z 358.00 7",
            "SBIN 2021-03-30T03:55:59Z 357.50 10",
            "SBIN 2021-03-30T03:56:00Z 357.50 11",
            "SBIN 2021-03-30T03:56:20Z 357.80 12",
            "SBIN 2021-03-30T03:56:40Z 356.00 13",
            "SBIN 2021-03-30T03:56:59Z 356.10 14");
  }

  @Test
  void aDayLastsTheSessionAndStartsItsVolumeAnew() {
    read(
        "Date,Symbol,prev_close,Open,High,Low,Close,VWAP,Volume,trades",
        "2007-11-27,SBIN,440.0,770.0,1050.0,770.0,962.9,984.72,400,",
        "2007-11-28,SBIN,962.9,984.0,990.0,874.0,893.9,941.38,8,");

    assertThat(intake.interval()).isEqualTo(Interval.ONE_DAY);
    assertThat(ticks)
        .containsExactly(
            "SBIN 2007-11-27T03:45:00Z 770.00 100",
            "SBIN 2007-11-27T05:50:00Z 770.00 200",
            "SBIN 2007-11-27T07:55:00Z 1050.00 300",
            "SBIN 2007-11-27T09:59:59Z 962.90 400",
            "SBIN 2007-11-28T03:45:00Z 984.00 2",
            "SBIN 2007-11-28T05:50:00Z 990.00 4",
            "SBIN 2007-11-28T07:55:00Z 874.00 6",
            "SBIN 2007-11-28T09:59:59Z 893.90 8");
  }

  @Test
  void everyClassOfDirtIsCountedAndNoneStopsTheReplay() {
    read(
        MINUTES,
        "SBIN,2021-03-30T09:25:00+05:30,357,358,356,357,1,10",
        "SBIN,2021-03-30T09:25:00+05:30,357,358,356,357,1,10", // duplicate
        "SBIN,2021-03-30T09:25:00+05:30,357,358,356,357.5,1,10", // the same minute, otherwise
        "SBIN,2021-03-30T09:24:00+05:30,357,358,356,357,1,10", // late
        "SBIN,2021-03-30T09:26:00+05:30,357,356,358,357,1,10", // high below low
        "SBIN,2021-03-30T09:26:00+05:30,359,358,356,357,1,10", // opened above its high
        "SBIN,2021-03-30T09:26:00+05:30,357,358,356,355,1,10", // closed below its low
        "SBIN,2021-03-30T09:26:07+05:30,357,358,356,357,1,10", // no whole minute
        "SBIN,2021-03-30T09:26:00+05:30,357,358,356,357,1,-1",
        "SBIN,2021-03-30T09:26:00+05:30,0,358,0,357,1,10",
        "SBIN,2021-03-30T09:26:00+05:30,357,358,356,357,1",
        "SBIN,2021-03-30,357,358,356,357,1,10", // a day among minutes
        "",
        MINUTES,
        "NIFTY 50,2021-03-30T09:26:00+05:30,14800,14810,14790,14800,60,0",
        "SBIN,2021-03-30T09:26:00+05:30,357.03,358,356,357,1,10", // between two ticks
        "INFY,2021-03-30T09:25:00+05:30,1300,1300,1300,1300,1,0",
        "INFY,2021-03-30T09:26:00+05:30,1300,1300,1300,1300,1,0",
        "INFY,2021-03-30T09:27:00+05:30,1300,1300,1300,1300,1,0");

    assertThat(count(Kind.HEADER)).isEqualTo(1);
    assertThat(count(Kind.KEPT)).isEqualTo(5);
    assertThat(ticks).hasSize(20);
    assertThat(count(Kind.DUPLICATE)).isEqualTo(1);
    assertThat(count(Kind.BACKWARD)).isEqualTo(2);
    assertThat(count(Kind.BAD)).isEqualTo(10);
    assertThat(count(Kind.NOT_AN_INSTRUMENT)).isEqualTo(1);
    assertThat(count(Kind.OFF_GRID)).isEqualTo(1);
    assertThat(intake.count().lines()).isEqualTo(20);
    assertThat(intake.count().strangers()).containsExactly("NIFTY 50");
  }

  @ParameterizedTest
  @CsvSource({
    "1,ONE_MINUTE",
    "5,FIVE_MINUTES",
    "15,FIFTEEN_MINUTES",
    "60,ONE_HOUR",
    "1440,ONE_DAY"
  })
  void theLengthIsTheStepThatOccursMost(int minutes, Interval expected) {
    List<String> rows = new ArrayList<>();
    for (int i : new int[] {0, 1, 2, 4, 5, 9, 10, 11}) {
      Instant at = Instant.parse("2021-03-30T03:45:00Z").plusSeconds(60L * minutes * i);
      rows.add("SBIN," + at + ",357,358,356,357,1,10");
      rows.add("INFY," + at + ",1300,1301,1299,1300,1,10");
    }
    rows.add("INFY,2022-03-30T03:45:00Z,1300,1301,1299,1300,1,10");
    rows.add("INFY,2022-03-30T03:46:00Z,1300,1301,1299,1300,1,10");
    read(MINUTES, rows.toArray(String[]::new));

    assertThat(intake.interval()).isEqualTo(expected);
  }

  @Test
  void aBarThatBeginsWithinTheOneBeforeIsBackward() {
    read(
        "symbol,timestamp,open,high,low,close,volume",
        "SBIN,2021-03-30 09:15,357,358,356,357,10",
        "SBIN,2021-03-30 09:20,357,358,356,357,10",
        "SBIN,2021-03-30 09:23,357,358,356,357,10",
        "SBIN,2021-03-30 09:25,357,358,356,357,10");

    assertThat(count(Kind.KEPT)).isEqualTo(3);
    assertThat(count(Kind.BACKWARD)).isEqualTo(1);
  }

  @Test
  void rowsBehindThoseLookedAtArePlayedLikeThem() {
    intake = new BarIntake(Samples.instruments("SBIN"), MINUTES);
    long[] played = {0, 0};
    int rows = BarIntake.LOOKED_AT + 10;
    for (int i = 0; i < rows; i++) {
      Instant at = Instant.parse("2021-03-01T03:45:00Z").plusSeconds(300L * i);
      intake.line(
          "SBIN," + at + ",357,358,356,357,1,10",
          (instrument, millis, price, volume) -> {
            played[0]++;
            played[1] = millis;
          });
    }

    assertThat(played[0]).isEqualTo(4L * rows);
    assertThat(Instant.ofEpochMilli(played[1]))
        .isEqualTo(Instant.parse("2021-03-01T03:45:00Z").plusSeconds(300L * rows - 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2021-03-30T09:25:00+05:30",
        "2021-03-30T03:55:00Z",
        "2021-03-30T03:55Z",
        "2021-03-30 09:25:00",
        "2021-03-30 09:25",
        "2021-03-30T09:25:00.000",
        "2021-03-29T22:55:00-05:00"
      })
  void startsAreReadWithAndWithoutAZone(String text) {
    assertThat(BarIntake.start(text))
        .isEqualTo(Instant.parse("2021-03-30T03:55:00Z").toEpochMilli());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "2021",
        "2021-02-30",
        "09:25",
        "2021-03-30T09:25:00+5:30",
        "+05:30",
        "2021-03-30T09:25:00+99:00",
        "30-03-2021 09:25",
        "2021-03-30T24:00:00Z",
        "xxxxxxxxxx"
      })
  void whatIsNoStartIsRefused(String text) {
    assertThat(BarIntake.start(text)).isEqualTo(-1);
  }

  @Test
  void aHeaderWithoutAColumnSaysWhich() {
    assertThat(BarIntake.isHeader("symbol,timestamp,ltp,cum_volume")).isFalse();
    assertThat(BarIntake.isHeader("SBIN,2021-04-28 09:15:15,357.05,1000")).isFalse();
    assertThatThrownBy(() -> read("symbol,minute,open,high,low,close"))
        .hasMessageContaining("volume");
    assertThatThrownBy(() -> read("minute,open,high,low,close,volume"))
        .hasMessageContaining("symbol");
    assertThatThrownBy(() -> read("symbol,open,high,low,close,volume"))
        .hasMessageContaining("timestamp");
  }

  @Property
  void anyRowIsExactlyOneThing(@ForAll("rows") List<String> rows) {
    read(MINUTES, rows.toArray(String[]::new));

    assertThat(intake.count().lines()).isEqualTo(rows.size() + 1);
    assertThat(4 * count(Kind.KEPT)).isEqualTo(ticks.size());
    ticks.clear();
  }

  @Provide
  Arbitrary<List<String>> rows() {
    Arbitrary<String> field =
        Arbitraries.oneOf(
            Arbitraries.of(
                "SBIN",
                "NIFTY 50",
                "2021-03-30T09:25:00+05:30",
                "2021-03-30",
                "357.05",
                "-1",
                "1e400",
                "1000",
                "",
                "symbol"),
            Arbitraries.strings().ofMaxLength(26));
    Arbitrary<String> odd = field.list().ofMinSize(1).ofMaxSize(9).map(f -> String.join(",", f));
    Arbitrary<String> likely =
        Arbitraries.integers()
            .between(10, 59)
            .flatMap(
                minute ->
                    Arbitraries.of("357.05", "358.00", "356.00", "0")
                        .list()
                        .ofSize(4)
                        .map(
                            p ->
                                "SBIN,2021-03-30T09:"
                                    + minute
                                    + ":00+05:30,"
                                    + String.join(",", p)
                                    + ",1,10"));
    return Arbitraries.oneOf(likely, odd).list().ofMaxSize(40);
  }
}
