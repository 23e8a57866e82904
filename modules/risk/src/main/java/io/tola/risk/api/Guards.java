package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.util.Set;

/**
 * Guards watch accounts and the market and act by themselves; only a person re-arms one that has acted.
 * Thread-safe.
 */
public interface Guards {

  /**
   * What they see.
   *
   * @param accounts of which accounts to tell; null for all
   */
  GuardStatus status(Set<AccountId> accounts);

  /**
   * Lets a guard act again. An account's peak becomes what it has now: the loss that was is accepted.
   * What the guard did stays done; the kill switch, or the symbol's halt, is lifted separately.
   *
   * @param scope as in {@link GuardView#scope}
   * @param reason 1 to 500 characters
   * @throws io.tola.kernel.problem.ProblemException GUARD_NOT_FOUND when there is no such guard,
   *     GUARD_CONFLICT when it hasn't acted, or the market is still as it was
   */
  GuardView rearm(GuardKind guard, String scope, String reason, String actor);
}
