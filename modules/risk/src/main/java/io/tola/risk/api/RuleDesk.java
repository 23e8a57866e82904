package io.tola.risk.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Symbol;
import java.util.List;

/**
 * Rules that hold beside limits: symbols nobody may trade, algorithms that are registered. What lets
 * more through takes two people. Each change is audited in its transaction and holds on every node from
 * the next batch on. Thread-safe.
 */
public interface RuleDesk {

  /** By symbol. */
  List<RestrictedSymbol> restrictedSymbols();

  /**
   * Lets nobody trade a symbol; for one that is restricted the reason is replaced.
   *
   * @param reason 1 to 500 characters
   * @throws io.tola.kernel.problem.ProblemException UNKNOWN_SYMBOL, INVALID_FIELD
   */
  RestrictedSymbol restrict(Symbol symbol, String reason, String actor);

  /**
   * Lets a symbol be traded again.
   *
   * @throws io.tola.kernel.problem.ProblemException RESTRICTION_NOT_FOUND; SECOND_PERSON_NEEDED when both
   *     are the same
   */
  void release(Symbol symbol, String requestedBy, String approvedBy);

  /**
   * Registered algorithms, by account and id.
   *
   * @param account only its, or null
   */
  List<RegisteredAlgo> algos(AccountId account);

  /**
   * Notes that the exchange registered an algorithm: its account may be as fast as its limits say. One
   * that is registered stays as it is.
   *
   * @param reason where that is said, 1 to 500 characters
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND, INVALID_FIELD;
   *     SECOND_PERSON_NEEDED when both are the same
   */
  RegisteredAlgo register(
      AccountId account, String algoId, String reason, String requestedBy, String approvedBy);

  /**
   * Takes that back.
   *
   * @throws io.tola.kernel.problem.ProblemException ALGO_NOT_FOUND
   */
  void deregister(AccountId account, String algoId, String actor);
}
