package io.tola.risk.api;

import java.util.Locale;

/** What a critical guard does, by configuration. */
public enum GuardAction {
  /** Tells of it. */
  ALERT,
  /** Lets only orders through that make a position smaller; a symbol's guard halts the symbol. */
  REDUCE_ONLY,
  /** Lets nothing new through. */
  HALT;

  /** The spelling in settings and answers. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
