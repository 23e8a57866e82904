package io.tola.audit.api;

import java.time.Instant;
import java.util.List;

/**
 * What a check of the whole trail found.
 *
 * @param intact true when nothing was found wrong
 * @param entries entries read and hashed
 * @param blocks blocks read and linked
 * @param chains hash chains walked
 * @param leaves of the Merkle tree that were compared; 0 when only a part of the trail was verified
 * @param checkpoints kept outside of the database that were compared
 * @param breaks what is wrong, at most 100
 */
public record Verification(
    boolean intact,
    long entries,
    long blocks,
    int chains,
    long leaves,
    int checkpoints,
    List<Break> breaks,
    Instant startedAt,
    long durationMillis) {

  /**
   * One place where the trail is not what was written.
   *
   * @param chain the chain, or -1 when the tree over all chains is concerned
   * @param entryId the entry, or null when a whole block is concerned
   * @param what in words: changed entry, missing entry, missing block, broken link, wrong head
   */
  public record Break(int chain, long block, String entryId, String what) {}
}
