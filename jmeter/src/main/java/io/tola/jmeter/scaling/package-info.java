/**
 * How throughput grows with servers and with connections, and with how many users a target breaks: starts platforms of its own
 * ({@link io.tola.jmeter.OwnPlatform}), loads them from this JVM or with JMeter, reads the machine's and the database's own figures,
 * and fits a model that says what the figures can carry and what not. Nothing here loads a platform that somebody else started.
 */
package io.tola.jmeter.scaling;
