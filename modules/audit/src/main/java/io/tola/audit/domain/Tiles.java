package io.tola.audit.domain;

import java.util.HashMap;
import java.util.Map;

/** Nodes of the tree from its tiles, each read once. Used by one thread, for one answer. */
public final class Tiles implements TreeNodes {

  /** Reads a tile as it is stored. */
  @FunctionalInterface
  public interface Source {
    /** The tile, or null when there is none. */
    Tile read(int level, long index);
  }

  private record Place(int level, long index) {}

  private final Source source;
  private final Map<Place, Tile> read = new HashMap<>();

  public Tiles(Source source) {
    this.source = source;
  }

  @Override
  public Hash node(int level, long index) {
    int inTile = level % Tile.HEIGHT;
    long first = index << inTile;
    int place = (int) (first % Tile.WIDTH);
    int count = 1 << inTile;
    Tile tile = tile(level / Tile.HEIGHT, first / Tile.WIDTH);
    if (tile == null || tile.width() < place + count) {
      throw new BrokenTree(
          "tile " + first / Tile.WIDTH + " of level " + level / Tile.HEIGHT + " lacks hashes");
    }
    return tile.root(place, count);
  }

  private Tile tile(int level, long index) {
    return read.computeIfAbsent(new Place(level, index), p -> source.read(level, index));
  }
}
