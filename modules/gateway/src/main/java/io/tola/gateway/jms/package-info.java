/**
 * Messages from and to the Artemis broker: orders from {@code tola.orders}, ticks from {@code tola.ticks}, and what the outbox releases to its topics.
 *
 * <p>Holds no message: what can't be sent stays in the outbox's table, what can't be settled stays with the broker. No order is judged
 * here; the words of the bodies are REST's ({@code rest.body}).
 */
package io.tola.gateway.jms;
