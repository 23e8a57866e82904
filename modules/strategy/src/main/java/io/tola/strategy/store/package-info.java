/**
 * Settings, signals and backtests in PostgreSQL, and the cluster's copy of the newest signals.
 *
 * <p>SQL and cache only; what a setting or a signal means is {@code domain}'s and {@code application}'s
 * word.
 */
package io.tola.strategy.store;
