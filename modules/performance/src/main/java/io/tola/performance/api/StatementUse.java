package io.tola.performance.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * One statement.
 *
 * @param id sixteen hexadecimal digits, the same on every node
 * @param pctOfTime its part of all statements' time, in per cent, two decimals
 * @param rowsPerCall rows read or written on average; null when that was not counted
 * @param callSites {@code module Class.method}, the most often seen first
 * @param failures by SQLSTATE, in the same span
 */
public record StatementUse(
    String id,
    String statement,
    QueryStats stats,
    BigDecimal totalMs,
    BigDecimal pctOfTime,
    BigDecimal rowsPerCall,
    List<String> callSites,
    Map<String, Long> failures) {}
