/**
 * Checks exports, proofs and checkpoints of an audit log without the platform: no server, no
 * database, no network.
 *
 * <p>It shares no code with the platform, so that a fault there can't hide itself here. What it
 * believes is the public key it is given, and nothing else.
 */
package io.tola.verifier;
