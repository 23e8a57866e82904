/**
 * The words every module shares: value types, roles, ids and pages.
 *
 * <p>What is here is immutable, knows its own limits, and depends on nothing but the JDK and the UUID
 * generator. No persistence, no transport, no business rule of a single module may live here.
 */
package io.tola.kernel;
