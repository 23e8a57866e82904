package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * One run of the index advisor.
 *
 * @param timestamp when it ended
 * @param tookMs how long it took
 * @param complete false when its time or number of plans ran out before every candidate was tried;
 *     what is advised holds all the same
 * @param countedSince since when statements are counted; null when the server doesn't say
 * @param judgedBy how candidates were judged
 * @param judgedFrom the extension and its version, or why it isn't used
 * @param constantsFrom where constants come from that pg_stat_statements leaves out; or why there
 *     are none, and what isn't looked for then
 * @param statementsMissing why there are no statements to look at, or null
 * @param statements how many were read
 * @param judged how many of them were planned
 * @param candidates how many indexes were tried
 * @param plans how many plans were asked for
 * @param costBefore of all that were planned, calls times cost
 * @param costAfter the same with all that is advised
 * @param notJudged statements that couldn't be read or planned, the dearest first; never guessed at
 * @param advice the largest gain first; each one's gain is what it adds to those before it
 */
public record IndexAdvicePage(
    Instant timestamp,
    BigDecimal tookMs,
    boolean complete,
    Instant countedSince,
    IndexAdvice.JudgedBy judgedBy,
    String judgedFrom,
    String constantsFrom,
    String statementsMissing,
    int statements,
    int judged,
    int candidates,
    int plans,
    BigDecimal costBefore,
    BigDecimal costAfter,
    List<NotJudged> notJudged,
    List<IndexAdvice> advice) {

  /**
   * A statement about which nothing is said.
   *
   * @param queryId of pg_stat_statements; null for other roles' statements, which it hides
   * @param statement without literals, shortened
   * @param reason what the parser or the planner had against it
   */
  public record NotJudged(String queryId, String statement, long calls, String reason) {}
}
