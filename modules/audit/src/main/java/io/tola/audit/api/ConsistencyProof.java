package io.tola.audit.api;

import java.util.List;

/**
 * Shows that the log of one size begins with the log of a smaller one.
 *
 * @param from the smaller size, from 1
 * @param fromRoot root at that size, hex
 * @param to the larger size
 * @param toRoot root at that size, hex
 * @param hashes RFC 6962 consistency proof, hex
 * @param checkpoint the newest one; its size is at least {@code to}
 */
public record ConsistencyProof(
    long from,
    String fromRoot,
    long to,
    String toRoot,
    List<String> hashes,
    Checkpoint checkpoint) {}
