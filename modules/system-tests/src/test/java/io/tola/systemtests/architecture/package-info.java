/**
 * The walls of the house as tests: arrows between modules, rooms within them, and the habits the
 * style demands.
 *
 * <p>What is checked is found in the reactor's poms, never listed by hand; each rule carries a broken
 * example that it must refuse. Nothing here starts a server.
 */
package io.tola.systemtests.architecture;
