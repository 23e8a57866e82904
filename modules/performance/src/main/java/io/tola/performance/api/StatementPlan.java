package io.tola.performance.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;

/**
 * How PostgreSQL executes a statement, without its values.
 *
 * @param kind {@code generic}: the plan for any parameters, asked for now; {@code logged}: that of an
 *     execution that was slow, by auto_explain
 * @param part which of the statements that were sent as one text, from 1; 1 of a single one
 * @param at when it was executed; null of a generic one
 * @param durationMs of that execution; null of a generic one
 * @param totalCost in the planner's units
 * @param rows that it expects
 * @param lines a line for each node and each of its conditions, literals as {@code ?}
 * @param missing why there is none, or null
 */
public record StatementPlan(
    String statementId,
    String kind,
    int part,
    Instant at,
    BigDecimal durationMs,
    BigDecimal totalCost,
    BigDecimal rows,
    List<String> lines,
    String missing) {}
