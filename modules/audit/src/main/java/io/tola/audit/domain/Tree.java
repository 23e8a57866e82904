package io.tola.audit.domain;

import java.util.UUID;

/**
 * How far the log's tree has grown.
 *
 * @param log the log's own id, made with its tables
 * @param size leaves
 * @param droppedBelow the bodies of the entries before this leaf were dropped; their hashes weren't
 */
public record Tree(UUID log, long size, Hash root, long droppedBelow) {}
