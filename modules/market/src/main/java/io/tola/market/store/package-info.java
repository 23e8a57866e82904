/**
 * Where the market's facts are kept and shared: its tables (plain JDBC), the cache all nodes see
 * (JCache), the lease that makes one node drive the feed, and the files a replay reads.
 *
 * <p>Decides nothing: no prices are made here and no phase is judged. Stores take a DataSource and
 * work inside the caller's transaction where there is one.
 */
package io.tola.market.store;
