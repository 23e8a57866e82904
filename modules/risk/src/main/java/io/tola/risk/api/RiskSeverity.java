package io.tola.risk.api;

/** How much a risk event matters. WARNING and CRITICAL are alerts as well. */
public enum RiskSeverity {
  /** For the record. */
  INFO,
  /** Somebody should look. */
  WARNING,
  /** Somebody should look now. */
  CRITICAL
}
