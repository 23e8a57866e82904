package io.tola.systemtests.architecture.broken.behindtheapi.trading.application;

import io.tola.systemtests.architecture.broken.behindtheapi.market.application.Feed;

/** Uses another module's application room. */
@SuppressWarnings("all")
public final class ReachesBehind {

  void call(Feed feed) {
    feed.tick();
  }
}
