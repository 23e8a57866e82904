/**
 * The API under {@code /api/v1}: one resource class per area of the contract, and what all of them
 * share (the door filter, problems, body reading and writing).
 *
 * <p>A resource reads a request, calls one facade and renders what it says. No decision about an
 * order, an account's money or a limit may be made here.
 */
package io.tola.gateway.rest;
