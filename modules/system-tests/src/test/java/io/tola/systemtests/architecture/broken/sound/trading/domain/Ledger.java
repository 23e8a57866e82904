package io.tola.systemtests.architecture.broken.sound.trading.domain;

import io.tola.systemtests.architecture.broken.sound.kernel.Word;
import java.math.BigDecimal;

/** A calculation. */
@SuppressWarnings("all")
public final class Ledger {

  static String word(BigDecimal price) {
    return Word.text() + price;
  }
}
