package io.tola.audit.domain;

import java.util.List;

/**
 * The checkpoints that were kept outside of the database.
 *
 * @param checkpoints of this log: each must fit it
 * @param earlier of the logs that this one was, before an operator confirmed another name: those that
 *     fit still show how old the entries are, the others are of what was lost
 */
public record Kept(List<Checkpoint> checkpoints, List<Checkpoint> earlier) {

  public static final Kept NONE = new Kept(List.of(), List.of());

  public Kept {
    checkpoints = List.copyOf(checkpoints);
    earlier = List.copyOf(earlier);
  }

  public static Kept of(List<Checkpoint> checkpoints) {
    return new Kept(checkpoints, List.of());
  }
}
