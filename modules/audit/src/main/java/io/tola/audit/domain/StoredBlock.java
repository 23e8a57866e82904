package io.tola.audit.domain;

/** A block with the hash that stands beside it, whether or not they fit. */
public record StoredBlock(Block block, Hash hash) {}
