/**
 * The beans behind the kernel's {@code AuditTrail} port and the {@code AuditLog} facade: they join
 * the caller's transaction, or run without one.
 *
 * <p>No SQL and no hashing may live here.
 */
package io.tola.audit.application;
