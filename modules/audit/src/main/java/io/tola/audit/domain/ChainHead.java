package io.tola.audit.domain;

/**
 * Where a chain ends.
 *
 * @param height number of its last block, 0 before the first
 * @param hash hash of that block, {@link Hash#NONE} before the first
 */
public record ChainHead(int chain, long height, Hash hash) {}
