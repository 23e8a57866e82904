package io.tola.audit.domain;

/**
 * An entry with its place and the hash that stands beside it, whether or not they fit.
 *
 * @param index place within the block, from 0
 */
public record StoredEntry(Entry entry, int chain, long block, int index, Hash hash) {}
