package io.tola.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tola.kernel.Symbol;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.ws.rs.core.MultivaluedHashMap;
import jakarta.ws.rs.core.MultivaluedMap;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

  private static final Consumer<Query> ALL =
      query -> {
        query.limit(50, 500);
        query.cursor();
        query.value("symbol", 32, Symbol::new);
        Instant from = query.instant("from");
        query.fromBeforeTo(from, query.instant("to"));
        query.accountId();
        query.done();
      };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=0",
        "limit=-1",
        "limit=501",
        "limit=ten",
        "limit=99999999999999999999",
        "limit=",
        "limit=1.0",
        "cursor=",
        "cursor=x' OR 1=1",
        "cursor=\u0000",
        "symbol=",
        "symbol=';--",
        "symbol=reliance",
        "from=yesterday",
        "from=2026-01-01",
        "from=2026-01-01T00:00:00",
        "to=9999999999-01-01T00:00:00Z",
        "to=1901-01-01T00:00:00Z",
        "account_id=mine",
        "form=2026-01-01T00:00:00Z"
      })
  void aBadParameterIsNamed(String pair) {
    int equals = pair.indexOf('=');
    ProblemException problem = refused(ALL, pair.substring(0, equals), pair.substring(equals + 1));
    assertThat(problem.code()).isEqualTo(ProblemCode.INVALID_PARAMETER);
    assertThat(problem.errors())
        .extracting(FieldError::field)
        .containsExactly(pair.substring(0, equals));
  }

  @Test
  void aParameterGivenTwiceIsRefused() {
    MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
    parameters.put("limit", List.of("1", "2"));
    ProblemException problem =
        catchThrowableOfType(ProblemException.class, () -> ALL.accept(Query.of(parameters)));
    assertThat(problem.errors()).extracting(FieldError::field).containsExactly("limit");
  }

  @Test
  void fromMustBeBeforeTo() {
    ProblemException problem =
        refused(ALL, "from", "2026-01-02T00:00:00Z", "to", "2026-01-02T00:00:00+00:00");
    assertThat(problem.errors()).extracting(FieldError::field).containsExactly("from");
  }

  @Test
  void timesAreTakenWithAnyOffsetToMicroseconds() {
    MultivaluedMap<String, String> parameters =
        parameters("from", "2026-01-02T05:30:00.123456789+05:30");
    assertThat(Query.of(parameters).instant("from"))
        .isEqualTo(Instant.parse("2026-01-02T00:00:00.123456Z"));
  }

  private static ProblemException refused(Consumer<Query> reader, String... pairs) {
    return catchThrowableOfType(
        ProblemException.class, () -> reader.accept(Query.of(parameters(pairs))));
  }

  private static MultivaluedMap<String, String> parameters(String... pairs) {
    MultivaluedMap<String, String> parameters = new MultivaluedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      parameters.putSingle(pairs[i], pairs[i + 1]);
    }
    return parameters;
  }
}
