package io.tola.probe;

/**
 * Something that a request or a transaction does again and again.
 *
 * @param unit the request, {@code GET /api/v1/trades}, or the method that began the transaction
 * @param id the repeated statement's; null for {@link Kind#CHATTY}
 * @param text likewise
 * @param times how many requests or transactions did it
 * @param statements the most that one of them sent: of the statement, or in all
 * @param lastNanos {@link System#nanoTime} when it was last seen
 */
public record Habit(
    Kind kind, String unit, String id, String text, long times, int statements, long lastNanos) {

  /** What is suspicious. */
  public enum Kind {
    /** The same reading statement many times in one request: N+1. */
    REPEATED,
    /** Many statements in one request or transaction. */
    CHATTY
  }
}
