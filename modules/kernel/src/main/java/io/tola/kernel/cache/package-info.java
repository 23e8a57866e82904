/**
 * Answers of the database that may be given again for a while: what any module says to have its reads
 * cached, and the port behind it.
 *
 * <p>Words only: the caches themselves are the market's, which opens the tier that all nodes share. What
 * may never be cached is what money is decided by: whatever an order's controls and books read.
 */
package io.tola.kernel.cache;
