/**
 * How requests are read and answers are written: strict JSON in, plain JSON out, and one form for
 * every problem (RFC 9457).
 *
 * <p>Knows the kernel's value types but no resource, no servlet and no business module.
 */
package io.tola.gateway.json;
