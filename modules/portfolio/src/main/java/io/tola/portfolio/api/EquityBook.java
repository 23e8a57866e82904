package io.tola.portfolio.api;

import java.util.List;

/** The equity of all accounts at once, for who watches over them. Thread-safe. */
public interface EquityBook {

  /** Every account that has ever traded, read by one statement, so that all are of one moment. */
  List<AccountEquity> equities();
}
