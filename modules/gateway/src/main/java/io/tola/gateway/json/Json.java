package io.tola.gateway.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * The one JSON reader and writer of the doors. Thread-safe.
 *
 * <p>Reading is strict: no duplicate names, nothing behind the value, no {@code NaN}, bounded depth
 * and lengths, decimals exact. Writing: snake_case, decimals plain, instants RFC 3339 in UTC.
 */
public final class Json {

  /** Deepest nesting taken; the deepest request has three levels. */
  static final int MAX_DEPTH = 8;

  /** Longest string taken, in characters; fields are shorter still. */
  static final int MAX_STRING = 4_096;

  /**
   * Longest number taken, in characters. Longer than any field allows, so that the field's own
   * check names it.
   */
  static final int MAX_NUMBER = 400;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_STRING)
                          .maxNumberLength(MAX_NUMBER)
                          .maxNameLength(128)
                          .build())
                  // Names come from strangers: don't keep them in the JVM's string table.
                  .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                  .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                  .build())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new AsText<>())
                  .addSerializer(LocalDate.class, new AsText<>()))
          .build();

  private Json() {}

  /**
   * Parses one JSON value.
   *
   * @throws ProblemException MALFORMED_JSON, naming the field in which it broke
   */
  public static JsonNode parse(byte[] body) {
    return parse(body, body.length);
  }

  /** Parses the first {@code length} bytes. */
  public static JsonNode parse(byte[] body, int length) {
    try (JsonParser parser = MAPPER.createParser(body, 0, length)) {
      try {
        JsonNode node = MAPPER.readTree(parser);
        if (node == null || node.isMissingNode()) {
          throw malformed("The body is empty.", parser, null);
        }
        if (parser.nextToken() != null) {
          throw malformed("There is something behind the JSON value.", parser, null);
        }
        return node;
      } catch (StreamConstraintsException e) {
        throw malformed(
            "The JSON is too deep, or holds a number, string or name that is too long.", parser, e);
      } catch (JsonProcessingException e) {
        throw malformed(reason(e), parser, e);
      } catch (NumberFormatException e) {
        // An exponent that no BigDecimal has.
        throw malformed("Not a JSON number.", parser, null);
      } catch (IOException e) {
        // Not a processing exception: bytes that are no UTF-8.
        throw malformed("The body is not UTF-8.", parser, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reason(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    if (message == null) {
      return "The body is not JSON.";
    }
    if (message.startsWith("Duplicate field")) {
      return "A name stands twice in one object.";
    }
    if (message.startsWith("Non-standard token") || message.contains("not a valid JSON number")) {
      return "Not a JSON number.";
    }
    if (message.startsWith("Unexpected end-of-input")) {
      return "The JSON ends too early.";
    }
    if (message.startsWith("Illegal unquoted character")) {
      return "A string holds a control character.";
    }
    return "The body is not JSON.";
  }

  private static ProblemException malformed(
      String detail, JsonParser parser, JsonProcessingException cause) {
    StringBuilder text = new StringBuilder(detail);
    JsonLocation at = cause == null ? null : cause.getLocation();
    if (at != null) {
      text.append(" Line ")
          .append(at.getLineNr())
          .append(", column ")
          .append(at.getColumnNr())
          .append('.');
    }
    String field = path(parser.getParsingContext().pathAsPointer());
    return new ProblemException(
        ProblemCode.MALFORMED_JSON,
        text.toString(),
        field.isEmpty() ? List.of() : List.of(new FieldError(field, detail)));
  }

  /** {@code /orders/3/quantity} as {@code orders[3].quantity}. */
  private static String path(JsonPointer pointer) {
    StringBuilder path = new StringBuilder();
    for (JsonPointer at = pointer; at != null && !at.matches(); at = at.tail()) {
      if (at.mayMatchElement() && at.getMatchingIndex() >= 0) {
        path.append('[').append(at.getMatchingIndex()).append(']');
      } else {
        if (path.length() > 0) {
          path.append('.');
        }
        path.append(Text.shortened(at.getMatchingProperty()));
      }
    }
    return path.toString();
  }

  /** Writes a record, list or map as UTF-8. */
  public static byte[] bytes(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("no JSON form for " + value.getClass().getName(), e);
    }
  }

  /** For tests and documents that compare with what is written. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** {@code toString} is the contract's form of these types. */
  private static final class AsText<T> extends JsonSerializer<T> {
    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }
}
