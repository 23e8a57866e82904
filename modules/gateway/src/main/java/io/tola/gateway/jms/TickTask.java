package io.tola.gateway.jms;

import io.tola.gateway.rest.body.TicksShape;
import io.tola.kernel.problem.ProblemException;
import io.tola.market.api.TickReport;

/** One message of the ticks' queue on its way to an answer. Used by one thread. */
final class TickTask {

  private final String id;
  private final String format;
  private final byte[] body;
  private final String user;
  private final boolean answerable;
  private final int lines;
  private final int filledLines;
  private boolean alone;
  private int faults;
  private Answer answer;
  private String deadReason;

  /**
   * @param id the message's, for logs and problem documents
   * @param format the message's property, or null
   * @param user whom the broker vouches for; null when it doesn't
   * @param answerable whether somebody waits for this message's own counts
   */
  TickTask(String id, String format, byte[] body, String user, boolean answerable) {
    this.id = id;
    this.format = format;
    this.body = body;
    this.user = user;
    this.answerable = answerable;
    int ends = 0;
    int filled = 0;
    int from = 0;
    for (int i = 0; i < body.length; i++) {
      if (body[i] == '\n') {
        ends++;
        filled += isFilled(from, i) ? 1 : 0;
        from = i + 1;
      }
    }
    this.lines = ends + (from < body.length ? 1 : 0);
    this.filledLines = filled + (isFilled(from, body.length) ? 1 : 0);
  }

  /** As the reader of the lines sees it: an empty one, and one of a carriage return, is none. */
  private boolean isFilled(int from, int to) {
    int end = to > from && body[to - 1] == '\r' ? to - 1 : to;
    return end > from;
  }

  String id() {
    return id;
  }

  String format() {
    return format;
  }

  byte[] body() {
    return body;
  }

  String user() {
    return user;
  }

  /** Lines, empty ones included. */
  int lines() {
    return lines;
  }

  /** Lines that have something in them. */
  int filledLines() {
    return filledLines;
  }

  /**
   * Whether it may be read in one go with others: plain NDJSON, without anybody who waits for its
   * counts, and nothing went wrong with it yet.
   */
  boolean isSociable() {
    return !alone
        && !answerable
        && (format == null || format.equals(TickIntake.NDJSON))
        && body.length > 0
        && body[0] == '{';
  }

  /** From now on it is read by itself. */
  void readAlone() {
    alone = true;
  }

  boolean isSettled() {
    return answer != null;
  }

  /** The answer; null until settled. */
  Answer answer() {
    return answer;
  }

  /** Why the message belongs to the dead letters; null if it doesn't. */
  String deadReason() {
    return deadReason;
  }

  /** Counts a failure met; returns how many there were. */
  int fault() {
    return ++faults;
  }

  /**
   * Takes the report of this message's lines. One of which nothing could be stored, or that was
   * damaged, is a dead letter, whoever waits for its answer.
   */
  void reported(TickReport report) {
    answer = Answer.of(200, TicksShape.of(report));
    if (report.accepted() == 0 || !report.complete()) {
      deadReason = report.firstErrors().isEmpty() ? "there is no tick in it" : reason(report);
    }
  }

  private static String reason(TickReport report) {
    TickReport.Rejected first = report.firstErrors().get(0);
    return report.accepted()
        + " ticks stored, "
        + report.rejected()
        + " lines not; line "
        + first.line()
        + ": "
        + first.field()
        + ' '
        + first.message();
  }

  /** A message that can't be understood, or that breaks what tries to. */
  void dead(ProblemException problem, String reason) {
    answer = Answer.of(problem, id);
    deadReason = reason;
  }
}
