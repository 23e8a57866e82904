/**
 * The tables {@code orders}, {@code executions} and {@code outbox}: plain JDBC, a statement a table a batch.
 *
 * <p>Every write happens in the caller's transaction, through connections of the data source that joins it. No rule of trading and no
 * transaction boundary may live here. Faults of the database surface as {@link io.tola.trading.store.StoreFault}, those
 * of a round trip as {@link io.tola.kernel.sql.SqlFault}.
 */
package io.tola.trading.store;
