package io.tola.audit.application;

import io.tola.audit.domain.TreeCheck;
import io.tola.audit.store.TreeStore;
import io.tola.kernel.Ids;
import io.tola.kernel.port.AuditEntry;
import io.tola.kernel.port.AuditTrail;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Drops entries that are older than the retention, from the front of the tree, and records each step
 * in the trail. Their hashes stay, so that every proof still holds. Only what a checkpoint outside of
 * the database shows to be that old is dropped: otherwise nobody could tell it from a deletion.
 * Thread-safe.
 */
@Stateless
@TransactionAttribute(TransactionAttributeType.REQUIRED)
public class Retention {

  @Inject private TreeStore store;
  @Inject private Checkpoints checkpoints;
  @Inject private AuditTrail trail;
  @Inject private Clock clock;

  /** For the container. */
  public Retention() {}

  Retention(TreeStore store, Checkpoints checkpoints, AuditTrail trail, Clock clock) {
    this.store = store;
    this.checkpoints = checkpoints;
    this.trail = trail;
    this.clock = clock;
  }

  /**
   * One step, in one transaction with the entry that records it. Nothing is taken into the tree until
   * it is committed.
   *
   * @param most entries it drops at most, but for the first run of blocks, which goes as a whole
   * @return whether anything was dropped; then there may be more
   */
  public boolean dropSome(int most) {
    Instant now = clock.instant();
    Instant closedBefore = now.minus(checkpoints.retention());
    try {
      long below = store.droppable(closedBefore, Long.MAX_VALUE, most);
      if (below > 0) {
        long shown = checkpoints.shown(below, closedBefore);
        below = shown < below ? store.droppable(closedBefore, shown, most) : below;
      }
      if (below == 0) {
        return false;
      }
      long entries = store.drop(below);
      if (entries == 0) {
        return false; // another node did
      }
      trail.append(
          List.of(
              new AuditEntry(
                  Ids.next(),
                  now,
                  "system",
                  TreeCheck.DROPPED,
                  "audit_log",
                  Long.toString(below),
                  null,
                  Map.of(
                      "entries",
                      entries,
                      "closed_before",
                      closedBefore.toString(),
                      "retention_days",
                      checkpoints.retention().toDays()))));
      return true;
    } catch (SQLException e) {
      throw new AuditFault("can't drop old audit entries", e);
    }
  }
}
