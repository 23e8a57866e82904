package io.tola.audit.domain;

import java.util.UUID;

/**
 * One place where the trail is not what was written.
 *
 * @param chain the chain, or -1 when the tree over all chains is concerned
 * @param block number of the block
 * @param entryId the entry, or null when a whole block or chain is concerned
 * @param kind what is wrong
 * @param detail the same in figures
 */
public record Finding(int chain, long block, UUID entryId, Kind kind, String detail) {

  /** What can be wrong. Each tampering is named once, not again by what follows from it. */
  public enum Kind {
    /** Fields and hash of an entry don't fit. */
    CHANGED_ENTRY("changed entry"),
    /** An entry's place within its block is empty. */
    MISSING_ENTRY("missing entry"),
    /** An entry stands where its block has none. */
    FOREIGN_ENTRY("foreign entry"),
    /**
     * All entries are there and fit their hashes, but not the block's Merkle root: they were
     * reordered, or replaced together with their hashes.
     */
    WRONG_ROOT("wrong root"),
    /** Fields and hash of a block don't fit. */
    CHANGED_BLOCK("changed block"),
    /** A number in the chain is empty. */
    MISSING_BLOCK("missing block"),
    /** A block fits its hash, but doesn't continue the block before it. */
    BROKEN_LINK("broken link"),
    /** The chain doesn't end where its head says: blocks are gone or added, or the head was moved. */
    WRONG_HEAD("wrong head"),
    /** A chain's head is gone. */
    MISSING_CHAIN("missing chain"),
    /** The log's tree has another hash in an entry's place than the entry's block. */
    WRONG_LEAF("wrong leaf"),
    /** What says which entries are which leaves doesn't fit the blocks. */
    WRONG_ORDER("wrong order"),
    /** The tree's stored hashes, size or root don't follow from its leaves. */
    WRONG_TREE("wrong tree"),
    /** A checkpoint that was written outside of the database says otherwise, or is another log's. */
    WRONG_CHECKPOINT("wrong checkpoint"),
    /**
     * Bodies are gone and no entry says that they were dropped, or they were dropped too early, or no
     * checkpoint from outside of the database shows that they were old.
     */
    UNRECORDED_DROP("unrecorded drop");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    public String words() {
      return words;
    }
  }

  /** Kind and detail in words. */
  public String what() {
    return kind.words() + ": " + detail;
  }
}
