package io.tola.systemtests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tola.systemtests.platform.Answer;
import java.util.List;

/** What every problem document must look like (RFC 9457 and the contract). */
final class Problems {

  private Problems() {}

  /** The answer is a problem with that status and says nothing it should keep to itself. */
  static Answer expect(Answer answer, int status) {
    return expectOneOf(answer, status);
  }

  static Answer expectOneOf(Answer answer, Integer... statuses) {
    assertThat(answer.status()).as(answer.toString()).isIn((Object[]) statuses);
    assertThat(answer.header("Content-Type").orElse(""))
        .as(answer.toString())
        .startsWith("application/problem+json");
    JsonNode problem = answer.json();
    assertThat(problem.get("status").asInt()).isEqualTo(answer.status());
    assertThat(problem.get("title").asText()).isNotBlank();
    assertThat(problem.get("type").asText()).isNotBlank();
    assertThat(problem.get("code").asText()).isNotBlank();
    assertThat(problem.has("detail")).isTrue();
    assertThat(problem.get("trace_id").asText()).isNotBlank();
    assertThat(answer.body())
        .doesNotContain(
            "Exception", "java.", "jakarta.", "io.tola", "SQLSTATE", "\tat ", "org.postgresql");
    return answer;
  }

  /** The same, with the contract's number of the problem. */
  static Answer expect(Answer answer, int status, int code) {
    expect(answer, status);
    assertThat(answer.json().get("code").asText()).contains(Integer.toString(code));
    return answer;
  }

  /** The fields the problem names. */
  static List<String> fields(Answer answer) {
    JsonNode errors = answer.json().get("errors");
    return errors == null
        ? List.of()
        : errors.valueStream().map(e -> e.get("field").asText()).toList();
  }
}
