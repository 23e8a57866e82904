/**
 * What other modules may know of the market: instruments, quotes, sessions and bars.
 *
 * <p>Interfaces and immutable records only; no feed, cache or table shows through.
 */
package io.tola.market.api;
