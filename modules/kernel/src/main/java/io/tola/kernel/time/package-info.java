/**
 * The one source of time. Nobody else asks the system clock.
 *
 * <p>Trading sessions and calendars are the market module's, not time's.
 */
package io.tola.kernel.time;
