package io.tola.kernel;

import java.util.Locale;

/** Who a user is to the platform. A user may hold several; each door names the ones it lets in. */
public enum Role {
  /** Places and reads orders of the accounts assigned to the user. */
  TRADER,
  /** Sets limits, uses the kill switch, reads every account's risk. */
  RISK,
  /** Reads and verifies the audit trail. */
  AUDITOR,
  /** Runs the platform: performance, reconciliation. */
  OPS,
  /** Manages users and accounts. */
  ADMIN,
  /** A machine that delivers market data. */
  FEED,
  /** Reads market data and status, nothing else. */
  VIEWER;

  /** The spelling in tokens, tables and JSON: lower case. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
