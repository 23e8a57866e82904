/**
 * Private keys that the nodes of a platform share in files.
 *
 * <p>What a key is for, and of which kind it must be, is its user's to know.
 */
package io.tola.kernel.key;
