package io.tola.gateway.rest.body;

import io.tola.audit.api.Verification;
import io.tola.gateway.json.Shape;
import java.time.Instant;
import java.util.List;

/** What a check of the audit trail found. */
public record VerificationShape(
    boolean intact,
    long entries,
    long blocks,
    int chains,
    long leaves,
    int checkpoints,
    List<BreakShape> breaks,
    Instant startedAt,
    long durationMillis)
    implements Shape {

  /** One place where the trail is not what was written. */
  public record BreakShape(int chain, long block, String entryId, String what) {}

  /** The last line of a verification that shows its progress. */
  public record Line(VerificationShape verification) implements Shape {}

  public static VerificationShape of(Verification found) {
    return new VerificationShape(
        found.intact(),
        found.entries(),
        found.blocks(),
        found.chains(),
        found.leaves(),
        found.checkpoints(),
        found.breaks().stream()
            .map(b -> new BreakShape(b.chain(), b.block(), b.entryId(), b.what()))
            .toList(),
        found.startedAt(),
        found.durationMillis());
  }
}
