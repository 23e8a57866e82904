package io.tola.schema.importer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.uuid.Generators;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Writes one entry into the audit trail, as a block of its own, in the format that modules/audit/README.md gives; {@code AuditLog.verify}
 * and the query there check it like any other. In the caller's transaction: the trail says that something was imported if, and only if, it
 * was.
 */
final class TrailEntry {

  private static final JsonFactory JSON = new JsonFactory();

  private TrailEntry() {}

  /**
   * Appends it with the trail's own function, to a chain that nobody holds; the transaction keeps that chain until it ends.
   *
   * @param at whole microseconds
   * @param detail strings and whole numbers
   */
  static void append(
      Connection connection,
      Instant at,
      String actor,
      String action,
      String entityType,
      String entityId,
      SortedMap<String, Object> detail)
      throws SQLException {
    UUID id = Generators.timeBasedEpochGenerator().generate();
    String details = canonical(detail);
    byte[] hash = entryHash(id, at, actor, action, entityType, entityId, details);
    try (var append =
        connection.prepareStatement(
            "SELECT on_chain FROM audit.append_block(NULL, 0::smallint, ?::timestamptz, ?::bytea, ARRAY[?::uuid],"
                + " ARRAY[?::timestamptz], ARRAY[?::text], ARRAY[?::text], ARRAY[?::text], ARRAY[?::text], ARRAY[NULL::uuid],"
                + " ARRAY[?::text], ARRAY[?::bytea])")) {
      OffsetDateTime time = at.atOffset(ZoneOffset.UTC);
      append.setObject(1, time);
      // The root of a tree of one leaf is the leaf's hash (RFC 6962, 2.1).
      append.setBytes(2, hash);
      append.setObject(3, id);
      append.setObject(4, time);
      append.setString(5, actor);
      append.setString(6, action);
      append.setString(7, entityType);
      append.setString(8, entityId);
      append.setString(9, details);
      append.setBytes(10, hash);
      append.execute();
    }
  }

  private static byte[] entryHash(
      UUID id,
      Instant at,
      String actor,
      String action,
      String entityType,
      String entityId,
      String detail) {
    SortedMap<String, Object> fields = new TreeMap<>();
    fields.put("account_id", null);
    fields.put("action", action);
    fields.put("actor", actor);
    fields.put("at", micros(at));
    fields.put("entity_id", entityId);
    fields.put("entity_type", entityType);
    fields.put("id", id.toString());
    return hash(canonical(fields) + '\n' + detail);
  }

  private static long micros(Instant at) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, at);
  }

  private static byte[] hash(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update((byte) 0);
      return sha.digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** RFC 8785 for strings without control characters, and whole numbers. */
  static String canonical(SortedMap<String, Object> fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(text)) {
      generator.writeStartObject();
      for (var field : fields.entrySet()) {
        generator.writeFieldName(field.getKey());
        if (field.getValue() == null) {
          generator.writeNull();
        } else if (field.getValue() instanceof Long number) {
          generator.writeNumber(number);
        } else {
          generator.writeString(Storable.plain(field.getValue().toString()));
        }
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
