package io.tola.audit.domain;

/**
 * Blocks of one chain that were integrated together: their entries are neighbouring leaves of the
 * log's tree, in the order of the blocks and within them.
 *
 * @param firstLeaf the first entry's leaf
 * @param leaves how many entries the blocks have together
 * @param firstBlock number of the first block
 * @param lastBlock number of the last block
 */
public record Run(long firstLeaf, int leaves, int chain, long firstBlock, long lastBlock) {}
