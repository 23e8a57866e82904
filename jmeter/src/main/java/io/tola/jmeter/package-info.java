/**
 * The runner of the load tests: reads the scenarios, asks whether the target may be loaded and is there, starts Apache JMeter as a
 * process with a plan of {@code jmeter/plans}, watches the server beside it, and judges what came out: figures against thresholds,
 * acknowledged orders against the platform's own list of orders.
 *
 * <p>It knows the platform by HTTP only, as a client does: no class of another module, and none of JMeter, may be used here.
 */
package io.tola.jmeter;
