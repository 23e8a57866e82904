/**
 * The platform through its HTTP door, by the contract alone: the main job, idempotency, isolation,
 * roles, hostile input, and what the books say afterwards.
 *
 * <p>Nothing here stops or kills a part of the platform.
 */
package io.tola.systemtests.http;
