/**
 * Tests that run inside the server, beside the modules: what only a transaction of the container can
 * show.
 *
 * <p>The real EAR, with one more WAR for the tests. In-container code may use nothing but the modules'
 * facades, Jakarta EE and JUnit: other libraries aren't there.
 */
package io.tola.systemtests.inside;
