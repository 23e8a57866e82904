package io.tola.audit.domain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Grows the tree at its right edge and gives the tiles that changed. Holds one unfinished tile for
 * each level. Not thread-safe.
 */
public final class TileWriter {

  /** The unfinished tile of one level. */
  private static final class Edge {
    private final byte[] hashes = new byte[Tile.WIDTH * Hash.LENGTH];
    private int width;
    private long index;
    private boolean changed;
  }

  private final List<Edge> edges = new ArrayList<>();
  private final List<Tile> finished = new ArrayList<>();
  private long size;

  /** An empty tree's. */
  public TileWriter() {}

  /**
   * A tree's that has leaves already.
   *
   * @param tiles where its unfinished tiles are read
   * @throws BrokenTree when one of them isn't as wide as the size says
   */
  public TileWriter(long size, Tiles.Source tiles) {
    this.size = size;
    int level = 0;
    for (long hashes = size; hashes > 0; hashes >>= Tile.HEIGHT, level++) {
      Edge edge = edge(level);
      edge.index = hashes / Tile.WIDTH;
      edge.width = (int) (hashes % Tile.WIDTH);
      if (edge.width > 0) {
        Tile tile = tiles.read(level, edge.index);
        if (tile == null || tile.width() != edge.width) {
          throw new BrokenTree(
              "tile "
                  + edge.index
                  + " of level "
                  + level
                  + " should hold "
                  + edge.width
                  + " hashes and holds "
                  + (tile == null ? 0 : tile.width()));
        }
        System.arraycopy(tile.hashes(), 0, edge.hashes, 0, tile.hashes().length);
      }
    }
  }

  /** Adds the next leaf. */
  public void add(Hash leaf) {
    add(0, leaf);
    size++;
  }

  private void add(int level, Hash hash) {
    Edge edge = edge(level);
    System.arraycopy(hash.bytes(), 0, edge.hashes, edge.width * Hash.LENGTH, Hash.LENGTH);
    edge.width++;
    edge.changed = true;
    if (edge.width == Tile.WIDTH) {
      Tile tile = new Tile(level, edge.index, edge.hashes.clone());
      finished.add(tile);
      edge.width = 0;
      edge.index++;
      edge.changed = false;
      add(level + 1, tile.root(0, Tile.WIDTH));
    }
  }

  private Edge edge(int level) {
    while (edges.size() <= level) {
      edges.add(new Edge());
    }
    return edges.get(level);
  }

  public long size() {
    return size;
  }

  /** Tiles finished since this was last asked. */
  public List<Tile> finished() {
    List<Tile> tiles = List.copyOf(finished);
    finished.clear();
    return tiles;
  }

  /** The unfinished tiles that hold anything; only those that grew, or all of them. */
  public List<Tile> unfinished(boolean all) {
    List<Tile> tiles = new ArrayList<>();
    for (int level = 0; level < edges.size(); level++) {
      Edge edge = edges.get(level);
      if (edge.width > 0 && (all || edge.changed)) {
        tiles.add(
            new Tile(level, edge.index, Arrays.copyOf(edge.hashes, edge.width * Hash.LENGTH)));
      }
    }
    return tiles;
  }

  /** The root over all leaves so far. */
  public Hash root() {
    Hash root = null;
    for (Tile tile : unfinished(true)) {
      int end = tile.width();
      while (end > 0) {
        int count = Integer.lowestOneBit(end);
        end -= count;
        Hash peak = tile.root(end, count);
        root = root == null ? peak : Hash.node(peak, root);
      }
    }
    return root == null ? LogTree.EMPTY : root;
  }
}
