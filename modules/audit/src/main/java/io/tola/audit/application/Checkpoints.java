package io.tola.audit.application;

import io.tola.audit.domain.BrokenTree;
import io.tola.audit.domain.Checkpoint;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.LogTree;
import io.tola.audit.domain.NoteKey;
import io.tola.audit.domain.Tree;
import io.tola.audit.store.TreeStore;
import io.tola.kernel.key.PrivateKeyFile;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Signs what the log is, and keeps it outside of the database. A node signs only what continues
 * everything it signed before, by the consistency proof: a superuser may change every table, but not
 * make this node say so. Thread-safe.
 */
@ApplicationScoped
public class Checkpoints {

  private static final Logger LOG = System.getLogger(Checkpoints.class.getName());
  private static final Duration FRESH = Duration.ofSeconds(1);

  /** A checkpoint with its signature. */
  public record Signed(Checkpoint checkpoint, String note, String publicKey) {}

  private TreeStore store;
  private Clock clock;
  private String name;
  private Path keyFile;
  private CheckpointFile file;
  private Duration retention;

  private NoteKey key;
  private Signed last;
  private long written = -1;
  private volatile boolean forked;

  /** For the container's proxy. */
  protected Checkpoints() {}

  @Inject
  public Checkpoints(
      TreeStore store,
      Clock clock,
      @ConfigProperty(name = "tola.audit.name", defaultValue = "tola") String name,
      @ConfigProperty(
              name = "tola.audit.key-file",
              defaultValue = "resources/security/tola-audit-key.pem")
          String keyFile,
      @ConfigProperty(
              name = "tola.audit.checkpoint-file",
              defaultValue = "resources/security/tola-audit-checkpoints.txt")
          String checkpointFile,
      @ConfigProperty(name = "tola.audit.retention-days", defaultValue = "1827")
          int retentionDays) {
    if (!name.matches("[A-Za-z0-9._/-]{1,100}")) {
      throw new IllegalArgumentException(
          "tola.audit.name must be 1 to 100 letters, digits, and . _ / -");
    }
    this.store = store;
    this.clock = clock;
    this.name = name;
    this.keyFile = Path.of(keyFile);
    this.file = new CheckpointFile(Path.of(checkpointFile));
    this.retention = Duration.ofDays(retentionDays);
  }

  /** How long entries are kept. */
  public Duration retention() {
    return retention;
  }

  /** Whether this node found that the log doesn't continue what it signed. */
  public boolean forked() {
    return forked;
  }

  /**
   * The log as it is now, at most a second old.
   *
   * @param atLeast how many leaves it must have, if the tree has as many
   */
  public synchronized Signed current(long atLeast) {
    if (last != null
        && last.note != null
        && last.checkpoint.size() >= atLeast
        && last.checkpoint.at().plus(FRESH).isAfter(clock.instant())) {
      return last;
    }
    try {
      Tree tree = store.tree();
      open(tree);
      if (!continues(tree)) {
        forked = true;
        throw refused(tree);
      }
      forked = false;
      Checkpoint checkpoint =
          new Checkpoint(
              key.name(), tree.size(), tree.root(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
      last = new Signed(checkpoint, key.sign(checkpoint.text()), key.verifierKey());
      return last;
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit tree", e);
    } catch (BrokenTree e) {
      forked = true;
      throw new AuditFault("the audit tree is damaged", e);
    }
  }

  private void open(Tree tree) {
    if (key != null) {
      return;
    }
    String noteName = name + "/" + tree.log();
    NoteKey loaded =
        PrivateKeyFile.load(keyFile, "audit", NoteKey::generate, der -> NoteKey.of(noteName, der));
    try {
      List<Checkpoint> kept = file.read(loaded);
      if (!kept.isEmpty()) {
        // Nodes may share the file, so the last one in it need not be the largest.
        Checkpoint newest = Collections.max(kept, Comparator.comparing(Checkpoint::size));
        last = new Signed(newest, null, loaded.verifierKey());
        written = newest.size();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LOG.log(Level.INFO, "Audit checkpoints are signed with {0}", loaded.verifierKey());
    key = loaded;
  }

  private boolean continues(Tree tree) throws SQLException {
    if (last == null) {
      return tree.size() == 0 || tree.root().equals(store.read(t -> t.root(tree.size())));
    }
    Checkpoint before = last.checkpoint;
    if (tree.size() < before.size()) {
      return false;
    }
    List<Hash> proof =
        before.size() == 0 || before.size() == tree.size()
            ? List.of()
            : store.read(t -> t.consistency(before.size(), tree.size()));
    return LogTree.consistent(before.size(), before.root(), tree.size(), tree.root(), proof);
  }

  private ProblemException refused(Tree tree) {
    String what =
        "The audit log of "
            + tree.size()
            + " entries doesn't continue the one of "
            + last.checkpoint.size()
            + " that this node signed at "
            + last.checkpoint.at()
            + "; it is not signed.";
    LOG.log(Level.ERROR, what);
    return new ProblemException(ProblemCode.AUDIT_LOG_FORKED, what);
  }

  /** Writes the newest checkpoint to the file, unless the log hasn't grown since. */
  public void keep() {
    Signed signed = current(0);
    synchronized (this) {
      if (signed.checkpoint.size() > written) {
        try {
          file.append(signed.note);
          written = signed.checkpoint.size();
        } catch (IOException e) {
          throw new UncheckedIOException("can't keep an audit checkpoint", e);
        }
      }
    }
  }

  /** The checkpoints in the file that this log's key signed. */
  public List<Checkpoint> kept() {
    try {
      synchronized (this) {
        open(store.tree());
      }
      return file.read(key);
    } catch (BrokenTree e) {
      // The log's id is gone with its row, and with it what to look for; a verification says so.
      return List.of();
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit tree", e);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the audit checkpoints", e);
    }
  }
}
