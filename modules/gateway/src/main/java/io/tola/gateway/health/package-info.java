/**
 * What the platform says of itself to orchestrators and load balancers: live, ready, started.
 *
 * <p>Asks the parts ({@code kernel.port.Component}) and adds the database and the broker. Decides
 * nothing else.
 */
package io.tola.gateway.health;
