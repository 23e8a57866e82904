package io.tola.verifier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JSON object, read strictly: each field once, whole numbers only. An object within it is kept as
 * its exact text, unless it was named to be read.
 */
final class JsonLine {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Map<String, Object> fields;

  private JsonLine(Map<String, Object> fields) {
    this.fields = fields;
  }

  /**
   * Reads one object.
   *
   * @param nested names of the fields whose objects are read as well
   * @throws Refused when the text isn't one
   */
  static JsonLine parse(String text, Set<String> nested) throws Refused {
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Refused("not a JSON object");
      }
      JsonLine line = new JsonLine(object(parser, text, nested));
      if (parser.nextToken() != null) {
        throw new Refused("more than one JSON object");
      }
      return line;
    } catch (IOException e) {
      throw new Refused("not readable as JSON: " + firstLine(e.getMessage()));
    }
  }

  private static Map<String, Object> object(JsonParser parser, String text, Set<String> nested)
      throws IOException, Refused {
    Map<String, Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      fields.put(
          name,
          switch (parser.nextToken()) {
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NULL -> null;
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case START_ARRAY -> strings(parser, name);
            case START_OBJECT -> {
              if (nested.contains(name)) {
                yield new JsonLine(object(parser, text, nested));
              }
              int start = (int) parser.currentTokenLocation().getCharOffset();
              parser.skipChildren();
              yield text.substring(start, (int) parser.currentLocation().getCharOffset());
            }
            default -> throw new Refused("the field " + name + " is of no known kind");
          });
    }
    return fields;
  }

  private static List<String> strings(JsonParser parser, String name) throws IOException, Refused {
    List<String> strings = new ArrayList<>();
    JsonToken token;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      if (token != JsonToken.VALUE_STRING) {
        throw new Refused("the field " + name + " should be a list of strings");
      }
      strings.add(parser.getText());
    }
    return strings;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  private <T> T value(String name, Class<T> type, boolean required) throws Refused {
    Object value = fields.get(name);
    if (value == null && !required && fields.containsKey(name)) {
      return null;
    }
    if (!type.isInstance(value)) {
      throw new Refused("the field " + name + " is missing or of another kind");
    }
    return type.cast(value);
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  String text(String name) throws Refused {
    return value(name, String.class, true);
  }

  String textOrNull(String name) throws Refused {
    return value(name, String.class, false);
  }

  long number(String name) throws Refused {
    return value(name, Long.class, true);
  }

  JsonLine object(String name) throws Refused {
    return value(name, JsonLine.class, true);
  }

  byte[] hash(String name) throws Refused {
    return hash(name, text(name));
  }

  List<byte[]> hashes(String name) throws Refused {
    List<byte[]> hashes = new ArrayList<>();
    for (Object text : value(name, List.class, true)) {
      hashes.add(hash(name, (String) text));
    }
    return hashes;
  }

  private static byte[] hash(String name, String text) throws Refused {
    try {
      byte[] hash = HexFormat.of().parseHex(text);
      if (hash.length == 32) {
        return hash;
      }
    } catch (IllegalArgumentException e) {
      // Said below, as for a hash of the wrong length.
    }
    throw new Refused("the field " + name + " should be 64 hexadecimal digits");
  }
}
