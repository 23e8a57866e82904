package io.tola.risk.api;

import io.tola.kernel.Symbol;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/**
 * The past that a figure was worked out of, and what was wrong with it.
 *
 * @param observations sessions whose returns were used; each has a return of every symbol
 * @param firstSession the first of them; null without any
 * @param lastSession the last of them
 * @param sessionsLeftOut sessions of the window in which a symbol had no bar, or none the session before
 * @param missing which symbols had none
 * @param jumps recorded splits and bonuses, and returns so large that one may be missing
 */
public record History(
    int observations,
    LocalDate firstSession,
    LocalDate lastSession,
    int sessionsLeftOut,
    List<Missing> missing,
    List<Jump> jumps) {

  /** Nothing was needed. */
  public static final History NONE = new History(0, null, null, 0, List.of(), List.of());

  public History {
    missing = List.copyOf(missing);
    jumps = List.copyOf(jumps);
  }

  /**
   * Sessions of the window without a bar of a symbol, though others traded.
   *
   * @param first the first of them
   * @param last the last of them; there may be bars between
   */
  public record Missing(Symbol symbol, int sessions, LocalDate first, LocalDate last) {}

  /** What became of a jump. */
  public enum Treatment {
    /** A split or bonus is recorded: prices before it are adjusted, and an ordinary return is left. */
    RECORDED,
    /** A large move is left: counted as it is. If it was a corporate action, it is to be recorded. */
    KEPT
  }

  /**
   * A recorded split or bonus, or a return of more than a fifth.
   *
   * @param change close by close before as they traded, less 1; four decimals
   * @param ratio of shares after and before that is recorded, such as 2 for one into two; null when
   *     nothing is
   */
  public record Jump(
      Symbol symbol, LocalDate session, BigDecimal change, BigDecimal ratio, Treatment treatment) {}
}
