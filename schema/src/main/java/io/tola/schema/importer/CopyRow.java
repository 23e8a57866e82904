package io.tola.schema.importer;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/** Rows in the text format of COPY. Not thread-safe. */
final class CopyRow {

  private final StringBuilder text = new StringBuilder(128 * 1024);
  private int begun;
  private Instant lastInstant;
  private String lastInstantText;

  void begin(long record) {
    begun = text.length();
    text.append(record);
  }

  /** Takes the row back that was begun last. */
  void undo() {
    text.setLength(begun);
  }

  void end() {
    text.append('\n');
  }

  CopyRow add(String value) {
    text.append('\t');
    if (value == null) {
      text.append("\\N");
      return this;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        default -> text.append(c);
      }
    }
    return this;
  }

  CopyRow add(BigDecimal value) {
    return plain(value == null ? null : value.toPlainString());
  }

  CopyRow add(Long value) {
    return plain(value);
  }

  CopyRow add(Boolean value) {
    return plain(value);
  }

  CopyRow add(UUID value) {
    return plain(value);
  }

  CopyRow add(Instant value) {
    // An order that ended at once has one moment for all its timestamps.
    if (value != null && !value.equals(lastInstant)) {
      lastInstant = value;
      lastInstantText = value.toString();
    }
    return plain(value == null ? null : lastInstantText);
  }

  private CopyRow plain(Object value) {
    text.append('\t').append(value == null ? "\\N" : value);
    return this;
  }

  int length() {
    return text.length();
  }

  String take() {
    String taken = text.toString();
    text.setLength(0);
    return taken;
  }
}
