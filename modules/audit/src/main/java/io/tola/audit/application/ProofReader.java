package io.tola.audit.application;

import io.tola.audit.api.AuditProofs;
import io.tola.audit.api.Checkpoint;
import io.tola.audit.api.ConsistencyProof;
import io.tola.audit.api.InclusionProof;
import io.tola.audit.domain.BrokenTree;
import io.tola.audit.domain.Hash;
import io.tola.audit.domain.LogTree;
import io.tola.audit.domain.Tree;
import io.tola.audit.store.TreeStore;
import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import jakarta.ejb.Local;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Answers with proofs, outside any transaction. Thread-safe. */
@Stateless
@Local(AuditProofs.class)
@TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
public class ProofReader implements AuditProofs {

  @Inject private TreeStore store;
  @Inject private Checkpoints checkpoints;

  /** For the container. */
  public ProofReader() {}

  ProofReader(TreeStore store, Checkpoints checkpoints) {
    this.store = store;
    this.checkpoints = checkpoints;
  }

  @Override
  public Checkpoint checkpoint() {
    return view(checkpoints.current(0));
  }

  @Override
  public InclusionProof proof(UUID entry) {
    TreeStore.Located located;
    try {
      located = store.locate(entry);
    } catch (SQLException e) {
      throw new AuditFault("can't look for an audit entry", e);
    }
    if (located == null) {
      throw new ProblemException(
          ProblemCode.AUDIT_ENTRY_NOT_FOUND, "There is no such entry, or it was dropped.");
    }
    Checkpoints.Signed signed =
        located.leaf() == null ? null : checkpoints.current(located.leaf() + 1);
    if (signed == null || signed.checkpoint().size() <= located.leaf()) {
      throw notYet("The entry is not in the tree yet.");
    }
    long size = signed.checkpoint().size();
    List<Hash> path = read(tree -> tree.inclusion(located.leaf(), size));
    return new InclusionProof(
        TrailReader.view(located.entry()), located.leaf(), size, hex(path), view(signed));
  }

  @Override
  public ConsistencyProof consistency(long from, Long to) {
    Checkpoints.Signed signed = checkpoints.current(0);
    long size = signed.checkpoint().size();
    long second = to == null ? size : to;
    if (from < 1 || from > second) {
      throw TrailReader.invalid("from", "must be from 1 to " + second);
    }
    if (second > size) {
      throw TrailReader.invalid("to", "must be at most " + size);
    }
    record Answer(Hash first, Hash second, List<Hash> proof) {}
    Answer answer =
        read(
            tree -> new Answer(tree.root(from), tree.root(second), tree.consistency(from, second)));
    return new ConsistencyProof(
        from, answer.first.hex(), second, answer.second.hex(), hex(answer.proof), view(signed));
  }

  @Override
  public Iterator<String> export(Long from, Long to) {
    Checkpoints.Signed signed = checkpoints.current(to == null ? 0 : to);
    long size = signed.checkpoint().size();
    long first = from == null ? 0 : from;
    long end = to == null ? size : to;
    if (end > size) {
      throw TrailReader.invalid("to", "must be at most " + size);
    }
    if (first < 0 || first > end) {
      throw TrailReader.invalid("from", "must be from 0 to " + end);
    }
    try {
      Tree tree = store.tree();
      TreeStore.Located record =
          tree.droppedBelow() == 0 ? null : store.dropRecord(tree.droppedBelow());
      if (record != null && (record.leaf() == null || record.leaf() >= size)) {
        throw notYet("Old entries were dropped just now; what records it is not in the tree yet.");
      }
      return new Export(store, signed, tree.droppedBelow(), first, end);
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit tree", e);
    }
  }

  private static ProblemException notYet(String what) {
    return new ProblemException(ProblemCode.UNAVAILABLE, what, List.of(), Duration.ofSeconds(1));
  }

  private <T> T read(Function<LogTree, T> calculation) {
    try {
      return store.read(calculation);
    } catch (SQLException e) {
      throw new AuditFault("can't read the audit tree", e);
    } catch (BrokenTree e) {
      throw new AuditFault("the audit tree is damaged", e);
    }
  }

  private static List<String> hex(List<Hash> hashes) {
    return hashes.stream().map(Hash::hex).toList();
  }

  private static Checkpoint view(Checkpoints.Signed signed) {
    return new Checkpoint(
        signed.checkpoint().origin(),
        signed.checkpoint().size(),
        signed.checkpoint().root().hex(),
        signed.checkpoint().at(),
        signed.note(),
        signed.publicKey());
  }
}
