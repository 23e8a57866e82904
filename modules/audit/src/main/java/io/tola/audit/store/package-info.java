/**
 * The trail's three tables: appending blocks, paging through entries, streaming everything for a
 * check.
 *
 * <p>SQL only. What a hash is made of is {@code domain}'s word.
 */
package io.tola.audit.store;
