package io.tola.trading.api.spi;

/**
 * A CDI event: a port can be called from now on. The module that implements the port fires it when
 * its session beans have started, which is after trading's own; a call before would be refused, and
 * logged, by the container.
 *
 * @param port the interface in this package
 */
public record PortOpened(Class<?> port) {}
