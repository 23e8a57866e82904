/**
 * What other modules may ask of trading and know about orders.
 *
 * <p>Commands are verbs, views are what a reader sees, outcomes are values. FIX names throughout.
 * No table, queue or transaction shows through.
 */
package io.tola.trading.api;
