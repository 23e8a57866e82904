package io.tola.systemtests.architecture.broken.doubledecimal.trading.domain;

import java.math.BigDecimal;

/** 0.05 has no binary form. */
@SuppressWarnings("all")
public final class LosesPaise {

  BigDecimal tick() {
    return new BigDecimal(0.05);
  }

  BigDecimal other() {
    return BigDecimal.valueOf(0.05);
  }
}
