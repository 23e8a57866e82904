/**
 * Portfolio's tables, by plain JDBC: {@link io.tola.portfolio.store.BookStore} for the batches of
 * the order pipeline, {@link io.tola.portfolio.store.PortfolioRows} for readers and for opening
 * accounts, {@link io.tola.portfolio.store.ReconciliationRows} for statements and breaks.
 *
 * <p>SQL and nothing else: no rule about money or shares, no transaction of its own.
 */
package io.tola.portfolio.store;
