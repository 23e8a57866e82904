package io.tola.audit.application;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.tola.audit.domain.Entry;
import io.tola.audit.domain.Micros;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** The hash that the fields of an exported entry give. */
final class HashOfLine {

  private HashOfLine() {}

  static String of(String line) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      parser.nextToken();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        fields.put(name, parser.nextToken() == JsonToken.VALUE_NULL ? null : parser.getText());
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    String account = fields.get("account_id");
    return new Entry(
            UUID.fromString(fields.get("id")),
            Micros.toInstant(Long.parseLong(fields.get("at"))),
            fields.get("actor"),
            fields.get("action"),
            fields.get("entity_type"),
            fields.get("entity_id"),
            account == null ? null : UUID.fromString(account),
            fields.get("detail"))
        .hash()
        .hex();
  }
}
