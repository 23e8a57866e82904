/**
 * The contract's JSON as records, field by field in its order, and the readers that turn a
 * request's body into a command.
 *
 * <p>A change here is a change of the contract: the OpenAPI document and its test change with it.
 * No call to a facade may live here.
 */
package io.tola.gateway.rest.body;
