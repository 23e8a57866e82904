/**
 * Ports that any module may call and exactly one module implements.
 *
 * <p>Interfaces and the records they carry, nothing else: an implementation here would turn the
 * kernel into a second home of somebody's business.
 */
package io.tola.kernel.port;
