package io.tola.risk.api;

import java.util.Locale;

/** What a guard watches; how each is measured stands in {@code site/reference/guards.md}. */
public enum GuardKind {
  /** An account's loss since its best moment, in per cent of the equity it had then. */
  DRAWDOWN(Scope.ACCOUNT),
  /** How much a symbol's price moves about within a window, in per cent. */
  VOLATILITY(Scope.SYMBOL),
  /** How far a symbol opened from its previous close, in per cent. */
  GAP(Scope.SYMBOL),
  /** How far apart bid and ask of a symbol are, in per cent of their middle. */
  SPREAD(Scope.SYMBOL),
  /** How many of the market's symbols have no current quote, in per cent. */
  STALE_QUOTES(Scope.MARKET),
  /** How far the whole market is from its previous close, in per cent. */
  MARKET_MOVE(Scope.MARKET);

  /** What one guard of a kind watches over. */
  public enum Scope {
    ACCOUNT,
    SYMBOL,
    MARKET
  }

  private final Scope scope;

  GuardKind(Scope scope) {
    this.scope = scope;
  }

  public Scope scope() {
    return scope;
  }

  /** The spelling in requests and answers. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
