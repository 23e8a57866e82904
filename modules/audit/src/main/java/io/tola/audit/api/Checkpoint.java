package io.tola.audit.api;

import java.time.Instant;

/**
 * The log's signed word on how many entries it has and what they are.
 *
 * @param origin the log's name
 * @param size how many entries are in the tree
 * @param root RFC 6962 root over them, hex
 * @param note the signed text: a checkpoint of C2SP's tlog-checkpoint, to be kept outside of the
 *     platform
 * @param publicKey the key that signed it, as verifiers of notes take it
 */
public record Checkpoint(
    String origin, long size, String root, Instant at, String note, String publicKey) {}
