package io.tola.risk.api;

/** How a value at risk is worked out; the spelling in the contract is {@link #code}. */
public enum VarMethod {
  /** The past as it was, every session with the same weight. */
  HISTORICAL("historical"),
  /** The past, older sessions with less weight (Boudoukh, Richardson and Whitelaw 1998). */
  AGE_WEIGHTED("age_weighted"),
  /** The past at tomorrow's volatility, by EWMA and asset by asset (Hull and White 1998). */
  FILTERED_HISTORICAL("filtered_historical"),
  /** A normal distribution with mean zero and the covariance of the past. */
  PARAMETRIC("parametric"),
  /** Drawn from a normal distribution with mean zero and the covariance of the past. */
  MONTE_CARLO("monte_carlo"),
  /** Drawn from Student's t with mean zero and the covariance of the past. */
  MONTE_CARLO_T("monte_carlo_t");

  private final String code;

  VarMethod(String code) {
    this.code = code;
  }

  public String code() {
    return code;
  }

  /** Whether it draws scenarios, and so has a seed and a standard error. */
  public boolean draws() {
    return this == MONTE_CARLO || this == MONTE_CARLO_T;
  }

  /** Whether it goes by a covariance. */
  public boolean byCovariance() {
    return draws() || this == PARAMETRIC;
  }
}
