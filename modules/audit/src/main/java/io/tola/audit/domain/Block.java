package io.tola.audit.domain;

import io.tola.kernel.json.CanonicalJson;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * One link of a chain: the entries of one transaction.
 *
 * @param chain which chain, from 0
 * @param number place in the chain, from 1 without gaps
 * @param previous hash of the block before, {@link Hash#NONE} for the first
 * @param root root of the Merkle tree over the entries
 * @param entries how many, at least one
 * @param closedAt when it was written, microseconds
 */
public record Block(
    int chain, long number, Hash previous, Hash root, int entries, Instant closedAt) {

  /** The block's hash: SHA-256 of 0x02 and the canonical JSON of all fields. */
  public Hash hash() {
    String text =
        CanonicalJson.write(
            Map.of(
                "block",
                number,
                "chain",
                chain,
                "closed_at",
                Micros.of(closedAt),
                "entries",
                entries,
                "merkle_root",
                root.hex(),
                "prev_hash",
                previous.hex()));
    return Hash.of(Hash.BLOCK, text.getBytes(StandardCharsets.UTF_8));
  }
}
