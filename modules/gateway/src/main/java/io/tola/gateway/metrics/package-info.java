/**
 * What the doors count: requests by route and status, logins, refusals; and the JSON summary of all
 * metrics.
 *
 * <p>Labels are route templates and codes, never what a client wrote. Business metrics live with
 * their modules.
 */
package io.tola.gateway.metrics;
