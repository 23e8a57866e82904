package io.tola.verifier;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Checks the answers of {@code GET /audit/proof/{id}} and {@code GET /audit/proof?from&to}. */
public final class ProofCheck {

  private ProofCheck() {}

  /**
   * Checks an answer as it was received.
   *
   * @param keys the log's public keys, {@code name+id+base64}
   * @throws IllegalArgumentException when a key is none
   */
  public static Verdict check(String text, List<String> keys) {
    Verdict verdict = new Verdict();
    run(text, keys.stream().map(LogKey::parse).toList(), verdict);
    return verdict;
  }

  /** What is wrong with a proof is in the verdict. */
  static void run(String text, List<LogKey> keys, Verdict verdict) {
    try {
      JsonLine proof = JsonLine.parse(text, Set.of("entry", "checkpoint"));
      Checkpoint signed;
      try {
        signed = Checkpoint.open(proof.object("checkpoint").text("note"), keys);
      } catch (Refused e) {
        throw new Refused("the proof's checkpoint: " + e.getMessage());
      }
      if (proof.has("entry")) {
        inclusion(proof, signed, verdict);
      } else {
        consistency(proof, signed, verdict);
      }
    } catch (Refused e) {
      verdict.fault(e.getMessage());
    }
  }

  private static void inclusion(JsonLine proof, Checkpoint signed, Verdict verdict) throws Refused {
    JsonLine entry = proof.object("entry");
    byte[] hash = new Sha256().leaf(LeafData.of(entry, micros(entry.text("at"))));
    if (!Arrays.equals(hash, entry.hash("hash"))) {
      throw new Refused(
          "the entry's fields don't give its hash: it was changed, or the answer was formatted anew");
    }
    long leaf = proof.number("leaf");
    byte[] root = Proofs.inclusionRoot(leaf, proof.number("size"), hash, proof.hashes("hashes"));
    if (root == null || proof.number("size") != signed.size()) {
      throw new Refused("the proof doesn't fit its leaf and size");
    }
    if (!Arrays.equals(root, signed.root())) {
      throw new Refused("the proof doesn't lead to the root that was signed");
    }
    verdict.remark("entry " + entry.text("id") + " is leaf " + leaf + " of " + signed.words());
  }

  private static void consistency(JsonLine proof, Checkpoint signed, Verdict verdict)
      throws Refused {
    long from = proof.number("from");
    long to = proof.number("to");
    if (!Proofs.consistent(
        from, proof.hash("from_root"), to, proof.hash("to_root"), proof.hashes("hashes"))) {
      throw new Refused("the log of " + to + " entries doesn't continue the one of " + from);
    }
    if (to != signed.size()) {
      throw new Refused(
          "the proof ends with " + to + " entries, its checkpoint has " + signed.size());
    }
    if (!Arrays.equals(proof.hash("to_root"), signed.root())) {
      throw new Refused("the proof doesn't lead to the root that was signed");
    }
    verdict.remark(
        "the log of "
            + signed.words()
            + " begins with the "
            + from
            + " whose root is "
            + proof.text("from_root"));
  }

  private static long micros(String time) throws Refused {
    try {
      Instant at = OffsetDateTime.parse(time).toInstant();
      return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
    } catch (DateTimeException e) {
      throw new Refused("the entry's time is none");
    }
  }
}
