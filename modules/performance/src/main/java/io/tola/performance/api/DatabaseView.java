package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * The database's own view, for all nodes together.
 *
 * @param statementsFrom {@code pg_stat_statements} and its version; null when it isn't there
 * @param statementsMissing why not, or null
 * @param tables those most read and written first
 * @param waits what sessions do now, by state and what they wait for
 * @param blocked sessions that wait for another's lock now
 */
public record DatabaseView(
    Instant timestamp,
    String serverVersion,
    String statementsFrom,
    String statementsMissing,
    List<ServerStatement> statements,
    List<TableUse> tables,
    List<SessionWait> waits,
    List<BlockedSession> blocked) {

  /**
   * A statement as the server counts it, since its statistics were last reset.
   *
   * @param cacheHitPct of the blocks it read, those that were in memory; null when it read none
   */
  public record ServerStatement(
      String queryId,
      String statement,
      long calls,
      BigDecimal totalMs,
      BigDecimal meanMs,
      BigDecimal maxMs,
      BigDecimal stdevMs,
      long rows,
      BigDecimal cacheHitPct,
      long walBytes) {}

  /**
   * A table since its statistics were last reset.
   *
   * @param hotPct of the updates, those that touched no index; null without updates
   */
  public record TableUse(
      String table,
      long bytes,
      long liveRows,
      long deadRows,
      long sequentialScans,
      long rowsReadSequentially,
      long indexScans,
      long inserted,
      long updated,
      long deleted,
      BigDecimal hotPct) {}

  /**
   * Sessions that are alike.
   *
   * @param waitType and {@code waitEvent}: null when they don't wait
   * @param longestMs since when the one longest in that state is
   */
  public record SessionWait(
      String application,
      String state,
      String waitType,
      String waitEvent,
      int sessions,
      BigDecimal longestMs) {}

  /** A session that waits for a lock, and for whom. */
  public record BlockedSession(
      int pid,
      String application,
      BigDecimal waitingMs,
      String statement,
      List<Integer> blockedBy) {}
}
