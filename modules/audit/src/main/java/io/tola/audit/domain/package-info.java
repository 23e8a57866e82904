/**
 * What makes the trail tamper-evident: how an entry and a block are hashed, and how a trail is
 * checked against its hashes.
 *
 * <p>The format is a promise to whoever verifies the trail years from now; a golden test holds it.
 * No JDBC, no clock, no container here.
 */
package io.tola.audit.domain;
