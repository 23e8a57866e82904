package io.tola.systemtests.architecture.broken.sound.trading.application;

import io.tola.systemtests.architecture.broken.sound.market.api.Ticker;
import io.tola.systemtests.architecture.broken.sound.trading.store.LedgerRows;
import jakarta.ejb.Singleton;
import java.time.Clock;
import java.time.Instant;

/** A session bean. */
@SuppressWarnings("all")
@Singleton
public class Desk {

  private final Clock clock = null;

  Instant at() {
    return Instant.now(clock);
  }

  String ticker(Ticker ticker, LedgerRows rows) {
    return ticker.text() + rows;
  }
}
