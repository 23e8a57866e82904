/**
 * The market at work: the facade's session bean, the quotes of this node in memory, the feeds and
 * the thread that drives one of them on one node of all, readiness and metrics.
 *
 * <p>No SQL and no JCache calls here (that is {@code store}), no price formulas ({@code domain}).
 */
package io.tola.market.application;
