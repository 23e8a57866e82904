/**
 * The beans behind trading's {@code PreTradeControl} port and the {@code RiskDesk} facade, and this
 * node's copy of the rules.
 *
 * <p>Whether an order passes is {@code domain}'s word, not said here.
 */
package io.tola.risk.application;
