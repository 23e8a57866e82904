/**
 * Times every statement that goes through the server's data sources, without a change in the code
 * that sends it: the class of the data source, what it wraps connections with, and the figures in
 * bounded memory.
 *
 * <p>It lies in the server's library beside the driver, so that the pool and the application see the
 * same classes; {@code performance} reads {@link io.tola.probe.Profile}. Nothing here may use a
 * module of the application, a clock, or know what a statement is for.
 */
package io.tola.probe;
