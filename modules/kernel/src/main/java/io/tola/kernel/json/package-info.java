/**
 * One deterministic JSON spelling, shared by the audit trail's hashes and the outbox's messages.
 *
 * <p>Writing only. Parsing client input belongs to the gateway.
 */
package io.tola.kernel.json;
