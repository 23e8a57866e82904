/**
 * What tells a slower platform from a noisy machine: short slices of load at one rate on two targets in a random order, the
 * statistics over them, runs that are kept to compare with, and a proxy that makes a target slower by as much as one says.
 *
 * <p>Knows no scenario, no JMeter and no page; nothing here may use {@code io.tola.jmeter}.
 */
package io.tola.jmeter.gate;
