/**
 * Messages to and from the Artemis broker: what the outbox releases goes to its topics.
 *
 * <p>Holds no message: what can't be sent stays in the outbox's table. No order is judged here.
 */
package io.tola.gateway.jms;
