package io.tola.gateway.rest.body;

import io.tola.gateway.json.Shape;
import io.tola.performance.api.IndexTrial;
import io.tola.performance.api.TrialFigures;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/** An advised index, tried on the running server. */
public record IndexTrialShape(
    UUID id,
    String recommendationId,
    String state,
    String phase,
    String indexName,
    String trialName,
    String createStatement,
    BigDecimal thresholdPct,
    TrialFiguresShape before,
    TrialFiguresShape after,
    BigDecimal gainPct,
    Long sizeBytes,
    String outcome,
    String reason,
    String requestedBy,
    Instant requestedAt,
    Instant finishedAt,
    String rolledBackBy,
    Instant rolledBackAt)
    implements Shape {

  public static IndexTrialShape of(IndexTrial trial) {
    return trial == null
        ? null
        : new IndexTrialShape(
            trial.id(),
            trial.recommendationId(),
            code(trial.state()),
            code(trial.phase()),
            trial.advice().indexName(),
            trial.trialName(),
            trial.createStatement(),
            trial.thresholdPct(),
            TrialFiguresShape.of(trial.before()),
            TrialFiguresShape.of(trial.after()),
            trial.gainPct(),
            trial.sizeBytes(),
            trial.outcome(),
            trial.reason(),
            trial.requestedBy(),
            trial.requestedAt(),
            trial.finishedAt(),
            trial.rolledBackBy(),
            trial.rolledBackAt());
  }

  private static String code(Enum<?> value) {
    return value == null ? null : value.name().toLowerCase(Locale.ROOT);
  }

  /** How long the statements took that the index serves. */
  public record TrialFiguresShape(
      String method,
      String plans,
      int statements,
      int skipped,
      long samples,
      BigDecimal ms,
      BigDecimal lowMs,
      BigDecimal highMs,
      BigDecimal blocks,
      boolean usesIndex) {

    static TrialFiguresShape of(TrialFigures figures) {
      return figures == null
          ? null
          : new TrialFiguresShape(
              code(figures.method()),
              figures.plans(),
              figures.statements(),
              figures.skipped(),
              figures.samples(),
              figures.ms(),
              figures.lowMs(),
              figures.highMs(),
              figures.blocks(),
              figures.usesIndex());
    }
  }
}
