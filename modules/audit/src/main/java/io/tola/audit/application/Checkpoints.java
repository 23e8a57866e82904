package io.tola.audit.application;

import io.tola.audit.domain.BrokenTree;
import io.tola.audit.domain.Checkpoint;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.Kept;
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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Signs what the log is, and keeps it outside of the database. A node signs only the log whose name
 * stands beside the key, and of it only what continues everything it signed before, by the consistency
 * proof: a superuser may change every table, but not make this node say so. Thread-safe.
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
  private LogNameFile nameFile;
  private Duration retention;
  private Duration leastRetention;

  private NoteKey key;
  private List<String> earlierNames = List.of();
  private Checkpoint oldEnough;
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
      @ConfigProperty(name = "tola.audit.log-name-file") Optional<String> logNameFile,
      @ConfigProperty(name = "tola.audit.retention-days", defaultValue = "1827") int retentionDays,
      @ConfigProperty(name = "tola.audit.least-retention-days", defaultValue = "1825")
          int leastRetentionDays) {
    if (!name.matches("[A-Za-z0-9._/-]{1,100}")) {
      throw new IllegalArgumentException(
          "tola.audit.name must be 1 to 100 letters, digits, and . _ / -");
    }
    this.store = store;
    this.clock = clock;
    this.name = name;
    this.keyFile = Path.of(keyFile);
    this.file = new CheckpointFile(Path.of(checkpointFile));
    this.nameFile =
        new LogNameFile(
            logNameFile.map(Path::of).orElseGet(() -> LogNameFile.beside(this.keyFile)));
    this.retention = Duration.ofDays(Math.max(retentionDays, leastRetentionDays));
    this.leastRetention = Duration.ofDays(leastRetentionDays);
  }

  /** How old an entry must have been that is gone; nothing in the database changes it. */
  public Duration leastRetention() {
    return leastRetention;
  }

  /** How long entries are kept, the least retention at least. */
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

  /** Makes the key that of the log in the database, if it is the log that the key signs for. */
  private void open(Tree tree) {
    if (key != null && isOf(key.name(), tree)) {
      return;
    }
    NoteKey loaded = load(tree);
    if (!isOf(loaded.name(), tree)) {
      forked = true;
      throw refused(
          "The database says that its audit log is "
              + tree.log()
              + ", this node's key signs for "
              + loaded.name()
              + "; it is not signed.",
          " An operator who knows why confirms it with a line \""
              + name
              + "/"
              + tree.log()
              + "\" in "
              + nameFile.path());
    }
    try {
      // Nodes may share the file, so the last one in it need not be the largest.
      Optional<Checkpoint> kept = file.largest(keys(loaded, true), Instant.MAX, c -> true);
      last = kept.map(c -> new Signed(c, null, loaded.verifierKey())).orElse(null);
      written = kept.map(Checkpoint::size).orElse(-1L);
      oldEnough = null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LOG.log(Level.INFO, "Audit checkpoints are signed with {0}", loaded.verifierKey());
    key = loaded;
  }

  private static boolean isOf(String name, Tree tree) {
    return name.endsWith("/" + tree.log());
  }

  /** The key under its own name, and under the earlier ones that are of the same log, or of others. */
  private List<NoteKey> keys(NoteKey own, boolean sameLog) {
    String log = own.name().substring(own.name().lastIndexOf('/'));
    List<NoteKey> keys = new ArrayList<>();
    if (sameLog) {
      keys.add(own);
    }
    earlierNames.stream()
        .filter(n -> !n.equals(own.name()) && n.endsWith(log) == sameLog)
        .distinct()
        .forEach(n -> keys.add(own.named(n)));
    return keys;
  }

  /** The key under the name that stands beside it, whatever the database says. */
  private NoteKey load(Tree tree) {
    String fullName = name + "/" + tree.log();
    NoteKey fresh =
        PrivateKeyFile.load(keyFile, "audit", NoteKey::generate, der -> NoteKey.of(fullName, der));
    try {
      List<String> names = nameFile.read();
      if (names.isEmpty()) {
        // What was signed tells for which log, if there is no name yet or somebody lost it.
        names = file.names(fresh);
        if (names.isEmpty()) {
          names = List.of(fullName);
        }
        if (isOf(names.get(names.size() - 1), tree)) {
          names = nameFile.first(names);
        }
      }
      earlierNames = List.copyOf(names.subList(0, names.size() - 1));
      return fresh.named(names.get(names.size() - 1));
    } catch (IOException e) {
      throw new UncheckedIOException("can't tell which log the audit key signs for", e);
    }
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
    return refused(
        "The audit log of "
            + tree.size()
            + " entries doesn't continue the one of "
            + last.checkpoint.size()
            + " that this node signed at "
            + last.checkpoint.at()
            + "; it is not signed.",
        "");
  }

  private static ProblemException refused(String what, String toOperators) {
    LOG.log(Level.ERROR, what + toOperators);
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
  public Kept kept() {
    try {
      NoteKey own;
      Set<String> ofThis;
      Set<String> ofEarlier;
      synchronized (this) {
        Tree tree = store.tree();
        own = key != null && isOf(key.name(), tree) ? key : load(tree);
        ofThis = names(keys(own, true));
        ofEarlier = names(keys(own, false));
      }
      Set<String> all = new HashSet<>(ofThis);
      all.addAll(ofEarlier);
      Map<Boolean, List<Checkpoint>> found =
          file.read(own, all).stream()
              .collect(Collectors.partitioningBy(c -> ofThis.contains(c.origin())));
      return new Kept(own.name(), found.get(true), found.get(false));
    } catch (BrokenTree e) {
      // The log's id is gone with its row, and with it what to look for; a verification says so.
      return Kept.NONE;
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit tree", e);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the audit checkpoints", e);
    }
  }

  private static Set<String> names(List<NoteKey> keys) {
    return keys.stream().map(NoteKey::name).collect(Collectors.toSet());
  }

  /**
   * Up to which leaf somebody outside of the database can see that entries are this old: the size of
   * the largest checkpoint that was kept then and that the log still continues. Of a log that doesn't
   * continue what was signed nothing is shown.
   *
   * @param enough a size beyond which it need not be known
   * @return 0 when there is none
   */
  public synchronized long shown(long enough, Instant noLaterThan) {
    if (forked) {
      return 0;
    }
    try {
      // Somebody may have changed the log since this node last signed it.
      Tree tree = store.tree();
      open(tree);
      if (!continues(tree)) {
        forked = true;
        return 0;
      }
      if (oldEnough == null || oldEnough.size() < enough) {
        List<NoteKey> keys = keys(key, true);
        keys.addAll(keys(key, false));
        oldEnough = file.largest(keys, noLaterThan, c -> fits(c, tree)).orElse(oldEnough);
      }
      return oldEnough == null ? 0 : oldEnough.size();
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit tree", e);
    } catch (BrokenTree e) {
      throw new AuditFault("the audit tree is damaged", e);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the audit checkpoints", e);
    }
  }

  private boolean fits(Checkpoint checkpoint, Tree tree) {
    try {
      return checkpoint.size() <= tree.size()
          && (checkpoint.size() == 0
              || checkpoint.root().equals(store.read(t -> t.root(checkpoint.size()))));
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit tree", e);
    }
  }
}
