package io.tola.verifier;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipException;

/**
 * Reads an export from its first line to its last, grows the Merkle tree over it, and compares: each
 * entry with its hash, the tree with the signed root, and with every checkpoint that is given. Constant
 * memory. Used once.
 */
public final class ExportCheck {

  private static final String FORMAT = "tola-audit-export/1";
  private static final String DROPPED = "audit_bodies_dropped";

  /** By which the clocks of the platform's nodes may differ. */
  private static final Duration CLOCKS = Duration.ofSeconds(10);

  /** What the platform keeps at least, five years, whatever it says itself. */
  static final int LEAST_DAYS = 1825;

  private final List<LogKey> keys;
  private final CheckpointList checkpoints;
  private final Duration least;
  private final Verdict verdict;
  private final Sha256 sha = new Sha256();
  private final GrowingTree tree = new GrowingTree();

  private Checkpoint signed;
  private long from;
  private long to;
  private long size;
  private long droppedBelow;
  private Instant droppedAt;
  private long entries;
  private int compared;
  private Checkpoint lastFitting;
  private Checkpoint shows;
  private boolean rootFault;

  /**
   * @param least how old entries must be that were dropped
   */
  ExportCheck(List<LogKey> keys, CheckpointList checkpoints, Duration least, Verdict verdict) {
    this.keys = keys;
    this.checkpoints = checkpoints;
    this.least = least;
    this.verdict = verdict;
  }

  /**
   * Checks an export.
   *
   * @param keys the log's public keys, {@code name+id+base64}
   * @param checkpoints what a file of kept checkpoints holds; may be empty
   * @throws IllegalArgumentException when a key is none
   */
  public static Verdict check(BufferedReader lines, List<String> keys, String checkpoints)
      throws IOException {
    Verdict verdict = new Verdict();
    List<LogKey> parsed = keys.stream().map(LogKey::parse).toList();
    CheckpointList kept = CheckpointList.read(checkpoints, parsed, verdict);
    new ExportCheck(parsed, kept, Duration.ofDays(LEAST_DAYS), verdict).run(lines);
    return verdict;
  }

  /** Everything; what is wrong is in the verdict. */
  void run(BufferedReader lines) throws IOException {
    long number = 1;
    try {
      String first = lines.readLine();
      if (first == null) {
        throw new Refused("truncated: the export is empty");
      }
      head(first);
      boolean ended = false;
      compare();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        if (ended) {
          throw new Refused("there is more behind the export's end");
        }
        ended = line(line);
      }
      if (!ended) {
        throw new Refused(
            "truncated: the export ends behind leaf "
                + (tree.size() - 1)
                + " of "
                + size
                + ", without its last line");
      }
      end();
    } catch (Refused e) {
      verdict.fault("line " + number + ": " + e.getMessage());
    } catch (EOFException e) {
      verdict.fault("truncated: the compressed file ends in the middle, behind line " + number);
    } catch (CharacterCodingException | ZipException e) {
      verdict.fault("damaged: what follows line " + number + " is not readable");
    }
  }

  private void head(String line) throws Refused {
    JsonLine head;
    try {
      head = JsonLine.parse(line, Set.of());
      if (!head.text("type").equals("head") || !head.text("format").equals(FORMAT)) {
        throw new Refused("its first line is of another kind");
      }
    } catch (Refused e) {
      throw new Refused("foreign: not an audit export (" + e.getMessage() + ")");
    }
    try {
      signed = Checkpoint.open(head.text("checkpoint"), keys);
    } catch (Refused e) {
      throw new Refused("the export's checkpoint: " + e.getMessage());
    }
    from = head.number("from");
    to = head.number("to");
    size = head.number("size");
    droppedBelow = head.number("dropped_below");
    if (!head.text("origin").equals(signed.origin()) || size != signed.size()) {
      throw new Refused(
          "the head says "
              + size
              + " entries of \""
              + head.text("origin")
              + "\", its checkpoint says "
              + signed.size()
              + " of \""
              + signed.origin()
              + "\"");
    }
    if (from < 0 || from > to || to > size || droppedBelow < 0 || droppedBelow > size) {
      throw new Refused("the head contradicts itself");
    }
  }

  /** Whether it is the last. */
  private boolean line(String text) throws Refused {
    JsonLine line;
    try {
      line = JsonLine.parse(text, Set.of());
    } catch (Refused e) {
      throw new Refused(
          "truncated or damaged behind leaf " + (tree.size() - 1) + ": " + e.getMessage());
    }
    String type = line.text("type");
    if (type.equals("end")) {
      if (tree.size() != size || line.number("size") != size) {
        throw new Refused(
            "the export ends behind leaf " + (tree.size() - 1) + ", it should have " + size);
      }
      return true;
    }
    long leaf = line.number("leaf");
    if (type.equals("stopped")) {
      throw new Refused(
          "the platform broke the export off behind leaf "
              + (tree.size() - 1)
              + ", because old entries were dropped meanwhile: ask for it again");
    }
    if (leaf != tree.size()) {
      throw new Refused(
          leaf > tree.size()
              ? "leaves " + tree.size() + " to " + (leaf - 1) + " are left out"
              : "leaf "
                  + leaf
                  + " stands where leaf "
                  + tree.size()
                  + " should: added or reordered");
    }
    switch (type) {
      case "entry" -> entry(line, leaf);
      case "subtree" -> subtree(line, leaf);
      case "missing" -> {
        verdict.fault("leaf " + leaf + ": the entry is gone from the log, only its hash is left");
        tree.add(line.hash("hash"));
      }
      default -> throw new Refused("a line of unknown type " + type);
    }
    compare();
    return false;
  }

  private void entry(JsonLine line, long leaf) throws Refused {
    if (leaf < from || leaf >= to || leaf < droppedBelow) {
      verdict.fault("leaf " + leaf + ": an entry outside of what the head says");
    }
    byte[] hash = sha.leaf(LeafData.of(line, line.number("at")));
    if (!Arrays.equals(hash, line.hash("hash"))) {
      verdict.fault(
          "leaf "
              + leaf
              + ", entry "
              + line.text("id")
              + ": changed, its fields don't give its hash");
    }
    if (line.text("action").equals(DROPPED)
        && line.text("entity_id").equals(Long.toString(droppedBelow))) {
      Instant at = Instant.EPOCH.plus(line.number("at"), ChronoUnit.MICROS);
      droppedAt = droppedAt == null || at.isBefore(droppedAt) ? at : droppedAt;
      verdict.remark(
          "entries before leaf "
              + droppedBelow
              + " were dropped; leaf "
              + leaf
              + " records it: "
              + line.text("detail"));
    }
    entries++;
    // The hash of what stands here, not the one that stands beside it.
    tree.add(hash);
  }

  private void subtree(JsonLine line, long leaf) throws Refused {
    long leaves = line.number("leaves");
    boolean before = leaf + leaves <= Math.min(to, Math.max(from, droppedBelow));
    if (!before && leaf < to) {
      verdict.fault(
          "leaves "
              + leaf
              + " to "
              + (leaf + leaves - 1)
              + ": only their hash is there, their entries should be");
    }
    if (leaves > size - leaf) {
      throw new Refused("a subtree that reaches beyond the log's " + size + " entries");
    }
    try {
      tree.add(leaves, line.hash("hash"));
    } catch (IllegalArgumentException e) {
      throw new Refused(e.getMessage());
    }
  }

  private void compare() {
    Checkpoint checkpoint = checkpoints.ofSize(tree.size());
    if (checkpoint == null) {
      return;
    }
    compared++;
    if (Arrays.equals(checkpoint.root(), tree.root())) {
      lastFitting = checkpoint;
      if (tree.size() >= droppedBelow
          && checkpoint.at() != null
          && (shows == null || checkpoint.at().isBefore(shows.at()))) {
        shows = checkpoint;
      }
    } else if (!rootFault) {
      rootFault = true;
      verdict.fault(
          "the first "
              + tree.size()
              + " entries are not those of the checkpoint with "
              + checkpoint.words()
              + ": something was changed, added or removed "
              + since());
    }
  }

  private String since() {
    return lastFitting == null
        ? "in them"
        : "behind leaf "
            + (lastFitting.size() - 1)
            + " (the checkpoint with "
            + lastFitting.words()
            + " still fits)";
  }

  /**
   * What was dropped must be recorded, and must have been old enough. What the platform writes says
   * nothing about that: a checkpoint does that was kept elsewhere at that time.
   */
  private void dropped() {
    String what = "the entries before leaf " + droppedBelow + " are gone";
    if (droppedAt == null && to < size) {
      verdict.remark(what + ", and no entry of this part records that they were dropped");
    } else if (droppedAt == null) {
      verdict.fault(what + ", and no entry records that they were dropped");
    } else if (signed.at() != null && droppedAt.minus(CLOCKS).isAfter(signed.at())) {
      verdict.fault(
          what + "; the entry that records it says " + droppedAt + ", after the log was signed");
      return;
    }
    Instant at = droppedAt == null ? signed.at() : droppedAt;
    if (to < size && shows == null) {
      // It may lie behind this part, where there is nothing to compare it with.
      shows = checkpoints.earliestOf(droppedBelow);
    }
    if (at == null || shows == null || shows.at().isAfter(at.minus(least))) {
      verdict.fault(
          what
              + "; no kept checkpoint shows that they were "
              + least.toDays()
              + " days old when they were dropped"
              + (checkpoints.count() == 0
                  ? ": give the kept checkpoints"
                  : shows == null ? "" : ", the first with all of them has " + shows.words()));
    } else {
      verdict.remark(what + "; the kept checkpoint with " + shows.words() + " shows their age");
    }
  }

  private void end() {
    if (!rootFault && !Arrays.equals(tree.root(), signed.root())) {
      verdict.fault(
          "the entries don't give the root that was signed: something was changed, added or removed "
              + since());
    }
    if (droppedBelow > from && from < to) {
      dropped();
    }
    for (Checkpoint later : checkpoints.largerThan(size)) {
      if (later.at() == null || signed.at() == null || !later.at().isAfter(signed.at())) {
        verdict.fault(
            "a checkpoint has "
                + later.words()
                + ", the export has only "
                + size
                + ": the log was cut, or the export is older");
      }
    }
    verdict.remark(
        entries
            + " entries, leaves "
            + from
            + " to "
            + (to - 1)
            + " of "
            + signed.words()
            + "; "
            + compared
            + " of "
            + checkpoints.count()
            + " kept checkpoints compared");
  }
}
