/**
 * The doors that aren't REST, from outside with plain clients: orders by the queue, updates and quotes by the WebSocket. What needs two
 * servers is in {@code cluster}.
 */
package io.tola.systemtests.doors;
