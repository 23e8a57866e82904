package io.tola.trading.api;

/** FIX tag 40, spelled as the contract spells it. */
public enum OrdType {
  MARKET("MARKET"),
  LIMIT("LIMIT"),
  /** Stop limit. */
  SL("SL"),
  /** Stop market. */
  SL_M("SL-M");

  private final String code;

  OrdType(String code) {
    this.code = code;
  }

  /** The spelling in JSON and tables. */
  public String code() {
    return code;
  }
}
