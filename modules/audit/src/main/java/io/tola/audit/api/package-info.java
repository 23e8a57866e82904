/**
 * What other modules may ask of the audit trail: reading and verifying.
 *
 * <p>Writing goes through the kernel's {@code AuditTrail} port. Nothing here changes an entry.
 */
package io.tola.audit.api;
