package io.tola.schema.importer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class TimestampProperties {

  private final JsonRecord record =
      new JsonRecord(ZoneId.of("Asia/Kolkata"), Instant.parse("9999-01-01T00:00:00Z"));

  @Property
  void theShortWayReadsWhatTheFormatterReads(@ForAll("timestamps") String text) {
    Instant shortWay;
    try {
      shortWay = record.usual(text);
    } catch (DateTimeException e) {
      assertThatThrownBy(() -> record.general(text)).isInstanceOf(DateTimeException.class);
      return;
    }
    if (shortWay != null) {
      assertThat(shortWay).isEqualTo(record.general(text));
    }
  }

  /** Timestamps, and what is nearly one. */
  @Provide
  Arbitrary<String> timestamps() {
    return Combinators.combine(
            Arbitraries.integers().between(1990, 2030),
            Arbitraries.integers().between(0, 13),
            Arbitraries.integers().between(0, 32),
            Arbitraries.integers().between(0, 25),
            Arbitraries.integers().between(0, 61),
            Arbitraries.of("T", " ", "t", "-"),
            Arbitraries.of("", ".5", ".000001", ".123456789", ".1234567890", ".", ",5"),
            Arbitraries.of("", "Z", "+05:30", "+0530", "z", " "))
        .as(
            (year, month, day, hour, minute, t, decimals, zone) ->
                String.format(
                        Locale.ROOT,
                        "%04d-%02d-%02d%s%02d:%02d:%02d",
                        year,
                        month,
                        day,
                        t,
                        hour,
                        minute,
                        minute)
                    + decimals
                    + zone);
  }
}
