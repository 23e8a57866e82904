package io.tola.portfolio.domain.recon;

/**
 * Why a line can't be understood.
 *
 * @param line as in {@link StatementLine}; 0 for the statement as a whole
 * @param field the column, or {@code line}
 * @param message what it must be
 */
public record LineError(int line, String field, String message) {}
