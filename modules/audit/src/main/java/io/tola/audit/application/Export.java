package io.tola.audit.application;

import io.tola.audit.domain.BrokenTree;
import io.tola.audit.domain.Entry;
import io.tola.audit.domain.LogTree;
import io.tola.audit.domain.Micros;
import io.tola.audit.store.TreeStore;
import io.tola.kernel.json.CanonicalJson;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The lines of an export: a head, then in the order of the leaves either entries or, for what isn't
 * asked for or was dropped, hashes of whole subtrees; together they are the whole tree. At the end a
 * line that says so, or that retention ran meanwhile. Read in pieces, each a query of its own. Used by one thread, once.
 */
final class Export implements Iterator<String> {

  static final String FORMAT = "tola-audit-export/1";

  private static final int PIECE = 2_000;

  private final TreeStore store;
  private final long size;
  private final long end;
  private final long droppedBelow;
  private final Deque<String> lines = new ArrayDeque<>();
  private long at;
  private boolean finished;

  Export(TreeStore store, Checkpoints.Signed signed, long droppedBelow, long from, long end)
      throws SQLException {
    this.store = store;
    this.size = signed.checkpoint().size();
    this.end = end;
    this.droppedBelow = droppedBelow;
    this.at = Math.min(end, Math.max(from, droppedBelow));
    lines.add(
        CanonicalJson.write(
            Map.of(
                "type", "head",
                "format", FORMAT,
                "origin", signed.checkpoint().origin(),
                "from", from,
                "to", end,
                "size", size,
                "dropped_below", droppedBelow,
                "checkpoint", signed.note())));
    subtrees(0, at);
  }

  @Override
  public boolean hasNext() {
    return !lines.isEmpty() || !finished;
  }

  @Override
  public String next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      while (lines.isEmpty()) {
        read();
      }
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit log", e);
    } catch (BrokenTree e) {
      throw new AuditFault("the audit tree is damaged", e);
    }
    return lines.poll();
  }

  private void read() throws SQLException {
    if (at < end) {
      long to = Math.min(end, at + PIECE);
      List<TreeStore.Leaf> leaves = store.leaves(at, to);
      if (leaves.size() < to - at && droppedMeanwhile(leaves)) {
        return;
      }
      for (TreeStore.Leaf leaf : leaves) {
        missing(at, leaf.leaf());
        lines.add(line(leaf));
        at = leaf.leaf() + 1;
      }
      missing(at, to);
      at = to;
      return;
    }
    subtrees(end, size);
    lines.add(CanonicalJson.write(Map.of("type", "end", "size", size)));
    finished = true;
  }

  /**
   * Whether the first that isn't there was dropped since the head was written: what the head says
   * doesn't hold then, and the export ends with a line that says why.
   */
  private boolean droppedMeanwhile(List<TreeStore.Leaf> leaves) throws SQLException {
    long gone = at;
    for (TreeStore.Leaf leaf : leaves) {
      if (leaf.leaf() != gone) {
        break;
      }
      gone++;
    }
    long now = store.tree().droppedBelow();
    if (now == droppedBelow || gone >= now) {
      return false;
    }
    lines.add(
        CanonicalJson.write(
            Map.of(
                "type",
                "stopped",
                "leaf",
                at,
                "why",
                "entries before leaf " + now + " were dropped meanwhile; ask again")));
    finished = true;
    return true;
  }

  private void subtrees(long from, long to) throws SQLException {
    for (LogTree.Subtree subtree : store.read(tree -> tree.cover(from, to))) {
      lines.add(
          CanonicalJson.write(
              Map.of(
                  "type", "subtree",
                  "leaf", subtree.first(),
                  "leaves", subtree.leaves(),
                  "hash", subtree.hash().hex())));
    }
  }

  /** Entries that should be there and aren't: the export shows the hole, the verifier names it. */
  private void missing(long from, long to) throws SQLException {
    for (long leaf = from; leaf < to; leaf++) {
      long gone = leaf;
      lines.add(
          CanonicalJson.write(
              Map.of(
                  "type",
                  "missing",
                  "leaf",
                  leaf,
                  "hash",
                  store.read(tree -> tree.cover(gone, gone + 1)).get(0).hash().hex())));
    }
  }

  private static String line(TreeStore.Leaf leaf) {
    Entry entry = leaf.entry();
    Map<String, Object> fields = new HashMap<>();
    fields.put("type", "entry");
    fields.put("leaf", leaf.leaf());
    fields.put("hash", leaf.hash().hex());
    fields.put("id", entry.id());
    fields.put("at", Micros.of(entry.at()));
    fields.put("actor", entry.actor());
    fields.put("action", entry.action());
    fields.put("entity_type", entry.entityType());
    fields.put("entity_id", entry.entityId());
    fields.put("account_id", entry.accountId());
    fields.put("detail", entry.detail());
    return CanonicalJson.write(fields);
  }
}
