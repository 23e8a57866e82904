package io.tola.audit.domain;

import java.util.List;

/**
 * The checkpoints that were kept outside of the database.
 *
 * @param log the name of the log that this node signs for; null when it isn't known
 * @param checkpoints of this log: each must fit it
 * @param earlier of the logs that this one was, before an operator confirmed another name: those that
 *     fit still show how old the entries are, the others are of what was lost
 */
public record Kept(String log, List<Checkpoint> checkpoints, List<Checkpoint> earlier) {

  public static final Kept NONE = new Kept(null, List.of(), List.of());

  public Kept {
    checkpoints = List.copyOf(checkpoints);
    earlier = List.copyOf(earlier);
  }

  public static Kept of(List<Checkpoint> checkpoints) {
    return new Kept(null, checkpoints, List.of());
  }
}
