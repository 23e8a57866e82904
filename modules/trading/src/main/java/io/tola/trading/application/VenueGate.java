package io.tola.trading.application;

import io.tola.trading.api.RejectCode;
import io.tola.trading.api.TradingMode;
import io.tola.trading.api.spi.ExecutionVenue;

/**
 * Which venue the orders of an account may reach, by its trading mode. A route gives out exactly one
 * venue or none: whoever holds the paper route has no way to anything else. Immutable, thread-safe.
 *
 * <p>There is no live route while no {@link io.tola.trading.api.spi.LiveVenue} is installed.
 */
final class VenueGate {

  /** Where orders of one account go. */
  sealed interface Route {}

  /** To the paper venue. */
  record Paper(ExecutionVenue venue) implements Route {}

  /** Nowhere, and why. */
  record Closed(RejectCode why) implements Route {}

  private static final Route HALTED = new Closed(RejectCode.ACCOUNT_NOT_TRADING);
  private static final Route NO_LIVE_VENUE = new Closed(RejectCode.LIVE_VENUE_NOT_CONNECTED);

  private final Route paper;

  VenueGate(ExecutionVenue paper) {
    this.paper = new Paper(paper);
  }

  /** The only way to a venue. */
  Route route(TradingMode mode) {
    return switch (mode) {
      case PAPER -> paper;
      case LIVE -> NO_LIVE_VENUE;
      case HALTED -> HALTED;
    };
  }
}
