package io.tola.risk.api;

import io.tola.kernel.AccountId;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/**
 * What holds now, what happened today, and which clause asks for what.
 *
 * @param day in India; its counts are some seconds behind the orders
 * @param uncounted execution reports that the counts are behind
 * @param refusals of the day, by code
 * @param accounts of the day, those with most messages first; 500 at the most
 * @param records which records are kept, and whether the application could remove any
 */
public record ComplianceReport(
    Instant asOf,
    LocalDate day,
    long uncounted,
    Settings settings,
    Totals totals,
    List<Refusals> refusals,
    List<AccountDay> accounts,
    List<Kept> records,
    List<Clause> clauses) {

  public ComplianceReport {
    refusals = List.copyOf(refusals);
    accounts = List.copyOf(accounts);
    records = List.copyOf(records);
    clauses = List.copyOf(clauses);
  }

  /**
   * Settings in force.
   *
   * @param tagRequired whether an order without a tag is refused
   * @param unregisteredOrdersPerSecond the most an account without a registered algorithm may place;
   *     null when no threshold is set
   * @param defaults limits of accounts that have none of their own
   * @param accountsWithOwnLimits how many have
   * @param registeredAlgos how many algorithms the exchange registered, for all accounts
   * @param restrictedSymbols how many symbols nobody may trade
   * @param eventsKept period for which risk events are kept, ISO 8601
   */
  public record Settings(
      boolean tagRequired,
      Integer unregisteredOrdersPerSecond,
      AccountLimits defaults,
      long accountsWithOwnLimits,
      long registeredAlgos,
      long restrictedSymbols,
      BigDecimal orderToTradeWarning,
      BigDecimal orderToTradeCritical,
      long orderToTradeMinimum,
      String eventsKept) {}

  /**
   * The day of all accounts together.
   *
   * @param accounts how many did something
   * @param orders taken
   * @param untagged taken or refused, without a tag
   */
  public record Totals(
      long accounts,
      long orders,
      long untagged,
      long refused,
      long replaced,
      long canceled,
      long trades) {}

  /**
   * Orders refused for one reason.
   *
   * @param control name of the reject code in lower case; null for codes of trading itself
   */
  public record Refusals(int code, String control, long orders) {}

  /**
   * One account's day.
   *
   * @param messages orders taken, replaces and cancels
   * @param orderToTrade messages by trades, without a trade by one; two decimals half up
   */
  public record AccountDay(
      AccountId accountId,
      long orders,
      long untagged,
      long refused,
      long messages,
      long trades,
      BigDecimal orderToTrade) {}

  /**
   * A table of records.
   *
   * @param removable whether the application's role could delete from it
   */
  public record Kept(String table, boolean removable) {}
}
