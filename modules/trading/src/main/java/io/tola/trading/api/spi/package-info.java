/**
 * Ports that trading needs and upper modules implement: the account book and the pre-trade controls.
 *
 * <p>Each call serves a whole batch of orders. A port nobody implements means that orders are
 * refused, never that a step is skipped.
 */
package io.tola.trading.api.spi;
