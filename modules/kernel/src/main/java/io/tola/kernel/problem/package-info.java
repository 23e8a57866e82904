/**
 * What can go wrong, by number family, and the exception that carries it to a door.
 *
 * <p>A business refusal of an order is not here: it is a stored order with a reject code. Rendering
 * a problem as HTTP or JMS belongs to the gateway.
 */
package io.tola.kernel.problem;
