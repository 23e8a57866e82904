package io.tola.audit.application;

import io.tola.audit.api.AuditFilter;
import io.tola.audit.api.AuditLog;
import io.tola.audit.api.AuditRecord;
import io.tola.audit.api.Verification;
import io.tola.audit.api.VerificationProgress;
import io.tola.audit.domain.Finding;
import io.tola.audit.domain.Kept;
import io.tola.audit.domain.StoredEntry;
import io.tola.audit.domain.TrailCheck;
import io.tola.audit.store.TrailStore;
import io.tola.kernel.Cursor;
import io.tola.kernel.Page;
import io.tola.kernel.problem.FieldError;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Reads and verifies the trail, outside any transaction: what it reads is committed. Thread-safe.
 */
@Stateless
@Local(AuditLog.class)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class TrailReader implements AuditLog {

  /** Of the cursors of this list. */
  private static final char LIST = 'a';

  /** Beyond these PostgreSQL and ISO 8601 begin to differ, and no entry can be. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");
  private static final int MAX_LIMIT = 500;
  private static final int MAX_TEXT = 256;

  @Inject private TrailStore store;
  @Inject private Checkpoints checkpoints;
  @Inject private Clock clock;

  /** For the container. */
  public TrailReader() {}

  TrailReader(TrailStore store, Checkpoints checkpoints, Clock clock) {
    this.store = store;
    this.checkpoints = checkpoints;
    this.clock = clock;
  }

  @Override
  public Page<AuditRecord> log(AuditFilter filter) {
    Cursor cursor = Cursor.decode(filter.cursor(), LIST);
    int limit = filter.limit();
    if (limit < 1 || limit > MAX_LIMIT) {
      throw invalid("limit", "must be from 1 to " + MAX_LIMIT);
    }
    TrailStore.Query query =
        new TrailStore.Query(
            text("actor", filter.actor()),
            text("action", filter.action()),
            text("entity_id", filter.entityId()),
            filter.accountId(),
            moment("from", filter.from()),
            moment("to", filter.to()),
            cursor == null ? null : cursor.at(),
            cursor == null ? null : cursor.id());
    List<StoredEntry> found;
    try {
      found = store.page(query, limit + 1);
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit log", e);
    }
    String next = null;
    if (found.size() > limit) {
      found = found.subList(0, limit);
      StoredEntry last = found.get(limit - 1);
      next = new Cursor(last.entry().at(), last.entry().id()).encode(LIST);
    }
    return new Page<>(found.stream().map(TrailReader::view).toList(), next);
  }

  // Not a default method of the interface: this class's transaction attribute wouldn't hold for it.
  @Override
  public Verification verify(Instant from) {
    return verify(from, (entries, total) -> {});
  }

  @Override
  public Verification verify(Instant from, VerificationProgress progress) {
    Instant startedAt = clock.instant();
    moment("from", from);
    Kept kept = from == null ? checkpoints.kept() : Kept.NONE;
    TrailStore.Checked checked;
    try {
      checked =
          store.verify(
              new TrailStore.Wanted(
                  from, kept, checkpoints.leastRetention(), clock.instant(), progress::read));
    } catch (SQLException e) {
      throw new AuditFault("can't verify the audit trail", e);
    }
    TrailCheck.Report report = checked.trail();
    return new Verification(
        report.intact(),
        report.entries(),
        report.blocks(),
        report.chains(),
        checked.leaves(),
        kept.checkpoints().size(),
        report.findings().stream().map(TrailReader::view).toList(),
        startedAt,
        Duration.between(startedAt, clock.instant()).toMillis());
  }

  private static Verification.Break view(Finding finding) {
    return new Verification.Break(
        finding.chain(),
        finding.block(),
        finding.entryId() == null ? null : finding.entryId().toString(),
        finding.what());
  }

  static AuditRecord view(StoredEntry stored) {
    var entry = stored.entry();
    return new AuditRecord(
        entry.id(),
        entry.at(),
        entry.actor(),
        entry.action(),
        entry.entityType(),
        entry.entityId(),
        entry.accountId(),
        entry.detail(),
        stored.chain(),
        stored.block(),
        stored.index(),
        stored.hash().hex());
  }

  private static String text(String field, String value) {
    if (value == null) {
      return null;
    }
    if (value.isEmpty() || value.length() > MAX_TEXT) {
      throw invalid(field, "must have 1 to " + MAX_TEXT + " characters");
    }
    for (int i = 0; i < value.length(); i++) {
      if (Character.isISOControl(value.charAt(i)) || Character.isSurrogate(value.charAt(i))) {
        throw invalid(field, "must not hold control characters");
      }
    }
    return value;
  }

  private static Instant moment(String field, Instant value) {
    if (value != null && (value.isBefore(EARLIEST) || value.isAfter(LATEST))) {
      throw invalid(field, "must be between the years 1 and 9999");
    }
    return value;
  }

  static ProblemException invalid(String field, String message) {
    return new ProblemException(
        ProblemCode.INVALID_PARAMETER,
        field + " " + message,
        List.of(new FieldError(field, message)));
  }
}
