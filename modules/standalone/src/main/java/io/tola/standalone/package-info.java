/**
 * The embedded default: PostgreSQL, the Artemis broker and one Liberty server, started and stopped as one.
 *
 * <p>Each part is a class of its own that a test can use by itself: {@link io.tola.standalone.EmbeddedDatabase}, {@link
 * io.tola.standalone.EmbeddedBroker}, {@link io.tola.standalone.LibertyNode}; {@link io.tola.standalone.Launcher} puts them together
 * for {@code mvn -Prun}. No trading rule may live here, and nothing of the application is called but over HTTP: what an enterprise
 * runs in place of these parts must not miss anything.
 */
package io.tola.standalone;
