package io.tola.trading.application;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.trading.api.OrdStatus;
import io.tola.trading.api.PlaceOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What clients are told when the pipeline can't take or finish something, and how it is counted. */
final class Outcomes {

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final String[] STATUS_LABELS = statusLabels();

  private Outcomes() {}

  private static String[] statusLabels() {
    OrdStatus[] all = OrdStatus.values();
    String[] labels = new String[all.length];
    for (OrdStatus status : all) {
      labels[status.ordinal()] = status.name().toLowerCase(Locale.ROOT);
    }
    return labels;
  }

  /** The {@code outcome} of {@code tola_orders_total}: few values, all known beforehand. */
  static String label(PlaceOutcome outcome) {
    if (outcome instanceof PlaceOutcome.Placed placed) {
      return STATUS_LABELS[placed.order().status().ordinal()];
    }
    if (outcome instanceof PlaceOutcome.Failed failed) {
      return label(failed.problem());
    }
    return "repeated";
  }

  static String label(ProblemException problem) {
    return problem.code().name().toLowerCase(Locale.ROOT);
  }

  static ProblemException queueFull() {
    return new ProblemException(
        ProblemCode.PIPELINE_FULL,
        "Too many orders are waiting; this one was not taken",
        List.of(),
        SOON);
  }

  static ProblemException waitedTooLong() {
    return new ProblemException(
        ProblemCode.PIPELINE_FULL,
        "The order waited too long in the queue and was not taken",
        List.of(),
        SOON);
  }

  static ProblemException databaseDown() {
    return new ProblemException(
        ProblemCode.DATABASE_UNAVAILABLE,
        "The database is not available; nothing was stored",
        List.of(),
        SOON);
  }

  static ProblemException notReadable() {
    return new ProblemException(
        ProblemCode.DATABASE_UNAVAILABLE, "The database is not available", List.of(), SOON);
  }

  static ProblemException fateUnknown() {
    return new ProblemException(
        ProblemCode.DATABASE_UNAVAILABLE,
        "The database did not confirm in time, so the order may have been stored or not; sending it"
            + " again with the same client_order_id settles it",
        List.of(),
        SOON);
  }

  static ProblemException accountBusy() {
    return new ProblemException(
        ProblemCode.UNAVAILABLE,
        "The account is locked by other work; nothing was stored",
        List.of(),
        SOON);
  }

  static ProblemException stopping() {
    return new ProblemException(
        ProblemCode.UNAVAILABLE, "This server takes no more orders", List.of(), SOON);
  }

  static ProblemException portMissing(String port) {
    return new ProblemException(
        ProblemCode.UNAVAILABLE,
        "Orders are refused: " + port + " is not installed",
        List.of(),
        Duration.ofSeconds(30));
  }
}
