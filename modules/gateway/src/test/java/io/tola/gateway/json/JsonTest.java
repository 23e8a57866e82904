package io.tola.gateway.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonTest {

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("empty", "", null),
        Arguments.of("blank", " \n", null),
        Arguments.of("cut off", "{\"a\":1", null),
        Arguments.of("trailing value", "{} {}", null),
        Arguments.of("trailing bracket", "{}}", null),
        Arguments.of("comment", "/* x */ {}", null),
        Arguments.of("single quotes", "{'a':1}", null),
        Arguments.of("unquoted name", "{a:1}", null),
        Arguments.of("trailing comma", "{\"a\":1,}", null),
        Arguments.of("duplicate name", "{\"a\":1,\"a\":2}", "a"),
        Arguments.of("NaN", "{\"quantity\":NaN}", "quantity"),
        Arguments.of("Infinity", "{\"quantity\":Infinity}", "quantity"),
        Arguments.of("leading zero", "{\"quantity\":01}", "quantity"),
        Arguments.of("hexadecimal", "{\"quantity\":0x10}", "quantity"),
        Arguments.of("leading plus", "{\"quantity\":+1}", "quantity"),
        Arguments.of("raw control character", "{\"tag\":\"\u0001\"}", "tag"),
        Arguments.of("bad escape", "{\"tag\":\"\\x\"}", "tag"),
        Arguments.of("too deep", "{\"a\":".repeat(50_000), null),
        Arguments.of("too deep in arrays", "[".repeat(50_000), null),
        Arguments.of(
            "number of 5,000 digits", "{\"quantity\":" + "9".repeat(5_000) + "}", "quantity"),
        Arguments.of("string of 100,000", "{\"symbol\":\"" + "A".repeat(100_000) + "\"}", "symbol"),
        Arguments.of("exponent beyond any number", "{\"price\":1e99999999999}", "price"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void whatIsNoStrictJsonIsRefusedAndNamesItsField(String what, String text, String field) {
    ProblemException problem = refused(text.getBytes(StandardCharsets.UTF_8));

    assertThat(problem.code()).isEqualTo(ProblemCode.MALFORMED_JSON);
    assertThat(problem.getMessage()).doesNotContain("com.fasterxml", "java.", "at [Source");
    if (field != null) {
      assertThat(problem.errors()).extracting(FieldError::field).containsExactly(field);
    }
  }

  @Test
  void theFieldOfABrokenElementHasItsPath() {
    ProblemException problem =
        refused(
            "{\"orders\":[{\"quantity\":1},{\"quantity\":NaN}]}".getBytes(StandardCharsets.UTF_8));
    assertThat(problem.errors())
        .extracting(FieldError::field)
        .containsExactly("orders[1].quantity");
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    ProblemException problem =
        refused("{\"tag\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(problem.code()).isEqualTo(ProblemCode.MALFORMED_JSON);
  }

  @Test
  void decimalsAreReadExactly() {
    JsonNode node = Json.parse("{\"price\":2831.40}".getBytes(StandardCharsets.UTF_8));
    assertThat(node.get("price").decimalValue()).isEqualTo(new BigDecimal("2831.40"));
  }

  @Test
  void decimalsAreWrittenPlainAndInstantsInUtc() {
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("large", new BigDecimal("1E+12"));
    value.put("small", new BigDecimal("0.00000001"));
    value.put("at", Instant.parse("2026-11-21T09:15:00.123456Z"));
    value.put("none", null);

    assertThat(new String(Json.bytes(value), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"large\":1000000000000,\"small\":0.00000001,"
                + "\"at\":\"2026-11-21T09:15:00.123456Z\",\"none\":null}");
  }

  private static ProblemException refused(byte[] body) {
    return catchThrowableOfType(ProblemException.class, () -> Json.parse(body));
  }
}
