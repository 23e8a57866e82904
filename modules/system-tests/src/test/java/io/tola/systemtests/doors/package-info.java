/**
 * The doors that aren't REST, from outside with plain clients: orders by the queue. What needs two servers is in {@code cluster}.
 */
package io.tola.systemtests.doors;
