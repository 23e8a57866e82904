package io.tola.portfolio.api;

import java.time.LocalDate;
import java.util.List;

/** The equity of all accounts at once, for who watches over them. Thread-safe. */
public interface EquityBook {

  /** For so many days an action that nobody applied is told of. */
  int PENDING_DAYS = 92;

  /**
   * Every account that has ever traded, read by one statement, so that all are of one moment.
   *
   * @param day today in India: actions with an ex-date up to then, {@link #PENDING_DAYS} back, are
   *     pending until they are applied
   */
  List<AccountEquity> equities(LocalDate day);
}
