package io.tola.portfolio.api;

import io.tola.kernel.AccountId;
import io.tola.kernel.Money;
import io.tola.kernel.Page;
import io.tola.kernel.Symbol;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Accounts, cash and positions for readers. Thread-safe. */
public interface Portfolios {

  /** The account, or empty when there is none. */
  Optional<AccountView> account(AccountId accountId);

  /**
   * Opens an account with its first cash, recorded in the audit trail; does nothing when an account
   * of that name is there already.
   *
   * @return the account of that name
   */
  AccountView openAccount(String name, Money cash, String actor);

  /** Opens many accounts with the same cash in one transaction; for seeding. */
  List<AccountView> openAccounts(List<String> names, Money cash, String actor);

  /**
   * The account's summary.
   *
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND
   */
  PortfolioSummary summary(AccountId accountId);

  /**
   * Positions with shares in them, largest market value first, of those accounts.
   *
   * @param symbol only this one, or null
   * @param limit 1 to 500
   * @param cursor where the previous page ended, or null
   */
  Page<PositionView> active(Set<AccountId> accounts, Symbol symbol, int limit, String cursor);

  /**
   * Positions that have shares in them or working orders on them, in symbol order.
   *
   * @param symbol only this one, or null
   */
  Page<PositionView> open(Set<AccountId> accounts, Symbol symbol, int limit, String cursor);

  /** One position with its open lots, when it belongs to one of the accounts. */
  Optional<PositionView> position(UUID positionId, Set<AccountId> accounts);
}
