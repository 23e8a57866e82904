/**
 * The WebSocket {@code /ws/v1/stream}: order updates of the caller's accounts and quotes by symbol.
 *
 * <p>Holds nothing that could be lost: order updates are read from the executions' table from the place where each connection stands,
 * so it doesn't matter which node made them, and going on after a break is the same as going on. No order is taken here.
 */
package io.tola.gateway.stream;
