package io.tola.performance.domain;

import io.tola.performance.api.IndexAdvice;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What the index of a trial is called and how it is made. Until it is kept its name holds the trial's
 * id, so that whoever cleans up can't take another's index for it.
 */
public final class TrialNames {

  private static final int MOST_BYTES = 63;

  private TrialNames() {}

  /** The name while it is tried: as much of the advised one as fits, and 16 random digits of {@code trial}. */
  public static String of(IndexAdvice advice, UUID trial) {
    String end = "_trial_" + "%016x".formatted(trial.getLeastSignificantBits());
    String begin = advice.indexName();
    while ((begin + end).getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      begin = begin.substring(0, begin.length() - 1);
    }
    return begin + end;
  }

  /** What the comment of a kept index ends with. */
  public static String mark(UUID trial) {
    return "(trial " + trial + ")";
  }

  /** The comment of a kept index. */
  public static String comment(IndexAdvice advice, UUID trial) {
    String reason = advice.reason();
    return "Tried and kept: "
        + (reason.length() > 400 ? reason.substring(0, 400) + "…" : reason)
        + " "
        + mark(trial);
  }

  /** Makes it under {@code name}, without holding up writes. */
  public static String create(IndexAdvice advice, String name) {
    String columns =
        advice.columns().stream()
            .map(c -> quoted(c.column()) + (c.descending() ? " DESC" : ""))
            .collect(Collectors.joining(", "));
    String include =
        advice.include().stream().map(TrialNames::quoted).collect(Collectors.joining(", "));
    return "CREATE INDEX CONCURRENTLY "
        + quoted(name)
        + " ON "
        + quoted(advice.schema())
        + "."
        + quoted(advice.table())
        + " USING "
        + quoted(advice.method())
        + " ("
        + columns
        + ")"
        + (include.isEmpty() ? "" : " INCLUDE (" + include + ")")
        + (advice.predicate() == null ? "" : " WHERE " + advice.predicate());
  }

  /** An identifier that PostgreSQL takes as it is. */
  public static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
