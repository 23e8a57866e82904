package io.tola.portfolio.api;

/** What a broker's statement lists. */
public enum StatementKind {
  /** Shares held for delivery (product CNC), whatever they were bought with. */
  HOLDINGS("holdings"),
  /** Positions by product, long or short. */
  POSITIONS("positions"),
  /** Trades of a period. */
  TRADES("trades");

  private final String code;

  StatementKind(String code) {
    this.code = code;
  }

  /** The spelling in requests and answers. */
  public String code() {
    return code;
  }
}
