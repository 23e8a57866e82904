package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;

/**
 * An advised index, tried on the running server.
 *
 * @param state where it stands
 * @param phase what is being done; null when nothing is
 * @param trialName what the index is called until it is kept
 * @param createStatement with which it was made
 * @param thresholdPct by how much the time has to fall for the index to stay
 * @param before how long the statements took without it; null until measured
 * @param after how long with it; null until measured
 * @param gainPct by how much the time fell, two decimals; negative when it rose
 * @param sizeBytes of the index as it was built; null before
 * @param outcome why it ended so, as a word; null while it runs
 * @param reason the same as a sentence
 * @param advice what was advised, as it was
 */
public record IndexTrial(
    UUID id,
    String recommendationId,
    State state,
    Phase phase,
    String trialName,
    String createStatement,
    BigDecimal thresholdPct,
    TrialFigures before,
    TrialFigures after,
    BigDecimal gainPct,
    Long sizeBytes,
    String outcome,
    String reason,
    String requestedBy,
    Instant requestedAt,
    Instant finishedAt,
    String rolledBackBy,
    Instant rolledBackAt,
    IndexAdvice advice) {

  /** Where a trial stands. {@code RUNNING} comes to one of the others; only {@code KEPT} goes on, to {@code ROLLED_BACK}. */
  public enum State {
    /** It is being done. */
    RUNNING,
    /** The index helped and stays. */
    KEPT,
    /** The index didn't help enough and is gone. */
    DROPPED,
    /** Something went wrong; there is no index of it. */
    FAILED,
    /** The index was kept, and taken away when somebody wanted it. */
    ROLLED_BACK
  }

  /** What is being done. */
  public enum Phase {
    MEASURING_BEFORE,
    BUILDING,
    MEASURING_AFTER,
    KEEPING,
    DROPPING,
    ROLLING_BACK
  }
}
