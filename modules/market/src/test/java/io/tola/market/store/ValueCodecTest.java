package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Page;
import io.tola.kernel.Price;
import io.tola.kernel.Symbol;
import io.tola.market.api.Bar;
import io.tola.market.api.Interval;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ValueCodecTest {

  private record Much(
      UUID id,
      String text,
      int whole,
      Long longer,
      boolean truth,
      BigDecimal decimal,
      Instant at,
      LocalDate day,
      Map<Interval, Long> counts,
      Set<String> names,
      Optional<Symbol> symbol,
      List<Inner> inner) {}

  private record Inner(Price price, String nothing) {}

  private record Looped(List<Looped> more) {}

  private record Strange(StringBuilder text) {}

  // What the types are read from.
  private static Page<Bar> bars() {
    return new Page<>(
        List.of(
            new Bar(
                new Symbol("M&M"),
                Interval.ONE_MINUTE,
                Instant.parse("2026-11-20T04:00:00Z"),
                Price.of("1"),
                Price.of("2.0005"),
                Price.of("0.05"),
                Price.of("1.5"),
                Long.MAX_VALUE)),
        null);
  }

  private static Type type(String method) {
    try {
      return ValueCodecTest.class.getDeclaredMethod(method).getGenericReturnType();
    } catch (NoSuchMethodException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aPageComesBackFromItsTextAsItWas() {
    ValueCodec codec = new ValueCodec(type("bars"));
    assertThat(codec.decode(codec.encode(bars()))).contains(bars());
    assertThat(codec.decode(codec.encode(new Page<Bar>(List.of(), "ü|\n"))))
        .contains(new Page<Bar>(List.of(), "ü|\n"));
  }

  @Test
  void aRecordOfEverythingComesBackAsItWas() {
    Map<Interval, Long> counts = new EnumMap<>(Interval.class);
    counts.put(Interval.ONE_DAY, 3L);
    counts.put(Interval.ONE_MINUTE, -1L);
    Much much =
        new Much(
            new UUID(1, -2),
            "x".repeat(70_000),
            -7,
            null,
            true,
            new BigDecimal("-1.500"),
            Instant.parse("2026-11-20T04:00:00.123456Z"),
            LocalDate.of(2026, 2, 28),
            counts,
            Set.of("a"),
            Optional.of(new Symbol("SBIN")),
            Arrays.asList(new Inner(Price.of("1.05"), null), null));
    ValueCodec codec = new ValueCodec(Much.class);
    assertThat(codec.decode(codec.encode(much))).contains(much);
  }

  @Test
  void anotherTextIsNothing() {
    ValueCodec codec = new ValueCodec(type("bars"));
    String good = codec.encode(bars());
    String other = new ValueCodec(Inner.class).encode(new Inner(null, "x"));
    for (String text : List.of("", "AAAA", "!", good.substring(0, 40), good + "AAAA", other)) {
      assertThat(codec.decode(text)).as(text).isEmpty();
    }
  }

  @Test
  void whatHasNoFormIsRefusedBeforeAnythingIsKept() {
    for (Type type : List.of(Object.class, Looped.class, Strange.class, List.class, int[].class)) {
      assertThatThrownBy(() -> new ValueCodec(type))
          .as(type.getTypeName())
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
