/**
 * What happens to orders when a part of the platform is stopped, killed or frozen under load: who is
 * told what, how soon, and what is there afterwards.
 *
 * <p>Each class leaves the shared platform whole.
 */
package io.tola.systemtests.fault;
