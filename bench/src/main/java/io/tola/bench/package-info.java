/**
 * Measures a platform of its own on loopback and prints what it found with its conditions.
 *
 * <p>Drives kept load tools; no load generator of our own but the open-model one, which exists
 * because the tools at hand wait for an answer before they send the next request. Nothing here passes
 * or fails by a clock.
 */
package io.tola.bench;
