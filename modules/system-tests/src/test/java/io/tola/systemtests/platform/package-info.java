/**
 * The whole platform for tests: PostgreSQL, broker and servers as processes of their own, a client
 * for each door, and SQL to look behind them.
 *
 * <p>No assertion about the platform lives here, and nothing that knows a module's classes: the
 * tests see what a client sees.
 */
package io.tola.systemtests.platform;
