/**
 * What every HTTP request passes, whatever it asks for, and the doors that are no API: error pages,
 * the OpenAPI document, problem types.
 *
 * <p>Servlets and servlet filters only. Nothing here knows an order, a quote or a user's rights.
 */
package io.tola.gateway.web;
