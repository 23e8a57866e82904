package io.tola.audit.domain;

import io.tola.kernel.json.CanonicalJson;
import io.tola.kernel.port.AuditEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * One entry as it is stored and hashed. Its place in the trail is not part of it: the Merkle tree
 * and the block bind that.
 *
 * @param at microseconds
 * @param accountId the account concerned, or null
 * @param detail canonical JSON, exactly the text that is hashed
 */
public record Entry(
    UUID id,
    Instant at,
    String actor,
    String action,
    String entityType,
    String entityId,
    UUID accountId,
    String detail) {

  /** The entry for a fact; what UTF-8 or PostgreSQL can't hold is replaced by U+FFFD. */
  public static Entry of(AuditEntry fact) {
    return new Entry(
        fact.id(),
        fact.at().truncatedTo(ChronoUnit.MICROS),
        storable(fact.actor()),
        storable(fact.action()),
        storable(fact.entityType()),
        storable(fact.entityId()),
        fact.accountId(),
        storable(CanonicalJson.write(fact.detail() == null ? Map.of() : fact.detail())));
  }

  /**
   * The entry's hash: SHA-256 of 0x00, the canonical JSON of all fields but the detail, a line feed,
   * and the detail. A line feed inside a field is escaped, so the first one ends the fields.
   */
  public Hash hash() {
    Map<String, Object> fields = new HashMap<>();
    fields.put("account_id", accountId);
    fields.put("action", action);
    fields.put("actor", actor);
    fields.put("at", Micros.of(at));
    fields.put("entity_id", entityId);
    fields.put("entity_type", entityType);
    fields.put("id", id);
    String text = CanonicalJson.write(fields) + '\n' + detail;
    return Hash.of(Hash.ENTRY, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An entry must never be the reason why an order fails: half a surrogate pair has no UTF-8, and
   * PostgreSQL's text has no NUL.
   */
  private static String storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return repaired(text);
      }
    }
    return text;
  }

  private static String repaired(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(
            c ->
                c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
                    ? 0xFFFD
                    : c)
        .forEach(out::appendCodePoint);
    return out.toString();
  }
}
