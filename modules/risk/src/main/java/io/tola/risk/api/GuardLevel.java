package io.tola.risk.api;

import java.util.Locale;

/** How bad it is. */
public enum GuardLevel {
  NORMAL,
  WARNING,
  CRITICAL;

  /** The spelling in answers. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
