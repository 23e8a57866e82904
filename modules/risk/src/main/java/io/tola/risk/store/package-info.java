/**
 * Limits, restricted symbols, trading states and risk events in PostgreSQL.
 *
 * <p>SQL only; what a limit means is {@code domain}'s word.
 */
package io.tola.risk.store;
