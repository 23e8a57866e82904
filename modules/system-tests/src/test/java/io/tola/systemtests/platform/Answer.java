package io.tola.systemtests.platform;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.net.http.HttpHeaders;
import java.util.List;
import java.util.Optional;

/**
 * What a door answered.
 *
 * @param status HTTP status
 * @param body as text
 */
public record Answer(int status, HttpHeaders headers, String body) {

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  /** The body as JSON, decimals exact. */
  public JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON, status " + status + ": " + body, e);
    }
  }

  /** A field of the body's object as text, or null. */
  public String text(String field) {
    JsonNode value = json().get(field);
    return value == null || value.isNull() ? null : value.asText();
  }

  /** A field of the body's object as an exact decimal. */
  public BigDecimal decimal(String field) {
    return json().get(field).decimalValue();
  }

  /** The entries of a page. */
  public List<JsonNode> items() {
    return json().get("items").valueStream().toList();
  }

  public Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** This answer, if it has that status. */
  public Answer expect(int expected) {
    if (status != expected) {
      throw new AssertionError("status " + status + " instead of " + expected + ": " + body);
    }
    return this;
  }

  @Override
  public String toString() {
    return status + " " + body;
  }
}
