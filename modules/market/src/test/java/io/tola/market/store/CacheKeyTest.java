package io.tola.market.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CacheKeyTest {

  private record Filter(String text, Symbol symbol) {}

  private record Other(String text, Symbol symbol) {}

  private static String key(Object... parameters) {
    return CacheKey.of("name", Arrays.asList(parameters));
  }

  @Test
  void equalParametersHaveOneKey() {
    assertThat(key("a", 1, null)).isEqualTo(key("a", 1, null)).hasSize(64).matches("[0-9a-f]*");
    assertThat(key(new Filter("x", new Symbol("SBIN"))))
        .isEqualTo(key(new Filter("x", new Symbol("SBIN"))));
    Set<String> forth = new LinkedHashSet<>(List.of("a", "b", "c"));
    Set<String> back = new LinkedHashSet<>(List.of("c", "b", "a"));
    assertThat(key(forth)).isEqualTo(key(back));
    assertThat(key(Map.of("a", 1, "b", 2))).isEqualTo(key(new HashMap<>(Map.of("b", 2, "a", 1))));
  }

  @Test
  void whatDiffersHasAnotherKey() {
    List<Object> different =
        List.of(
            "a",
            "1",
            1,
            1L,
            true,
            List.of("a"),
            List.of(List.of("a")),
            Set.of("a"),
            Optional.of("a"),
            Optional.empty(),
            new BigDecimal("1"),
            new BigDecimal("1.0"),
            Instant.EPOCH,
            Duration.ofSeconds(1),
            Duration.ofSeconds(61),
            new UUID(1, 2),
            new Filter("a", null),
            new Other("a", null),
            SharedTexts.Space.ANSWERS,
            SharedTexts.Space.TEXTS,
            "\ud800",
            "\ud801");
    Set<String> keys = new HashSet<>();
    different.forEach(one -> keys.add(key(one)));
    assertThat(keys).hasSize(different.size());
    assertThat(key("ab", "c")).isNotEqualTo(key("a", "bc"));
    assertThat(key("a", null)).isNotEqualTo(key(null, "a"));
    assertThat(key("a")).isNotEqualTo(CacheKey.of("another", List.of("a")));
  }

  @Test
  void whatHasNoCanonicalFormIsRefused() {
    assertThatThrownBy(() -> key(new Object())).hasMessageContaining("java.lang.Object");
    assertThatThrownBy(() -> key(1.5)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> key((Object) new int[] {1})).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> key(List.of(new StringBuilder("a"))))
        .isInstanceOf(IllegalStateException.class);
    for (Class<?> refused :
        List.of(Object.class, StringBuilder.class, byte[].class, double.class)) {
      assertThatThrownBy(() -> CacheKey.require(refused))
          .as(refused.getName())
          .isInstanceOf(IllegalStateException.class);
    }
    CacheKey.require(Filter.class);
    CacheKey.require(int.class);
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return Arbitraries.strings().withChars(":[]{}()-|1a").ofMaxLength(4).list().ofMaxSize(4);
  }

  @Property(tries = 2_000)
  void listsOfTextsShareAKeyOnlyWhenTheyAreEqual(
      @ForAll("texts") List<String> one, @ForAll("texts") List<String> other) {
    assertThat(CacheKey.of("n", one).equals(CacheKey.of("n", other))).isEqualTo(one.equals(other));
  }
}
