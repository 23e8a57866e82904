package io.tola.systemtests.architecture.broken.apiinward.trading.api;

import io.tola.systemtests.architecture.broken.apiinward.trading.domain.State;

/** Lets the domain show through the api. */
@SuppressWarnings("all")
public final class ShowsState {

  public State state() {
    return null;
  }
}
