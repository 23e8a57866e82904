package io.tola.kernel.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {

  @Test
  void keysAreSortedAndSpaceIsNone() {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("b", 1L);
    object.put("a", Arrays.asList(true, null, "x"));
    assertThat(CanonicalJson.write(object)).isEqualTo("{\"a\":[true,null,\"x\"],\"b\":1}");
  }

  @Test
  void decimalsArePlainAndWithoutTrailingZeros() {
    assertThat(
            CanonicalJson.write(
                Map.of(
                    "d",
                    List.of(
                        new BigDecimal("10.50"), new BigDecimal("1E+3"), new BigDecimal("0.00")))))
        .isEqualTo("{\"d\":[10.5,1000,0]}");
  }

  @Test
  void stringsAreEscapedAsLittleAsJsonAllows() {
    assertThat(CanonicalJson.write(Map.of("s", "\"\\\u0001\n\u20ac/")))
        .isEqualTo("{\"s\":\"\\\"\\\\\\u0001\\n\u20ac/\"}");
  }

  @Test
  void instantsAndEnumsAreTheirNames() {
    assertThat(CanonicalJson.write(Map.of("t", Instant.EPOCH)))
        .isEqualTo("{\"t\":\"1970-01-01T00:00:00Z\"}");
  }

  @Test
  void doublesAreRefusedBecauseTheyAreNotMoney() {
    assertThatIllegalArgumentException().isThrownBy(() -> CanonicalJson.write(Map.of("d", 0.1)));
  }

  @Property(tries = 200)
  void equalMapsHaveEqualBytesWhateverTheirOrder(@ForAll Map<String, Integer> map) {
    Map<String, Integer> reversed = new LinkedHashMap<>();
    new TreeMap<>(map).descendingMap().forEach(reversed::put);
    assertThat(CanonicalJson.write(reversed)).isEqualTo(CanonicalJson.write(map));
  }
}
