package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Page;
import java.io.InputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Brokers' statements held against the books, and the life of what differs. Thread-safe.
 *
 * <p>A break's life: found, it is OPEN. Somebody explains it (EXPLAINED), perhaps proposing that the
 * books follow the statement; the explanation can be taken back (OPEN). A <b>second person</b> adjusts:
 * agrees, and what was proposed is booked (ADJUSTED); or accepts the difference as it is (CLOSED). A run
 * that no longer finds a break closes it, in whatever state it is; one that finds other figures opens an
 * explained one again, because the explanation was of the old ones.
 *
 * <p>Accounts are given as a set of those the caller may see; null means all. What isn't among them isn't
 * there.
 */
public interface Reconciliations {

  /**
   * Reads a statement and compares it, all in one: it is stored and its breaks are opened, or nothing
   * is. The same statement again is compared again.
   *
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND; STATEMENT_INVALID naming the
   *     lines that can't be understood; STATEMENT_OUTDATED when a younger one of holdings or positions is
   *     there
   */
  ReconciliationRun upload(StatementUpload upload, InputStream body);

  /**
   * Compares a stored statement again.
   *
   * @throws io.tola.kernel.problem.ProblemException STATEMENT_NOT_FOUND, STATEMENT_OUTDATED
   */
  ReconciliationRun compareAgain(UUID statementId, Set<AccountId> accounts, String actor);

  /**
   * Where things stand.
   *
   * @param events how many log lines, 0 to 500
   */
  ReconciliationStatus status(Set<AccountId> accounts, int events);

  /**
   * Log lines, newest first.
   *
   * @param since the oldest to show
   * @param limit 1 to 500
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for a bad cursor
   */
  Page<ReconciliationLog> logs(Set<AccountId> accounts, Instant since, int limit, String cursor);

  /**
   * Breaks, newest first.
   *
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for a bad cursor
   */
  Page<BreakView> breaks(BreakFilter filter);

  /** One break. */
  Optional<BreakView> find(UUID breakId, Set<AccountId> accounts);

  /**
   * Says why an OPEN break is there.
   *
   * @param explanation 1 to 1,000 characters
   * @param proposeBooking proposes that the books be changed to the statement's figures
   * @throws io.tola.kernel.problem.ProblemException BREAK_NOT_FOUND, BREAK_CONFLICT for another version
   *     or state, BREAK_NOT_BOOKABLE when this class of break can't be booked
   */
  BreakView explain(
      UUID breakId,
      int version,
      Set<AccountId> accounts,
      String explanation,
      boolean proposeBooking,
      String actor);

  /**
   * Takes an explanation back.
   *
   * @throws io.tola.kernel.problem.ProblemException BREAK_NOT_FOUND, BREAK_CONFLICT
   */
  BreakView reopen(UUID breakId, int version, Set<AccountId> accounts, String reason, String actor);

  /**
   * Agrees to an explanation as a second person, and books what it proposes, in one transaction.
   *
   * @throws io.tola.kernel.problem.ProblemException BREAK_NOT_FOUND, BREAK_CONFLICT,
   *     SECOND_PERSON_REQUIRED when the actor explained it, BREAK_NOT_BOOKABLE when the books can't
   *     follow now (orders work on the position, say)
   */
  BreakView adjust(UUID breakId, int version, Set<AccountId> accounts, String actor);

  /**
   * Closes a break that is EXPLAINED (by a second person) or ADJUSTED; the same difference doesn't open
   * again.
   *
   * @throws io.tola.kernel.problem.ProblemException BREAK_NOT_FOUND, BREAK_CONFLICT,
   *     SECOND_PERSON_REQUIRED
   */
  BreakView close(UUID breakId, int version, Set<AccountId> accounts, String reason, String actor);
}
