/**
 * What other modules may ask of risk: limits, the trading state, reject codes.
 *
 * <p>The pre-trade controls themselves are reached only through trading's {@code PreTradeControl}
 * port.
 */
package io.tola.risk.api;
