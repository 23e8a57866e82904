/**
 * Where the figures come from: the probe in the server's library, the server's own beans about its
 * pools, PostgreSQL's statistics views. Reads only, keeps nothing.
 */
package io.tola.performance.store;
