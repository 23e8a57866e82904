package io.tola.trading.api;

/** Where an account's orders go. */
public enum TradingMode {
  /** To the paper venue: nothing leaves the platform. What an account has unless it was changed. */
  PAPER("paper"),
  /** To the live venue, and never anywhere else. */
  LIVE("live"),
  /** Nowhere: new orders and replaces are refused, cancels are taken. */
  HALTED("halted");

  private final String code;

  TradingMode(String code) {
    this.code = code;
  }

  /** The spelling in JSON. */
  public String code() {
    return code;
  }
}
