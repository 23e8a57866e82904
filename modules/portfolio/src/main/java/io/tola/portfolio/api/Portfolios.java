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
   * Every account, in the order of names; for those who oversee accounts, not for traders.
   *
   * @param limit 1 to 500
   * @param cursor where the previous page ended, or null
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for a bad cursor
   */
  Page<AccountView> accounts(int limit, String cursor);

  /**
   * Opens an account with its first cash, recorded in the audit trail; does nothing when an account
   * of that name is there already.
   *
   * @param name 1 to 64 printable characters
   * @param cash zero or more
   * @param actor who does it, for the audit trail
   * @return the account of that name
   * @throws io.tola.kernel.problem.InvalidValueException for a name or cash out of range
   */
  AccountView openAccount(String name, Money cash, String actor);

  /**
   * Opens many accounts with the same cash in one transaction; for seeding.
   *
   * @return the accounts of those names, in their order
   * @throws io.tola.kernel.problem.InvalidValueException for a name or cash out of range
   */
  List<AccountView> openAccounts(List<String> names, Money cash, String actor);

  /**
   * The account's summary.
   *
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND
   */
  PortfolioSummary summary(AccountId accountId);

  /**
   * An account's summary and its largest positions, read and valued at one moment.
   *
   * @param largest by market value, by cost without a quote; the largest first
   */
  record Overview(PortfolioSummary summary, List<PositionView> largest) {

    /** Copies the list. */
    public Overview {
      largest = List.copyOf(largest);
    }
  }

  /**
   * The account's summary with its largest positions.
   *
   * @param most how many positions at most
   * @throws io.tola.kernel.problem.ProblemException ACCOUNT_NOT_FOUND
   */
  Overview overview(AccountId accountId, int most);

  /**
   * Positions with shares in them, of those accounts, in the order of symbol, product and account.
   * That order, because it stands still while prices move: a page boundary means something.
   *
   * @param symbol only this one, or null
   * @param limit 1 to 500
   * @param cursor where the previous page ended, or null
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for a bad limit or cursor
   */
  Page<PositionView> active(Set<AccountId> accounts, Symbol symbol, int limit, String cursor);

  /**
   * Positions that have shares in them or working orders on them, in the same order.
   *
   * @param symbol only this one, or null
   * @param limit 1 to 500
   * @param cursor where the previous page ended, or null
   * @throws io.tola.kernel.problem.ProblemException INVALID_PARAMETER for a bad limit or cursor
   */
  Page<PositionView> open(Set<AccountId> accounts, Symbol symbol, int limit, String cursor);

  /** One position with its 1,000 oldest open lots, when it belongs to one of the accounts. */
  Optional<PositionView> position(UUID positionId, Set<AccountId> accounts);
}
