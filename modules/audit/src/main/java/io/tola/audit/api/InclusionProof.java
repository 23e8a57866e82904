package io.tola.audit.api;

import java.util.List;

/**
 * Shows that an entry is in the log that a checkpoint speaks of.
 *
 * @param leaf the entry's place, from 0
 * @param size of the tree that the hashes lead to
 * @param hashes RFC 6962 audit path, lowest first, hex
 * @param checkpoint of that size
 */
public record InclusionProof(
    AuditRecord entry, long leaf, long size, List<String> hashes, Checkpoint checkpoint) {}
