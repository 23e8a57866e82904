package io.tola.risk.api;

/** Where a covariance comes from; the spelling in the contract is {@link #code}. */
public enum CovarianceKind {
  /** All sessions of the window alike, around their mean, divided by n − 1. */
  SAMPLE("sample"),
  /** Exponentially weighted around zero, as RiskMetrics (1996). */
  EWMA("ewma");

  private final String code;

  CovarianceKind(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }
}
