package io.tola.verifier;

import java.nio.charset.StandardCharsets;

/**
 * The bytes of an entry that are hashed: the canonical JSON of its fields, a line feed, and its
 * detail as it stands.
 */
final class LeafData {

  private LeafData() {}

  static byte[] of(JsonLine entry, long atMicros) throws Refused {
    StringBuilder out = new StringBuilder(512);
    out.append("{\"account_id\":");
    string(out, entry.textOrNull("account_id"));
    out.append(",\"action\":");
    string(out, entry.text("action"));
    out.append(",\"actor\":");
    string(out, entry.text("actor"));
    out.append(",\"at\":").append(atMicros);
    out.append(",\"entity_id\":");
    string(out, entry.text("entity_id"));
    out.append(",\"entity_type\":");
    string(out, entry.text("entity_type"));
    out.append(",\"id\":");
    string(out, entry.text("id"));
    out.append("}\n").append(entry.text("detail"));
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** RFC 8785: as few escapes as JSON allows. */
  private static void string(StringBuilder out, String text) {
    if (text == null) {
      out.append("null");
      return;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(Character.forDigit(c >> 4, 16));
            out.append(Character.forDigit(c & 15, 16));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
