package io.tola.risk.api;

/** The report for those who check on the platform. Reads only; thread-safe. */
public interface Compliance {

  /** The report of this moment. */
  ComplianceReport report();
}
