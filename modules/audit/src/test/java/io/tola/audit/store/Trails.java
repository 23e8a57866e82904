package io.tola.audit.store;

import io.tola.audit.domain.Block;
import io.tola.audit.domain.Entry;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.MerkleTree;
import io.tola.audit.domain.StoredEntry;
import io.tola.schema.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trails for tests, honest ones and rewritten ones. */
public final class Trails {

  private static final Instant NOW = Instant.parse("2026-11-21T05:00:00Z");

  private Trails() {}

  /** One block of so many entries, committed. */
  public static TrailStore.Appended append(TestDatabase database, int entries, Instant at)
      throws SQLException {
    return append(database, TrailStoreTest.entries(entries, at), at);
  }

  /** One block of these entries, committed. */
  public static TrailStore.Appended append(
      TestDatabase database, List<Entry> entries, Instant closedAt) throws SQLException {
    try (var transaction = new OneTransaction(database.appDataSource())) {
      var appended = OneBlock.append(transaction.dataSource(), entries, closedAt, null);
      transaction.commit();
      return appended;
    }
  }

  /** Everything that is committed is in the tree. */
  public static TreeStore.Step integrate(TestDatabase database) throws SQLException {
    return new TreeStore(database.appDataSource()).integrate(NOW);
  }

  /**
   * What a superuser can do who knows the whole format: changes entries, then makes all hashes, blocks,
   * links, heads and the tree anew, so that nothing in the database contradicts anything else.
   */
  public static void rewrite(TestDatabase database, String change) throws SQLException {
    try (Connection connection = database.ownerDataSource().getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET session_replication_role = replica");
      statement.execute(change);
      rehash(connection);
      statement.execute(
          "DELETE FROM audit_tree_runs; DELETE FROM audit_tree_tiles;"
              + " UPDATE audit_tree SET size = 0, root = sha256('')");
      connection.commit();
    }
    integrate(database);
  }

  /** Gives every entry its hash, every block its number, root, link and hash, every chain its head. */
  static void rehash(Connection connection) throws SQLException {
    Map<String, List<StoredEntry>> blocks = new LinkedHashMap<>();
    try (var select =
            connection.prepareStatement("SELECT * FROM audit_log ORDER BY chain, block, idx");
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        StoredEntry stored = TrailStore.entry(rows);
        blocks
            .computeIfAbsent(stored.chain() + "/" + stored.block(), k -> new ArrayList<>())
            .add(stored);
      }
    }
    try (var statement = connection.createStatement()) {
      statement.execute("DELETE FROM audit_log; DELETE FROM audit_blocks");
      statement.execute(
          "UPDATE audit_chains SET height = 0, head_hash = decode(repeat('00', 32), 'hex')");
    }
    Map<Integer, Block> last = new LinkedHashMap<>();
    for (List<StoredEntry> entries : blocks.values()) {
      int chain = entries.get(0).chain();
      Block before = last.get(chain);
      MerkleTree tree = new MerkleTree();
      entries.forEach(e -> tree.add(e.entry().hash()));
      Block block =
          new Block(
              chain,
              before == null ? 1 : before.number() + 1,
              before == null ? Hash.NONE : before.hash(),
              tree.root(),
              entries.size(),
              NOW);
      last.put(chain, block);
      insert(connection, block, entries);
    }
    try (var update =
        connection.prepareStatement(
            "UPDATE audit_chains SET height = ?, head_hash = ? WHERE chain = ?")) {
      for (Block block : last.values()) {
        update.setLong(1, block.number());
        update.setBytes(2, block.hash().bytes());
        update.setInt(3, block.chain());
        update.executeUpdate();
      }
    }
  }

  private static void insert(Connection connection, Block block, List<StoredEntry> entries)
      throws SQLException {
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO audit_blocks (chain, block, prev_hash, merkle_root, entries, closed_at, hash)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      s.setInt(1, block.chain());
      s.setLong(2, block.number());
      s.setBytes(3, block.previous().bytes());
      s.setBytes(4, block.root().bytes());
      s.setInt(5, block.entries());
      s.setObject(6, block.closedAt().atOffset(ZoneOffset.UTC));
      s.setBytes(7, block.hash().bytes());
      s.executeUpdate();
    }
    try (PreparedStatement s =
        connection.prepareStatement(
            "INSERT INTO audit_log (id, at, actor, action, entity_type, entity_id, account_id, detail, chain, block, idx, hash)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (int i = 0; i < entries.size(); i++) {
        Entry e = entries.get(i).entry();
        s.setObject(1, e.id());
        s.setObject(2, e.at().atOffset(ZoneOffset.UTC));
        s.setString(3, e.actor());
        s.setString(4, e.action());
        s.setString(5, e.entityType());
        s.setString(6, e.entityId());
        s.setObject(7, e.accountId());
        s.setString(8, e.detail());
        s.setInt(9, block.chain());
        s.setLong(10, block.number());
        s.setInt(11, i);
        s.setBytes(12, e.hash().bytes());
        s.addBatch();
      }
      s.executeBatch();
    }
  }
}
