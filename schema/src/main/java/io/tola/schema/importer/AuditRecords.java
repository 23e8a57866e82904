package io.tola.schema.importer;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * The predecessor's audit log, kept beside the trail and marked as what it is: nobody here saw it happen, so it is on no hash chain. That it
 * came in, and the hash of the file it came from, are in the trail (site/decisions/0011).
 */
final class AuditRecords implements Target {

  private static final String[] AT = {"at", "timestamp", "created_at", "event_time", "time"};
  private static final String[] ACTION = {"action", "event", "event_type", "type"};
  private static final String[] DETAIL = {
    "detail", "details", "data", "metadata", "payload", "changes"
  };

  private final Names names;
  private final String file;

  AuditRecords(Names names, String file) {
    this.names = names;
    this.file = file;
  }

  @Override
  public String columns() {
    return "id uuid, at timestamptz, actor text, action text, entity_type text, entity_id text, account text, detail text, their_id text,"
        + " file text";
  }

  @Override
  public Set<String> nested() {
    return Set.of(DETAIL);
  }

  @Override
  public void row(JsonRecord r, CopyRow row) {
    Instant at = r.needed(r.instant(AT), "at", r.has(AT));
    String action = r.needed(r.text(200, ACTION), "action", r.has(ACTION));
    String actor = r.text(200, "actor", "username", "user", "user_id", "performed_by");
    String entityType = r.text(200, "entity_type", "resource_type", "table_name", "entity");
    String entityId = r.text(200, "entity_id", "resource_id", "record_id", "order_id");
    String account = r.text(200, "account_id", "account");
    String theirId = r.text(200, "id", "audit_id", "log_id");
    String detail = r.json(DETAIL);
    if (detail == null && r.has(DETAIL)) {
      String text = r.text(DETAIL);
      detail =
          text == null
              ? null
              : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
    if (!r.isSound()) {
      return;
    }
    UUID own = JsonRecord.asUuid(theirId);
    row.add(
        own != null
            ? own
            : theirId != null
                ? names.of("audit", theirId, at, action)
                : names.of("audit", "", at, actor, action, entityType, entityId, detail));
    row.add(at)
        .add(actor == null ? "" : actor)
        .add(action)
        .add(entityType == null ? "" : entityType);
    row.add(entityId == null ? "" : entityId)
        .add(account)
        .add(detail == null ? "{}" : detail)
        .add(theirId)
        .add(file);
  }

  @Override
  public void land(Landing landing) throws SQLException, Landing.Conflict {
    if (landing.policy() == Policy.FAIL) {
      landing.conflicts(
          "SELECT s.rec, 'id: the entry is there already' FROM STAGE s JOIN audit.imported_audit_log a ON a.id = s.id"
              + " UNION SELECT rec, 'id: twice in this file' FROM (SELECT rec, id, row_number() OVER (PARTITION BY id ORDER BY rec) AS n"
              + " FROM STAGE) x WHERE n > 1 AND NOT EXISTS (SELECT FROM audit.imported_audit_log a WHERE a.id = x.id)");
    }
    String fields =
        "id, at, actor, action, entity_type, entity_id, account, detail, their_id, file";
    long inserted =
        landing.insert(
            "INSERT INTO audit.imported_audit_log ("
                + fields
                + ", imported_at) SELECT "
                + fields
                + ", transaction_timestamp() FROM STAGE s ON CONFLICT DO NOTHING");
    if (landing.policy() == Policy.UPDATE) {
      landing.reject(
          "DELETE FROM STAGE s WHERE NOT EXISTS (SELECT FROM audit.imported_audit_log a WHERE a.id = s.id AND"
              + " (a.at, a.actor, a.action, a.entity_type, a.entity_id, a.account, a.detail)"
              + " IS NOT DISTINCT FROM (s.at, s.actor, s.action, s.entity_type, s.entity_id, s.account, s.detail))"
              + " RETURNING s.rec, 'id: it is there with other values, and an audit entry is not rewritten'");
    }
    landing.counts().imported += inserted;
    landing.counts().unchanged += landing.staged() - inserted;
  }
}
