package io.tola.portfolio.domain.recon;

import io.tola.kernel.problem.ProblemCode;
import io.tola.kernel.problem.ProblemException;
import io.tola.portfolio.api.BreakClass;
import io.tola.portfolio.api.BreakState;
import io.tola.portfolio.api.BreakView;
import io.tola.portfolio.api.StatementKind;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which steps a break may take, and whose.
 *
 * <pre>
 *   OPEN ── explain ──▶ EXPLAINED ── adjust, second person ──▶ ADJUSTED ── close ──▶ CLOSED
 *     ◀──── reopen ────     └──────── close, second person ─────────────────────────────▲
 *   any of the three, when a run no longer finds it ────────────────────────────────────┘
 * </pre>
 *
 * <p>Every step names the version it was decided on: of two people who act at once, one is told.
 */
public final class BreakLife {

  /** Where the books can be made to say what the statement says. */
  private static final Set<BreakClass> BOOKABLE =
      EnumSet.of(
          BreakClass.MISSING_HERE, BreakClass.MISSING_THERE, BreakClass.QUANTITY, BreakClass.PRICE);

  private BreakLife() {}

  public static void checkExplain(BreakView found, int version, boolean proposeBooking) {
    check(found, version, EnumSet.of(BreakState.OPEN));
    checkBookable(found, proposeBooking);
  }

  private static void checkBookable(BreakView found, boolean proposeBooking) {
    if (proposeBooking && found.breakClass() == BreakClass.CORPORATE_ACTION) {
      throw new ProblemException(
          ProblemCode.BREAK_NOT_BOOKABLE,
          "A split or bonus is recorded at /corporate-actions and applied from there, once for every"
              + " holder and to the last digit of each lot's cost; the next comparison then closes the"
              + " break. Explain it without booking");
    }
    if (proposeBooking
        && (found.kind() == StatementKind.TRADES || !BOOKABLE.contains(found.breakClass()))) {
      throw new ProblemException(
          ProblemCode.BREAK_NOT_BOOKABLE,
          "A difference of "
              + found.kind().code()
              + " of class "
              + found.breakClass().code()
              + " can't be booked: explain it without");
    }
  }

  public static void checkReopen(BreakView found, int version) {
    check(found, version, EnumSet.of(BreakState.EXPLAINED));
  }

  public static void checkAdjust(BreakView found, int version, String actor) {
    check(found, version, EnumSet.of(BreakState.EXPLAINED));
    secondPerson(found, actor);
    checkBookable(found, found.proposeBooking());
  }

  public static void checkClose(BreakView found, int version, String actor) {
    check(found, version, EnumSet.of(BreakState.EXPLAINED, BreakState.ADJUSTED));
    if (found.state() == BreakState.EXPLAINED) {
      secondPerson(found, actor);
    }
  }

  private static void check(BreakView found, int version, Set<BreakState> from) {
    if (found.version() != version) {
      throw new ProblemException(
          ProblemCode.BREAK_CONFLICT,
          "The break has moved on: it is at version " + found.version() + ", not " + version);
    }
    if (!from.contains(found.state())) {
      throw new ProblemException(
          ProblemCode.BREAK_CONFLICT,
          "The break is " + found.state().code() + ": that step can't be taken from there");
    }
  }

  private static void secondPerson(BreakView found, String actor) {
    if (actor.equals(found.explainedBy())) {
      throw new ProblemException(
          ProblemCode.SECOND_PERSON_REQUIRED,
          "Who explained a break can't be the one who adjusts or closes it");
    }
  }
}
