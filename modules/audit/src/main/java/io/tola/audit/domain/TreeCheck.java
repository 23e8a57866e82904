package io.tola.audit.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Walks the log's tree from its first leaf to its last: compares the leaves with the blocks' Merkle
 * roots, every stored hash above them, the root, and checkpoints that were kept outside of the
 * database. It doesn't read entries: {@link TrailCheck} compares those with the same roots, and so
 * what was dropped is checked as well as what is there.
 *
 * <p>Reads everything once and in order, in constant memory. Used by one thread, once.
 */
public final class TreeCheck {

  /** What an entry's action says that records a drop; its entity id is the leaf it ends before. */
  public static final String DROPPED = "audit_bodies_dropped";

  /** Of findings that concern no chain. */
  private static final int NO_CHAIN = -1;

  /** By which the nodes' clocks may differ. */
  private static final Duration CLOCKS = Duration.ofSeconds(10);

  /** What is reported when there is nothing to check. */
  public static final Report NO_TREE =
      new Report(
          0,
          List.of(
              new Finding(
                  NO_CHAIN, 0, null, Finding.Kind.WRONG_TREE, "the tree's size and root are gone")),
          1);

  private final Tree tree;
  private final Map<Integer, Long> heights = new HashMap<>();
  private final TreeMap<Long, List<Checkpoint>> checkpoints = new TreeMap<>();
  private final TreeMap<Long, List<Checkpoint>> earlier = new TreeMap<>();
  private final Map<Integer, Long> lastBlocks = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private long findingsTotal;
  private long tilesCompared;
  private Instant lastDropped;

  /** When somebody outside of the database knew all that was dropped, at the latest. */
  private Instant shown;

  /**
   * @param tree as it is stored
   * @param heads where each chain ends
   * @param kept what was signed and kept outside of the database
   */
  public TreeCheck(Tree tree, List<ChainHead> heads, Kept kept) {
    this.tree = tree;
    heads.forEach(head -> heights.put(head.chain(), head.height()));
    kept.checkpoints().forEach(c -> at(checkpoints, c.size()).add(c));
    kept.earlier().forEach(c -> at(earlier, c.size()).add(c));
    otherLogs(kept);
  }

  private static List<Checkpoint> at(TreeMap<Long, List<Checkpoint>> checkpoints, long size) {
    return checkpoints.computeIfAbsent(size, s -> new ArrayList<>(1));
  }

  /** A log that was made anew from other entries can have another id, and would fit everything. */
  private void otherLogs(Kept kept) {
    List<Checkpoint> others =
        kept.checkpoints().stream().filter(c -> !c.origin().endsWith("/" + tree.log())).toList();
    if (others.isEmpty() && kept.log() != null && !kept.log().endsWith("/" + tree.log())) {
      find(
          NO_CHAIN,
          0,
          Finding.Kind.WRONG_CHECKPOINT,
          "the database says that it is the log "
              + tree.log()
              + ", this node's key signs for "
              + kept.log());
    } else if (!others.isEmpty()) {
      find(
          NO_CHAIN,
          0,
          Finding.Kind.WRONG_CHECKPOINT,
          "the database says that it is the log "
              + tree.log()
              + ", "
              + others.size()
              + " kept checkpoints are of "
              + others.get(0).origin());
    }
  }

  /** What was found; counted beyond {@link TrailCheck#MAX_FINDINGS}. */
  public record Report(long leaves, List<Finding> findings, long findingsTotal) {}

  /**
   * Checks everything.
   *
   * @param runs by first leaf
   * @param blocks the runs' blocks in the same order
   * @param leafTiles the tiles of level 0 in order
   * @param above reads a tile of a higher level
   * @param tilesAbove how many tiles of higher levels there are
   */
  public Report run(
      Iterator<Run> runs,
      Iterator<StoredBlock> blocks,
      Iterator<Tile> leafTiles,
      Tiles.Source above,
      long tilesAbove) {
    TileWriter grown = new TileWriter();
    MerkleTree roots = new MerkleTree();
    Leaves leaves = new Leaves(leafTiles);
    compareCheckpoints(0, LogTree.EMPTY);
    StoredBlock block = blocks.hasNext() ? blocks.next() : null;
    long at = 0;
    while (runs.hasNext()) {
      Run run = runs.next();
      if (run.firstLeaf() != at) {
        find(
            run.chain(),
            run.firstBlock(),
            Finding.Kind.WRONG_ORDER,
            "leaf " + at + " should come next, the run begins with leaf " + run.firstLeaf());
        // Without knowing what the leaves are, everything that follows would be said to be wrong.
        return report(at);
      }
      long expected = lastBlocks.getOrDefault(run.chain(), 0L) + 1;
      if (run.firstBlock() != expected) {
        find(
            run.chain(),
            run.firstBlock(),
            Finding.Kind.WRONG_ORDER,
            "block " + expected + " of the chain should be the next in the tree");
      }
      lastBlocks.put(run.chain(), run.lastBlock());
      long end = at + run.leaves();
      while (block != null
          && block.block().chain() == run.chain()
          && block.block().number() >= run.firstBlock()
          && block.block().number() <= run.lastBlock()) {
        int entries = block.block().entries();
        if (entries > end - at) {
          break;
        }
        MerkleTree own = new MerkleTree();
        for (int i = 0; i < entries; i++, at++) {
          Hash leaf = leaves.next();
          if (leaf == null) {
            find(
                NO_CHAIN,
                0,
                Finding.Kind.WRONG_TREE,
                "the tiles end before leaf " + at + " of " + tree.size());
            return report(at);
          }
          own.add(leaf);
          grown.add(leaf);
          roots.add(leaf);
          if (checkpoints.containsKey(roots.size()) || earlier.containsKey(roots.size())) {
            compareCheckpoints(roots.size(), roots.root());
          }
        }
        if (!own.root().equals(block.block().root())) {
          find(
              run.chain(),
              block.block().number(),
              Finding.Kind.WRONG_LEAF,
              "the tree's leaves "
                  + (at - entries)
                  + " to "
                  + (at - 1)
                  + " are not the entries of block "
                  + block.block().number());
        }
        if (at <= tree.droppedBelow()
            && (lastDropped == null || block.block().closedAt().isAfter(lastDropped))) {
          lastDropped = block.block().closedAt();
        }
        block = blocks.hasNext() ? blocks.next() : null;
      }
      if (at != end) {
        find(
            run.chain(),
            run.firstBlock(),
            Finding.Kind.WRONG_ORDER,
            "blocks "
                + run.firstBlock()
                + " to "
                + run.lastBlock()
                + " don't have "
                + run.leaves()
                + " entries");
        return report(at);
      }
      compareTiles(grown.finished(), above);
    }
    compareTiles(grown.unfinished(true), above);
    if (block != null) {
      find(
          block.block().chain(),
          block.block().number(),
          Finding.Kind.WRONG_ORDER,
          "a run names this block, its entries are not in the tree");
    }
    if (leaves.more() || tilesCompared != tilesAbove) {
      find(
          NO_CHAIN,
          0,
          Finding.Kind.WRONG_TREE,
          "there are hashes behind the last of " + at + " leaves");
    }
    if (at != tree.size()) {
      find(
          NO_CHAIN,
          0,
          Finding.Kind.WRONG_TREE,
          "the tree's size is " + tree.size() + ", it has " + at + " leaves");
    } else if (!grown.root().equals(tree.root())) {
      find(NO_CHAIN, 0, Finding.Kind.WRONG_TREE, "the tree's root doesn't follow from its leaves");
    }
    lastBlocks.forEach(
        (chain, last) -> {
          if (last > heights.getOrDefault(chain, 0L)) {
            find(
                chain,
                last,
                Finding.Kind.WRONG_ORDER,
                "block " + last + " is in the tree, the chain's head names an earlier one");
          }
        });
    for (var later : checkpoints.tailMap(at, false).values()) {
      for (Checkpoint checkpoint : later) {
        find(
            NO_CHAIN,
            0,
            Finding.Kind.WRONG_CHECKPOINT,
            "the checkpoint of "
                + checkpoint.at()
                + " has "
                + checkpoint.size()
                + " leaves, the tree has "
                + at);
      }
    }
    return report(at);
  }

  /**
   * Compares what was dropped with the entries that say so, and with the checkpoints: whoever can
   * delete entries can also write that they were old, but can't have had them signed in time.
   *
   * @param drops all entries with the action {@link #DROPPED}
   * @param atLeast how old an entry must be that is dropped
   * @param now by this node's clock, not the database's
   */
  public Report dropped(List<Entry> drops, Duration atLeast, Instant now, Report soFar) {
    if (tree.droppedBelow() > 0) {
      String fault =
          drops.stream()
              .filter(e -> e.entityId().equals(Long.toString(tree.droppedBelow())))
              .min(Comparator.comparing(Entry::at))
              .map(drop -> dropFault(drop.at(), atLeast, now))
              .orElse(", and no entry says that they were dropped");
      if (!fault.isEmpty()) {
        find(
            NO_CHAIN,
            0,
            Finding.Kind.UNRECORDED_DROP,
            "the entries before leaf " + tree.droppedBelow() + " are gone" + fault);
      }
    }
    return report(soFar.leaves());
  }

  private String dropFault(Instant at, Duration atLeast, Instant now) {
    if (at.minus(CLOCKS).isAfter(now)) {
      return "; the entry that says so is of a time to come, " + at;
    }
    Instant before = at.minus(atLeast);
    if (lastDropped != null && lastDropped.isAfter(before)) {
      return "; those of " + lastDropped + " were dropped too early, at " + at;
    }
    if (shown == null || shown.isAfter(before)) {
      return "; no checkpoint kept outside of the database shows that they were "
          + atLeast.toDays()
          + " days old when they were dropped, at "
          + at;
    }
    return "";
  }

  private void compareCheckpoints(long size, Hash root) {
    for (Checkpoint checkpoint : checkpoints.getOrDefault(size, List.of())) {
      if (checkpoint.root().equals(root)) {
        fits(checkpoint);
      } else {
        find(
            NO_CHAIN,
            0,
            Finding.Kind.WRONG_CHECKPOINT,
            "the checkpoint of "
                + checkpoint.at()
                + " has another root over the first "
                + size
                + " leaves than the tree");
      }
    }
    for (Checkpoint checkpoint : earlier.getOrDefault(size, List.of())) {
      if (checkpoint.root().equals(root)) {
        fits(checkpoint);
      }
    }
  }

  private void fits(Checkpoint checkpoint) {
    if (checkpoint.size() >= tree.droppedBelow()
        && (shown == null || checkpoint.at().isBefore(shown))) {
      shown = checkpoint.at();
    }
  }

  private void compareTiles(List<Tile> grown, Tiles.Source above) {
    for (Tile tile : grown) {
      if (tile.level() == 0) {
        continue; // it is what the tree was grown from
      }
      tilesCompared++;
      Tile stored = above.read(tile.level(), tile.index());
      if (stored == null || !Arrays.equals(stored.hashes(), tile.hashes())) {
        find(
            NO_CHAIN,
            0,
            Finding.Kind.WRONG_TREE,
            "tile "
                + tile.index()
                + " of level "
                + tile.level()
                + " doesn't follow from the leaves");
      }
    }
  }

  private void find(int chain, long block, Finding.Kind kind, String detail) {
    findingsTotal++;
    if (findings.size() < TrailCheck.MAX_FINDINGS) {
      findings.add(new Finding(chain, block, null, kind, detail));
    }
  }

  private Report report(long leaves) {
    return new Report(leaves, List.copyOf(findings), findingsTotal);
  }

  /** The leaves' hashes, one after the other; stops at a tile that isn't where it belongs. */
  private static final class Leaves {
    private final Iterator<Tile> tiles;
    private Tile tile;
    private long index = -1;
    private int place;

    Leaves(Iterator<Tile> tiles) {
      this.tiles = tiles;
    }

    boolean more() {
      if (tile == null || place >= tile.width()) {
        boolean full = tile == null ? index == -1 : tile.width() == Tile.WIDTH;
        Tile next = tiles.hasNext() ? tiles.next() : null;
        if (next == null || !full || next.index() != index + 1) {
          return next != null;
        }
        tile = next;
        index++;
        place = 0;
      }
      return true;
    }

    Hash next() {
      if (!more() || tile == null || place >= tile.width()) {
        return null;
      }
      return tile.hash(place++);
    }
  }
}
